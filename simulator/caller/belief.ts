import { certifies } from "../../core/signature/certificate.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { HttpResponse } from "../../core/runtime/runtime.ts";
import type { Peer } from "../identity/identity.ts";

/** Why an answer is not believed. `another`: it was made for another request. */
export type Doubt = "unsigned" | "unknown-key" | "wrong-signature" | "stale" | "another";

/**
 * The reason not to believe an answer; undefined when the peer signed it and it is fresh. `now` in milliseconds since
 * the epoch.
 */
export function doubt(pack: Pack, peer: Peer, response: HttpResponse, now: number): Doubt | undefined {
  const { freshness } = pack.source.manifest.policies;
  const opened = pack.envelope.openAnswer(response);
  if (!opened.ok) return "unsigned";
  const { serial, algorithm, covered, signature } = opened;
  const { certificate } = opened;
  const valid = peer.keys.filter(
    (known) =>
      // What the message says of its key is compared with the key that is known, and never believed.
      (certificate === undefined || (known.key.kind === "public" && certifies(certificate, known.key))) &&
      (serial === undefined || known.serial === serial) &&
      (algorithm === undefined || known.algorithm === algorithm) &&
      (known.from === undefined || now >= known.from) &&
      (known.until === undefined || now < known.until),
  );
  if (valid.length === 0) return "unknown-key";
  if (signature === undefined || !valid.some(({ key }) => key.verify(covered, signature))) return "wrong-signature";
  // An answer that carries no time is as fresh as its request.
  if (opened.timestamp === undefined) return undefined;
  const seconds = pack.times.read(opened.timestamp);
  if (seconds === undefined) return "wrong-signature";
  return Math.abs(Math.floor(now / 1000) - seconds) > freshness.clockSkewSeconds ? "stale" : undefined;
}
