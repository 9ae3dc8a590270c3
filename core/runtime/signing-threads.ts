import { Worker } from "node:worker_threads";
import type { PrivateKey, SharedSecret } from "../signature/scheme.ts";
import { SigningSlots, signingMemory, SLOT_BYTES } from "./signing-slots.ts";
import type { SigningKey, SigningThreadData } from "./signing-thread.ts";

interface Job {
  readonly key: PrivateKey;
  readonly bytes: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly number: number;
  readonly worker: Worker;
  readonly knownKeys: Set<number>;
}

/**
 * Threads that sign. A private-key operation is most of what an answer costs; here all processors share it, whatever
 * the scheme, while the main thread goes on. Started at the first signature, and again after one has died.
 */
export class SigningThreads {
  readonly #count: number;
  readonly #onDone: () => void;
  readonly #memory = signingMemory();
  readonly #slots = new SigningSlots(this.#memory);
  readonly #threads: Thread[] = [];
  /** By slot, in the order in which they were published. */
  readonly #underWay = new Map<number, Job>();
  #waiting: Job[] = [];
  #scheduled = false;
  #started = 0;
  #closed = false;
  readonly #keyNumbers = new Map<PrivateKey, number>();

  /** `onDone` is called after signatures were made, when `pending` has fallen. */
  constructor(count: number, onDone: () => void) {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`The number of signing threads is a whole number of at least 1, not ${count}.`);
    this.#count = count;
    this.#onDone = onDone;
  }

  /** Signatures asked for and not yet there. */
  get pending(): number {
    return this.#underWay.size + this.#waiting.length;
  }

  sign(key: PrivateKey | SharedSecret, bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("the signing threads were ended"));
      // Too long to be handed over, which is rare, or sooner signed than handed over.
      if (bytes.length > SLOT_BYTES || key.kind === "secret") return resolve(key.sign(bytes));
      this.#waiting.push({ key, bytes, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Answers that become ready together are handed over together: waking a thread costs more than writing a job.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#publish();
      });
    });
  }

  close(): void {
    this.#closed = true;
    for (const { worker } of this.#threads.splice(0)) void worker.terminate();
    const jobs = [...this.#underWay.values(), ...this.#waiting.splice(0)];
    this.#underWay.clear();
    for (const { reject } of jobs) reject(new Error("the signing threads were ended"));
  }

  #publish(): void {
    const idle = this.#underWay.size === 0;
    let published = 0;
    for (const job of this.#waiting) {
      const slot = this.#slots.free();
      if (slot === undefined) break;
      while (this.#threads.length < this.#count) this.#start();
      this.#slots.publish(slot, this.#keyNumber(job.key), job.bytes);
      this.#underWay.set(slot, job);
      published += 1;
    }
    if (published === 0) return;
    this.#waiting.splice(0, published);
    this.#slots.wake(published);
    if (idle) for (const { worker } of this.#threads) worker.ref();
  }

  #collect(): void {
    this.#slots.listen();
    const before = this.#underWay.size;
    for (const [slot, job] of this.#underWay) {
      const outcome = this.#slots.collect(slot);
      if (outcome === undefined) continue;
      this.#underWay.delete(slot);
      if ("failure" in outcome) job.reject(new Error(outcome.failure));
      else job.resolve(outcome.signature);
    }
    this.#ended(before);
  }

  #ended(before: number): void {
    if (this.#closed || this.#underWay.size === before) return;
    this.#publish();
    // Idle threads keep no process alive.
    if (this.#underWay.size === 0) for (const { worker } of this.#threads) worker.unref();
    this.#onDone();
  }

  /** Sends a key to all threads before the first job that needs it. */
  #keyNumber(key: PrivateKey): number {
    let number = this.#keyNumbers.get(key);
    if (number === undefined) {
      number = this.#keyNumbers.size;
      this.#keyNumbers.set(key, number);
    }
    for (const { worker, knownKeys } of this.#threads) {
      if (knownKeys.has(number)) continue;
      knownKeys.add(number);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
      worker.postMessage({ number, scheme: key.scheme, pem: key.pem } satisfies SigningKey);
    }
    return number;
  }

  #start(): void {
    const number = this.#started;
    this.#started += 1;
    // In the package this file is JavaScript, and so is its neighbour.
    const worker = new Worker(
      new URL(`./signing-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
      {
        workerData: { memory: this.#memory, thread: number } satisfies SigningThreadData,
      },
    );
    const thread: Thread = { number, worker, knownKeys: new Set() };
    this.#threads.push(thread);
    worker.on("message", () => this.#collect());
    worker.on("error", (error: Error) => this.#died(thread, error));
    worker.on("exit", (code) => this.#died(thread, new Error(`a signing thread ended with ${code}`)));
  }

  /** Fails the job that a dead thread was working on; its finished jobs count, and other threads take the rest. */
  #died(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread);
    if (at < 0) return;
    this.#threads.splice(at, 1);
    this.#collect();
    const before = this.#underWay.size;
    for (const [slot, job] of this.#underWay) {
      if (!this.#slots.release(slot, thread.number)) continue;
      this.#underWay.delete(slot);
      job.reject(error);
    }
    this.#ended(before);
    // What was published for threads that are all gone needs new ones.
    if (this.#underWay.size > 0 && !this.#closed) this.#replace();
  }

  #replace(): void {
    while (this.#threads.length < this.#count) this.#start();
    for (const { key } of this.#underWay.values()) this.#keyNumber(key);
  }
}
