import { setPriority } from "node:os";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { PrivateKey } from "../signature/scheme.ts";
import { pairScheme } from "../signature/schemes.ts";
import { SigningSlots } from "./signing-slots.ts";
import type { SigningMemory } from "./signing-slots.ts";

/** What a signing thread is started with. */
export interface SigningThreadData {
  readonly memory: SigningMemory;
  readonly thread: number;
}

/** A key that a thread has not seen yet. */
export interface SigningKey {
  readonly number: number;
  readonly scheme: string;
  readonly pem: string;
}

/** The inside of one signing thread. It never returns to its event loop: it signs, and sleeps when there is nothing. */
const port = parentPort;
if (port === null) throw new Error("signing-thread runs as a worker of signing-threads only");
const { memory, thread } = workerData as SigningThreadData;

// The main thread, which feeds these threads, has the higher priority; otherwise they take the processor and run out of
// work. Theirs is not the lowest, with which any busy process would delay all answers.
// 0 is the calling thread on Linux and the whole process elsewhere, where lowering it gains nothing.
try {
  if (process.platform === "linux") setPriority(0, 10);
} catch {
  // A sandbox may forbid it; the system then chooses the order.
}

const slots = new SigningSlots(memory);
const keys = new Map<number, PrivateKey>();

/** Keys are sent before the first job that needs them. */
function keyOf(number: number): PrivateKey {
  for (let key = keys.get(number); ; key = keys.get(number)) {
    if (key !== undefined) return key;
    const { message } = receiveMessageOnPort(port as NonNullable<typeof port>) as { readonly message: SigningKey };
    keys.set(message.number, pairScheme(message.scheme).privateKey(message.pem));
  }
}

const tell = (): void => port.postMessage(null);

for (;;) {
  const slot = slots.take(thread);
  if (slot === undefined) {
    slots.rest(tell);
    continue;
  }
  const { key, bytes } = slots.job(slot);
  let outcome: { readonly signature: Uint8Array } | { readonly failure: string };
  try {
    outcome = { signature: keyOf(key).sign(bytes) };
  } catch (error) {
    outcome = { failure: error instanceof Error ? error.message : String(error) };
  }
  if (slots.end(slot, outcome)) tell();
}
