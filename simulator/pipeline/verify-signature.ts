import type { OpenedRequest, WireRequest } from "../../core/envelope/envelope.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { readable } from "../../core/redaction/wide-text.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Identity, Peer, PeerKey } from "../identity/identity.ts";
import { pass, refuse } from "./refusal.ts";
import type { Refusal, Staged } from "./refusal.ts";

export interface Signed {
  readonly peer: Peer;
  readonly algorithm: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** What the signature covers. */
  readonly base: Uint8Array;
  /** The body, where the envelope had to decode it. */
  readonly payload: OpenedRequest["payload"];
}

/**
 * Second stage: the signature over the bytes as received. One code for every way to fail, so that a stranger learns
 * nothing; in test mode the hint tells the integrator what was verified (people's data masked, every other byte as it
 * was) and what most likely went wrong. Where the signature stands in the body, a body that cannot be decoded is
 * refused here, before anything of it is believed.
 */
export function verifySignature(
  pack: Pack,
  identity: Identity,
  request: WireRequest,
  now: number,
  testMode: boolean,
  redact: Redaction,
): Staged<Signed> {
  const { stages, limits } = pack.source.manifest.policies;
  const opened = pack.envelope.openRequest(request, {
    bytes: limits.bodyBytes,
    depth: limits.depth,
    members: limits.members,
  });
  if (!opened.ok) {
    const issue = opened.message.en;
    const detail = { field: opened.field, location: opened.location };
    return opened.stage === "decode"
      ? refuse(stages, "decode", { detail: { ...detail, issue } })
      : unsigned(pack, testMode ? issue : undefined, detail);
  }
  const failed = (issue: string, hint?: () => Json): Staged<Signed> =>
    unsigned(pack, testMode ? issue : undefined, undefined, testMode ? hint : undefined);

  const peer = identity.peer(opened.party);
  if (peer === undefined) return failed(`no party "${opened.party}" is enrolled`);
  const { serial, algorithm, covered } = opened;
  let nearest: PeerKey | undefined;
  let step: Step = Step.unknown;
  for (const key of peer.keys) {
    if (serial !== undefined && key.serial !== serial) continue;
    const reached = tried(key, opened, now);
    if (reached === Step.fits)
      return pass({
        peer,
        algorithm,
        timestamp: opened.timestamp,
        nonce: opened.nonce,
        base: covered,
        payload: opened.payload,
      });
    if (reached > step) [nearest, step] = [key, reached];
  }
  if (nearest === undefined)
    return failed(
      `party "${opened.party}" has no key "${serial ?? ""}"; enrolled: ${peer.keys.map((key) => key.serial).join(", ")}`,
    );
  const key = nearest;
  if (step === Step.outOfTime) return failed(`key "${key.serial}" is not valid at this time`);
  if (step === Step.otherAlgorithm) return failed(`key "${key.serial}" signs with ${key.algorithm}, not ${algorithm}`);
  return failed("the signature does not verify over this message", () =>
    hintOf(pack, identity, request, opened, key, now, redact),
  );
}

/** How far a signature gets with a key. */
const Step = { unknown: 0, outOfTime: 1, otherAlgorithm: 2, otherSignature: 3, fits: 4 } as const;
type Step = (typeof Step)[keyof typeof Step];

function tried({ key, from, until, algorithm }: PeerKey, opened: OpenedRequest, now: number): Step {
  if ((from !== undefined && now < from) || (until !== undefined && now >= until)) return Step.outOfTime;
  if (algorithm !== opened.algorithm) return Step.otherAlgorithm;
  return opened.signature !== undefined && key.verify(opened.covered, opened.signature)
    ? Step.fits
    : Step.otherSignature;
}

/** The one refusal of the stage. `issue` undefined: the caller learns no more than that. */
function unsigned(
  pack: Pack,
  issue: string | undefined,
  at?: Pick<NonNullable<Refusal["detail"]>, "field" | "location">,
  hint?: () => Json,
): Staged<Signed> {
  const part = pack.envelope.requestParts.find(({ id }) => id === "signature");
  return refuse(pack.source.manifest.policies.stages, "signature", {
    detail: {
      ...(at ?? { field: part?.within ?? part?.name ?? "", location: part?.location === "body" ? "body" : "header" }),
      issue: issue ?? "the signature was not accepted",
    },
    ...(hint === undefined ? {} : { hint: hint() }),
  });
}

/** What was verified, and the likeliest mistake behind a signature that does not fit it. */
function hintOf(
  pack: Pack,
  identity: Identity,
  request: WireRequest,
  opened: OpenedRequest,
  key: PeerKey,
  now: number,
  redact: Redaction,
): Json {
  const message: RequestMessage = {
    method: request.method,
    target: request.target,
    party: opened.party,
    serial: key.serial,
    algorithm: opened.algorithm,
    timestamp: opened.timestamp,
    nonce: opened.nonce,
    body: opened.body,
  };
  const cause = pack.envelope.diagnose({
    kind: "request",
    message,
    signature: opened.signatureText,
    key: key.key,
    now,
    clockSkewSeconds: pack.source.manifest.policies.freshness.clockSkewSeconds,
    otherKeys: identity.peers
      .flatMap((other) => other.keys.map((one) => ({ owner: `${other.record.party_id} ${one.serial}`, key: one.key })))
      .filter(({ key: one }) => one !== key.key),
  });
  const shown = pack.envelope.requestBase({
    ...message,
    target: redact.target(request.target),
    body: new TextEncoder().encode(redact.text(readable(opened.body))),
  });
  return {
    verified_string: new TextDecoder().decode(shown),
    ...(cause === undefined ? {} : { likely_cause: { id: cause.id, en: cause.message.en, zh: cause.message.zh } }),
  };
}
