/** Rows handled at once, of all receivers together; but nobody is kept from a first one. */
const PLACES = 128;

/** The most that one receiver can hold: all others idle, it holds as many as it leaves free. */
export const MOST_OF_ONE = PLACES / 2;

interface Holder {
  held: number;
  /** With a backlog, one look for many places given back is cheaper than one for each: the next is due at so few held. */
  lookAt: number;
}

/**
 * Who may have how many rows handled at once. A receiver may hold no more places than are free, so the more of them
 * hold on to theirs, the less each can take, and one that holds none always gets one. However many are dead, they
 * cannot take what a healthy one needs; and no more than `PLACES`, and one for each receiver, are ever taken.
 */
export class Places {
  readonly #holders = new Map<string, Holder>();
  #taken = 0;

  /** How many more rows the receiver could start if nobody else started any. */
  room(receiver: string): number {
    const held = this.#holders.get(receiver)?.held ?? 0;
    const room = Math.ceil((PLACES - this.#taken - held) / 2);
    return held === 0 ? Math.max(1, room) : Math.max(0, room);
  }

  /** False when the receiver may hold no more; the rest of its rows then waits for what it gives back. */
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

  /** True when it is time to look what else there is. */
  giveBack(receiver: string): boolean {
    const holder = this.#holders.get(receiver);
    if (holder === undefined)
      throw new Error(`The receiver ${JSON.stringify(receiver)} holds no place that it could give back.`);
    this.#taken -= 1;
    holder.held -= 1;
    if (holder.held === 0) this.#holders.delete(receiver);
    return holder.held <= holder.lookAt;
  }

  /** A look is about to learn anew who has a backlog, of all but those whose rows it does not read. */
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
