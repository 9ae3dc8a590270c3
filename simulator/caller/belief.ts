import { certifies } from "../../core/signature/certificate.ts";
import type { OpenedAnswer } from "../../core/envelope/envelope.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { HttpResponse } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Peer, PeerKey } from "../identity/identity.ts";
import { answerHint, serialHint } from "../pipeline/signature-hint.ts";
import type { HintParts } from "../pipeline/signature-hint.ts";

/** Why an answer is not believed. `another`: it was made for another request. */
export type Doubt = "unsigned" | "unknown-key" | "wrong-signature" | "stale" | "another";

/**
 * The reason not to believe an answer; undefined when the peer signed it and it is fresh. `now` in milliseconds since
 * the epoch; `envelope` where answers of its interface have one of their own.
 */
export function doubt(
  pack: Pack,
  peer: Peer,
  response: HttpResponse,
  now: number,
  envelope = pack.envelope,
): Doubt | undefined {
  const { freshness } = pack.source.manifest.policies;
  const opened = envelope.openAnswer(response);
  if (!opened.ok) return "unsigned";
  const { covered, signature } = opened;
  const valid = validKeys(peer, opened, now);
  if (valid.length === 0) return "unknown-key";
  if (signature === undefined || !valid.some(({ key }) => key.verify(covered, signature))) return "wrong-signature";
  // An answer that carries no time is as fresh as its request.
  if (opened.timestamp === undefined) return undefined;
  const seconds = pack.times.read(opened.timestamp);
  if (seconds === undefined) return "wrong-signature";
  return Math.abs(Math.floor(now / 1000) - seconds) > freshness.clockSkewSeconds ? "stale" : undefined;
}

/**
 * Why an answer's signature is not believed, for the journal: what was verified, and the likeliest mistake. Undefined for
 * one that is believed. `request` is the one that was answered, where it is known.
 */
export function answerExplained(
  parts: HintParts,
  peer: Peer,
  response: HttpResponse,
  request: RequestMessage | undefined,
): Json | undefined {
  const { pack, now } = parts;
  const why = doubt(pack, peer, response, now);
  const opened = pack.envelope.openAnswer(response);
  if (why === undefined || why === "another") return undefined;
  if (!opened.ok) return { likely_cause: { id: "unsigned", ...opened.message } };
  const [key] = validKeys(peer, opened, now);
  if (why === "wrong-signature" && key !== undefined) return answerHint(parts, response, opened, key, request);
  if (why !== "stale") return serialHint(peer, { ...opened, party: undefined });
  const age = Math.floor(now / 1000) - (pack.times.read(opened.timestamp ?? "") ?? 0);
  const allowed = pack.source.manifest.policies.freshness.clockSkewSeconds;
  return {
    likely_cause: {
      id: "timestamp-stale",
      en: `the answer's timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}, allowed: ${allowed} s; set the clock, and sign every answer when it is given`,
      zh: `应答的时间戳${age > 0 ? "已过期" : "超前"} ${Math.abs(age)} 秒，允许偏差 ${allowed} 秒；请校准时钟，并在应答时签名`,
    },
  };
}

function validKeys(peer: Peer, opened: OpenedAnswer, now: number): readonly PeerKey[] {
  const { serial, algorithm, certificate } = opened;
  return peer.keys.filter(
    (known) =>
      // What the message says of its key is compared with the key that is known, and never believed.
      (certificate === undefined || (known.key.kind === "public" && certifies(certificate, known.key))) &&
      (serial === undefined || known.serial === serial) &&
      (algorithm === undefined || known.algorithm === algorithm) &&
      (known.from === undefined || now >= known.from) &&
      (known.until === undefined || now < known.until),
  );
}
