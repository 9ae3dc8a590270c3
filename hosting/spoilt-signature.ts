import type { Envelope } from "../core/envelope/envelope.ts";
import { withoutSignature } from "../simulator/defects/parts/signed-answers.ts";
import type { RawResponse } from "../simulator/http/raw.ts";

/** What a script says of the signature of an acknowledgement that is right otherwise. */
export const SPOILT = ["unsigned", "wrongly-signed"] as const;

/** An answer without its signature, or with one that does not fit. */
export function spoiltSignature(response: RawResponse, envelope: Envelope, how: (typeof SPOILT)[number]): RawResponse {
  if (how === "unsigned") return withoutSignature(response, { envelope });
  const opened = envelope.openAnswer(response);
  if (!opened.ok || opened.signature === undefined) return response;
  const { serial = "", algorithm = "", timestamp = "", nonce = "", body, member, carried } = opened;
  const signature = Uint8Array.from(opened.signature);
  signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  const message = { status: response.status, serial, algorithm, timestamp, nonce, body };
  const sealed = envelope.sealAnswer(
    {
      ...message,
      ...(member === undefined ? {} : { member }),
      ...(carried === undefined ? {} : { carried }),
    },
    signature,
  );
  const own = new Set(sealed.headers.map(([name]) => name.toLowerCase()));
  const others = response.headers.filter(([name]) => !own.has(name.toLowerCase()));
  return { ...response, headers: [...others, ...sealed.headers], body: sealed.body };
}
