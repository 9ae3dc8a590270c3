/**
 * How far the run has read the counterparty's journal, by the numbers of exchanges. What is new, a target or a moment,
 * is looked for from there on, so that no exchange is decoded for a question that it cannot answer.
 */
export class PeerPlaces {
  #read = 0;
  readonly #ofTargets = new Map<string, number>();

  /** Number of the last exchange that is known to have been recorded. */
  get read(): number {
    return this.#read;
  }

  reached(number: number): void {
    this.#read = Math.max(this.#read, number);
  }

  /** Notes a target, path and query, ahead of its first call. */
  made(target: string): void {
    this.#ofTargets.set(target, this.#read);
  }

  /** Number after which the calls of a target come. */
  of(target: string): number {
    return this.#ofTargets.get(target) ?? 0;
  }
}
