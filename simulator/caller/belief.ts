import type { Pack } from "../../core/pack/compile.ts";
import type { HttpResponse } from "../../core/runtime/runtime.ts";
import { decodeBase64Strict, parseTimestampSeconds, responseBase } from "../../core/signature/message.ts";
import { headerValues } from "../http/raw.ts";
import type { Peer } from "../identity/identity.ts";

/** Why an answer is not believed. */
export type Doubt = "unsigned" | "unknown-key" | "wrong-signature" | "stale";

/**
 * The reason not to believe an answer; undefined when the peer signed it and it is fresh. `now` in milliseconds since
 * the epoch.
 */
export function doubt(pack: Pack, peer: Peer, response: HttpResponse, now: number): Doubt | undefined {
  const { signature: policy, freshness } = pack.source.manifest.policies;
  const names = policy.response;
  const one = (name: string): string | undefined => {
    const values = headerValues(response.headers, name.toLowerCase());
    // With two signatures it is unclear which one counts.
    return values.length === 1 ? values[0] : undefined;
  };
  const [timestamp, nonce, serial, signature] = [
    one(names.timestamp),
    one(names.nonce),
    one(names.serial),
    one(names.signature),
  ];
  if (timestamp === undefined || nonce === undefined || serial === undefined || signature === undefined)
    return "unsigned";
  const key = peer.keys.find(
    (known) =>
      known.serial === serial &&
      (known.from === undefined || now >= known.from) &&
      (known.until === undefined || now < known.until),
  );
  if (key === undefined || (one(names.algorithm) ?? key.algorithm) !== key.algorithm) return "unknown-key";
  const bytes = decodeBase64Strict(signature);
  const seconds = parseTimestampSeconds(timestamp);
  if (
    bytes === undefined ||
    seconds === undefined ||
    !key.key.verify(responseBase(policy, { timestamp, nonce, body: response.body }), bytes)
  )
    return "wrong-signature";
  return Math.abs(Math.floor(now / 1000) - seconds) > freshness.clockSkewSeconds ? "stale" : undefined;
}
