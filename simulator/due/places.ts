/** Rows handled at once, of all receivers together; each receiver may always have one. */
const PLACES = 128;

/** The most that one receiver can hold, reached when it is alone: as many as it leaves free. */
export const MOST_OF_ONE = PLACES / 2;

interface Holder {
  held: number;
  /**
   * A receiver with a backlog waits until it holds only so many places: one look for many is cheaper than one for each.
   */
  lookAt: number;
}

/**
 * How many rows of each receiver are handled at once. Each new receiver gets half the free places, at least one, so dead
 * receivers cannot take what a healthy one needs. At most `PLACES` are taken, plus one for each receiver.
 */
export class Places {
  readonly #holders = new Map<string, Holder>();
  #taken = 0;

  /** How many more rows the receiver could start if all others stood still. */
  room(receiver: string): number {
    const held = this.#holders.get(receiver)?.held ?? 0;
    const room = Math.ceil((PLACES - this.#taken - held) / 2);
    return held === 0 ? Math.max(1, room) : Math.max(0, room);
  }

  /** Takes a place. False when the receiver has its share; its other rows then wait until it gives places back. */
  take(receiver: string): boolean {
    const holder = this.#holders.get(receiver);
    if (holder === undefined) this.#holders.set(receiver, { held: 1, lookAt: Number.POSITIVE_INFINITY });
    else if (this.room(receiver) === 0) {
      holder.lookAt = Math.floor(holder.held / 2);
      return false;
    } else holder.held += 1;
    this.#taken += 1;
    return true;
  }

  /** Gives a place back. True when it is time for another look. */
  giveBack(receiver: string): boolean {
    const holder = this.#holders.get(receiver);
    if (holder === undefined)
      throw new Error(`The receiver ${JSON.stringify(receiver)} holds no place that it could give back.`);
    this.#taken -= 1;
    holder.held -= 1;
    if (holder.held === 0) this.#holders.delete(receiver);
    return holder.held <= holder.lookAt;
  }

  /** Called before a look, which finds the backlogs anew of all receivers but those that it skips. */
  beforeLook(): void {
    for (const [receiver, holder] of this.#holders)
      if (this.room(receiver) > 0) holder.lookAt = Number.POSITIVE_INFINITY;
  }

  /** The first receiver at or above `from`, in the order of names, that may start nothing. */
  firstFull(from: string): string | undefined {
    let first: string | undefined;
    for (const receiver of this.#holders.keys())
      if (receiver >= from && (first === undefined || receiver < first) && this.room(receiver) === 0) first = receiver;
    return first;
  }
}
