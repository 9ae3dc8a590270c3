import { randomBytes } from "node:crypto";
import { encodeBase64 } from "../core/signature/base64.ts";
import { formatAuthorization } from "../core/envelope/authorization-header/authorization.ts";
import { requestBase } from "../core/envelope/authorization-header/base.ts";
import type { EnvelopePolicy } from "../core/envelope/policy.ts";
import type { PrivateKey } from "../core/signature/scheme.ts";
import type { Offload } from "../core/runtime/runtime.ts";
import { PARTY, PARTY_SERIAL } from "./order.ts";

export interface Signer {
  readonly policy: EnvelopePolicy;
  readonly algorithm: string;
  readonly key: PrivateKey;
  readonly offload: Offload;
}

/** One request as the bytes of a whole HTTP message, signed: the generator only has to write it. */
async function presign(signer: Signer, method: string, target: string, data: unknown): Promise<Buffer> {
  const body = data === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(data));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(16).toString("hex");
  const base = requestBase(signer.policy, { method, target: target, timestamp, nonce, body });
  const signature = encodeBase64(await signer.offload.sign(signer.key, base));
  const authorization = formatAuthorization(signer.policy, signer.algorithm, {
    party: PARTY,
    nonce,
    timestamp,
    serial: PARTY_SERIAL,
    signature,
  });
  return Buffer.concat([
    Buffer.from(
      `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n${body.length > 0 ? "Content-Type: application/json\r\n" : ""}Content-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
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
