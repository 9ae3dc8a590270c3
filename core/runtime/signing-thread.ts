import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { PrivateKey } from "../signature/scheme.ts";
import { signatureScheme } from "../signature/schemes.ts";
import { joinParts, splitParts } from "./signing-batch.ts";
import type { FromSigner, ToSigner } from "./signing-batch.ts";

/** The inside of one signing thread: keys come once, then batches; each batch is answered by one message. */
const port = parentPort;
if (port === null) throw new Error("signing-thread runs as a worker of signing-threads only");

// Whoever reads requests and feeds these threads goes first; otherwise they take the processor and then have no work.
// 0 is the calling thread on Linux and the whole process elsewhere, where there is nothing to be gained.
try {
  if (process.platform === "linux") setPriority(0, 5);
} catch {
  // A sandbox may forbid it; who goes first is then the system's choice.
}

const keys = new Map<number, PrivateKey>();

port.on("message", (message: ToSigner) => {
  if ("key" in message) {
    const { number, scheme, pem } = message.key;
    keys.set(number, signatureScheme(scheme).privateKey(pem));
    return;
  }
  const { keys: numbers, parts } = message.batch;
  let answer: FromSigner;
  try {
    answer = { signatures: joinParts(splitParts(parts).map((bytes, at) => (keys.get(numbers[at] ?? -1) as PrivateKey).sign(bytes))) };
  } catch (error) {
    answer = { failure: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer, "signatures" in answer ? [answer.signatures.bytes.buffer as ArrayBuffer] : []);
});
