/** What has changed at a SUT that its callers know of, as plain data for threads and processes. */
export interface CallerNews {
  /** How far the SUT's clock is from the harness's: requests are timed by it. */
  readonly clockOffsetMs?: number;
  /** Offsets at which answers are taken besides: the clock is being moved, or calls are still under way. */
  readonly alsoMs?: readonly number[];
  /** Further keys of the SUT, which it has told of itself. */
  readonly keys?: readonly ListedSutKey[];
}

/** A key of the SUT from its list of keys. */
export interface ListedSutKey {
  readonly serial: string;
  /** The algorithm's token on the wire. */
  readonly token: string;
  readonly publicPem: string;
}

/** Passes on news to those who make the load; what came before they listened is not repeated. */
export class NewsDesk {
  readonly #readers = new Set<(news: CallerNews) => void>();

  tell(news: CallerNews): void {
    for (const reader of this.#readers) reader(news);
  }

  /** Gives what ends the subscription. */
  subscribe(reader: (news: CallerNews) => void): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }
}
