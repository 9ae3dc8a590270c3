import { zeroedBytes } from "../signature/slab.ts";

/** Jobs under way at most, more than a busy server has at once; further ones wait. */
const SLOTS = 128;

/** Bytes of one job at most. Unwritten pages take no memory. */
export const SLOT_BYTES = 65_536;

/** What a slot is. Above `TAKEN` is the number of the thread that works on it. */
const FREE = 0;
const READY = 1;
const DONE = 2;
const FAILED = 3;
const TAKEN = 16;

/**
 * Ended jobs of which the main thread is told at once; an idle thread reports fewer. Waking it for each job costs more
 * than all its other work for a signature.
 */
export const JOBS_PER_WAKE = 6;

// Words of the control block: two counters, a flag, a counter, and three words a slot.
const PUBLISHED = 0;
const NEXT = 1;
const TOLD = 2;
const UNTOLD = 3;
const FIRST_SLOT = 4;
const STATE = 0;
const KEY = 1;
const LENGTH = 2;
const WORDS = 3;

/** The memory that the main thread and the signing threads share. */
export interface SigningMemory {
  readonly control: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
}

export function signingMemory(): SigningMemory {
  return {
    control: new SharedArrayBuffer(4 * (FIRST_SLOT + WORDS * SLOTS)),
    data: new SharedArrayBuffer(SLOTS * SLOT_BYTES),
  };
}

/**
 * A queue of signatures to be made, in memory that all threads share: each thread takes the next job when it is done with
 * one. Messages between threads cost more, and batches leave one thread busy while another is idle. A slot goes free,
 * ready, taken, done (or failed), free; each step is one atomic write of its state.
 *
 * Jobs are numbered from 0 and stand in the slot of their number modulo the slots; numbers wrap around at 32 bits.
 */
export class SigningSlots {
  readonly #control: Int32Array;
  readonly #data: Uint8Array;

  constructor({ control, data }: SigningMemory) {
    this.#control = new Int32Array(control);
    this.#data = new Uint8Array(data);
  }

  // The main thread's side.

  /** The slot of the next job, or undefined while the job that had it before is under way. */
  free(): number | undefined {
    const slot = Atomics.load(this.#control, PUBLISHED) & (SLOTS - 1);
    return this.#state(slot) === FREE ? slot : undefined;
  }

  /** Puts a job into the slot that `free` named. It is taken up once `wake` was called, or before. */
  publish(slot: number, key: number, bytes: Uint8Array): void {
    this.#data.set(bytes, slot * SLOT_BYTES);
    this.#set(slot, KEY, key);
    this.#set(slot, LENGTH, bytes.length);
    this.#set(slot, STATE, READY);
    Atomics.add(this.#control, PUBLISHED, 1);
  }

  /** Wakes so many of the threads that sleep. */
  wake(threads: number): void {
    Atomics.notify(this.#control, PUBLISHED, threads);
  }

  /** From now on jobs that end are told of anew. To be called before looking at what has ended. */
  listen(): void {
    Atomics.store(this.#control, UNTOLD, 0);
    Atomics.store(this.#control, TOLD, 0);
  }

  /** What became of the job in a slot, which is free again; undefined while it is under way. */
  collect(slot: number): { readonly signature: Uint8Array } | { readonly failure: string } | undefined {
    const state = this.#state(slot);
    if (state !== DONE && state !== FAILED) return undefined;
    const bytes = this.#copy(slot);
    this.#set(slot, STATE, FREE);
    return state === DONE ? { signature: bytes } : { failure: new TextDecoder().decode(bytes) };
  }

  /** Frees a slot that a thread had taken when it died. False when it is not that thread's. */
  release(slot: number, thread: number): boolean {
    return Atomics.compareExchange(this.#control, this.#word(slot, STATE), TAKEN + thread, FREE) === TAKEN + thread;
  }

  // A signing thread's side.

  /** The next job's slot, if there is one. */
  take(thread: number): number | undefined {
    for (;;) {
      const next = Atomics.load(this.#control, NEXT);
      if (next === Atomics.load(this.#control, PUBLISHED)) return undefined;
      const slot = next & (SLOTS - 1);
      const mine = Atomics.compareExchange(this.#control, this.#word(slot, STATE), READY, TAKEN + thread) === READY;
      // A thread that lost the slot moves on to the next one as well.
      Atomics.compareExchange(this.#control, NEXT, next, (next + 1) | 0);
      if (mine) return slot;
    }
  }

  /** The job in a taken slot. The bytes are a copy, since OpenSSL is not to read what another thread could write. */
  job(slot: number): { readonly key: number; readonly bytes: Uint8Array } {
    return { key: this.#get(slot, KEY), bytes: this.#copy(slot) };
  }

  /**
   * Sleeps until there is a next job, `ms` milliseconds at most. Before it sleeps it calls `tell` when ended jobs are still
   * unreported to the main thread.
   */
  rest(tell: () => void, ms = Number.POSITIVE_INFINITY): void {
    const published = Atomics.load(this.#control, PUBLISHED);
    if (Atomics.load(this.#control, NEXT) !== published) return;
    if (Atomics.load(this.#control, UNTOLD) > 0 && this.#tells()) tell();
    Atomics.wait(this.#control, PUBLISHED, published, ms);
  }

  /** Ends the job in a taken slot. True when the main thread has to be told at once. */
  end(slot: number, outcome: { readonly signature: Uint8Array } | { readonly failure: string }): boolean {
    const bytes =
      "signature" in outcome ? outcome.signature : new TextEncoder().encode(outcome.failure).subarray(0, SLOT_BYTES);
    this.#data.set(bytes, slot * SLOT_BYTES);
    this.#set(slot, LENGTH, bytes.length);
    this.#set(slot, STATE, "signature" in outcome ? DONE : FAILED);
    return Atomics.add(this.#control, UNTOLD, 1) + 1 >= JOBS_PER_WAKE && this.#tells();
  }

  /** False when it was told and has not looked yet. */
  #tells(): boolean {
    return Atomics.exchange(this.#control, TOLD, 1) === 0;
  }

  #copy(slot: number): Uint8Array {
    const start = slot * SLOT_BYTES;
    const bytes = zeroedBytes(this.#get(slot, LENGTH));
    bytes.set(this.#data.subarray(start, start + bytes.length));
    return bytes;
  }

  #word(slot: number, word: number): number {
    return FIRST_SLOT + slot * WORDS + word;
  }

  #state(slot: number): number {
    return this.#get(slot, STATE);
  }

  #get(slot: number, word: number): number {
    return Atomics.load(this.#control, this.#word(slot, word));
  }

  #set(slot: number, word: number, value: number): void {
    Atomics.store(this.#control, this.#word(slot, word), value);
  }
}
