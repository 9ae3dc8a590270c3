import { randomBytes } from "node:crypto";
import type { PrivateKey } from "../core/signature/scheme.ts";
import type { Offload } from "../core/runtime/runtime.ts";
import type { Envelope } from "../core/envelope/envelope.ts";
import type { RequestMessage } from "../core/envelope/message.ts";
import { PARTY, PARTY_SERIAL } from "./order.ts";

export interface Signer {
  readonly envelope: Envelope;
  readonly algorithm: string;
  readonly key: PrivateKey;
  readonly offload: Offload;
}

/** One request as the bytes of a whole HTTP message, signed: the generator only has to write it. */
async function presign(signer: Signer, method: string, target: string, data: unknown): Promise<Buffer> {
  const body = data === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(data));
  const message: RequestMessage = {
    method,
    target,
    party: PARTY,
    serial: PARTY_SERIAL,
    algorithm: signer.algorithm,
    timestamp: String(Math.floor(Date.now() / 1000)),
    nonce: randomBytes(16).toString("hex"),
    body,
  };
  const signature = await signer.offload.sign(signer.key, signer.envelope.requestBase(message));
  const sealed = signer.envelope.sealRequest(message, signature);
  const headers = [
    ["Host", "127.0.0.1"],
    ...sealed.headers,
    ...(sealed.body.length > 0 ? [["Content-Type", signer.envelope.codec.mediaType]] : []),
    ["Content-Length", String(sealed.body.length)],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${headers.join("")}\r\n`), sealed.body]);
}

/** Signs many, a bounded number at a time. */
export async function presignAll(
  signer: Signer,
  count: number,
  make: (index: number) => { readonly method: string; readonly target: string; readonly data?: unknown },
): Promise<Buffer[]> {
  const made = Array.from<Buffer>({ length: count });
  let next = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let index = next++; index < count; index = next++) {
        const { method, target, data } = make(index);
        made[index] = await presign(signer, method, target, data);
      }
    }),
  );
  return made;
}
