import type { RandomStream } from "../../core/runtime/runtime.ts";

/** A nonce for a message of ours: 128 bits of the stream as lower-case hex. */
export function freshNonce(random: RandomStream): string {
  const bytes = random.bytes(16);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
