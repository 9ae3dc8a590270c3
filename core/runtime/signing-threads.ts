import { Worker } from "node:worker_threads";
import type { PrivateKey } from "../signature/scheme.ts";
import { joinParts, splitParts } from "./signing-batch.ts";
import type { FromSigner, ToSigner } from "./signing-batch.ts";

/** Signatures of one message at most: enough to make its cost small, few enough that the first answer does not wait long. */
const BATCH = 6;

/** Batches a thread has at most, so that it finds the next when it is done with one. */
const AHEAD = 2;

interface Job {
  readonly key: PrivateKey;
  readonly bytes: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Batches given and not yet answered, oldest first. */
  readonly given: Job[][];
  readonly known: Set<number>;
}

/**
 * Threads that sign. A private-key operation is most of what an answer costs; here all processors share it, whatever
 * the scheme, while the main thread goes on. Started at the first signature, and again after one has died.
 */
export class SigningThreads {
  readonly #count: number;
  readonly #onDone: () => void;
  readonly #threads: Thread[] = [];
  #waiting: Job[] = [];
  #pending = 0;
  #scheduled = false;
  #closed = false;
  readonly #numbers = new Map<PrivateKey, number>();

  /** `onDone` is told after signatures were made, when `pending` is lower than before. */
  constructor(count: number, onDone: () => void) {
    if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`The number of signing threads is a whole number of at least 1, not ${count}.`);
    this.#count = count;
    this.#onDone = onDone;
  }

  /** Signatures asked for and not yet there. */
  get pending(): number {
    return this.#pending;
  }

  sign(key: PrivateKey, bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("the signing threads were ended"));
      this.#waiting.push({ key, bytes, resolve, reject });
      this.#pending += 1;
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Answers that become ready together are handed out together.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#feed();
      });
    });
  }

  close(): void {
    this.#closed = true;
    for (const thread of this.#threads.splice(0)) this.#bury(thread, new Error("the signing threads were ended"));
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("the signing threads were ended"));
  }

  #feed(): void {
    while (this.#waiting.length > 0 && this.#threads.length < this.#count) this.#threads.push(this.#start());
    for (let ahead = 0; ahead < AHEAD; ahead += 1) {
      for (const thread of this.#threads) {
        if (this.#waiting.length === 0) return;
        // Few are shared out, so that no thread idles beside a full one.
        if (thread.given.length === ahead) this.#give(thread, this.#waiting.splice(0, Math.min(BATCH, Math.ceil(this.#waiting.length / this.#threads.length))));
      }
    }
  }

  #give(thread: Thread, jobs: Job[]): void {
    const keys = Uint32Array.from(jobs, ({ key }) => this.#numberOf(thread, key));
    const parts = joinParts(jobs.map(({ bytes }) => bytes));
    thread.given.push(jobs);
    thread.worker.ref();
    thread.worker.postMessage({ batch: { keys, parts } } satisfies ToSigner, [parts.bytes.buffer as ArrayBuffer]);
  }

  #numberOf(thread: Thread, key: PrivateKey): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    if (!thread.known.has(number)) {
      thread.known.add(number);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
      thread.worker.postMessage({ key: { number, scheme: key.scheme, pem: key.pem } } satisfies ToSigner);
    }
    return number;
  }

  #start(): Thread {
    // In the package this file is JavaScript, and so is its neighbour.
    const worker = new Worker(new URL(`./signing-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
    const thread: Thread = { worker, given: [], known: new Set() };
    worker.on("message", (answer: FromSigner) => this.#take(thread, answer));
    const died = (error: Error): void => {
      const at = this.#threads.indexOf(thread);
      if (at < 0) return;
      this.#threads.splice(at, 1);
      this.#bury(thread, error);
      this.#feed();
      this.#onDone();
    };
    worker.on("error", died);
    worker.on("exit", (code) => died(new Error(`a signing thread ended with ${code}`)));
    return thread;
  }

  #take(thread: Thread, answer: FromSigner): void {
    const jobs = thread.given.shift() ?? [];
    this.#pending -= jobs.length;
    // An idle thread keeps no process alive.
    if (thread.given.length === 0) thread.worker.unref();
    if ("failure" in answer) {
      for (const { reject } of jobs) reject(new Error(answer.failure));
    } else {
      const signatures = splitParts(answer.signatures);
      for (let at = 0; at < jobs.length; at += 1) jobs[at]?.resolve(signatures[at] as Uint8Array);
    }
    this.#feed();
    this.#onDone();
  }

  #bury(thread: Thread, error: Error): void {
    for (const { reject } of thread.given.splice(0).flat()) {
      this.#pending -= 1;
      reject(error);
    }
    void thread.worker.terminate();
  }
}
