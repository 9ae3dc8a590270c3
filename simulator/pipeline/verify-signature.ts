import type { Envelope, OpenedRequest, WireRequest } from "../../core/envelope/envelope.ts";
import { certifies } from "../../core/signature/certificate.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Identity, Peer, PeerKey } from "../identity/identity.ts";
import { pass, refuse } from "./refusal.ts";
import type { Refusal, Staged } from "./refusal.ts";
import { requestHint, serialHint, validityHint } from "./signature-hint.ts";
import type { Earlier } from "./signature-hint.ts";

export interface Signed {
  readonly peer: Peer;
  readonly algorithm: string;
  /** Undefined where messages carry none. */
  readonly timestamp: string | undefined;
  readonly nonce: string | undefined;
  /** What the signature covers. */
  readonly base: Uint8Array;
  /** The body, where the envelope had to decode it. */
  readonly payload: OpenedRequest["payload"];
  /** The payload's bytes. */
  readonly body: Uint8Array;
  /** The parameters beside it, where those of query and body are one set. */
  readonly query: OpenedRequest["query"];
}

/** How refusals explain themselves. */
export interface Explaining {
  /** Without it every refusal of the stage reads alike. */
  readonly testMode: boolean;
  /** Where peers reach us, as far as we know. */
  readonly baseUrl: () => string;
  readonly redact: Redaction;
  /** Exchanges from before, the newest first. */
  readonly earlier: () => readonly Earlier[];
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
  called: Interface,
  request: WireRequest,
  now: number,
  { testMode, baseUrl, redact, earlier }: Explaining,
): Staged<Signed> {
  const { stages, limits } = pack.source.manifest.policies;
  const envelope = pack.requestEnvelope(called);
  const opened = envelope.openRequest(request, {
    bytes: limits.bodyBytes,
    depth: limits.depth,
    members: limits.members,
  });
  if (!opened.ok) {
    const issue = opened.message.en;
    const detail = { field: opened.field, location: opened.location };
    return opened.stage === "decode"
      ? refuse(stages, "decode", { detail: { ...detail, issue } })
      : unsigned(pack, envelope, testMode ? issue : undefined, detail);
  }
  const failed = (issue: string, hint?: () => Json): Staged<Signed> =>
    unsigned(pack, envelope, testMode ? issue : undefined, undefined, testMode ? hint : undefined);

  const { party, serial, algorithm, covered } = opened;
  // Requests that are signed like answers name no party: whoever has the key is the sender.
  const senders = party === undefined ? identity.peers : [identity.peer(party)].filter((one) => one !== undefined);
  if (party !== undefined && senders.length === 0) return failed(`no party "${party}" is enrolled`);
  const [sender] = senders;
  let nearest: PeerKey | undefined;
  let step: Step = Step.unknown;
  for (const peer of senders)
    for (const key of peer.keys) {
      if (serial !== undefined && key.serial !== serial) continue;
      const reached = tried(key, opened, now);
      if (reached === Step.fits)
        return pass({
          peer,
          algorithm: key.algorithm,
          timestamp: opened.timestamp,
          nonce: opened.nonce,
          base: covered,
          payload: opened.payload,
          query: opened.query,
          get body() {
            return opened.body;
          },
        });
      if (reached > step) [nearest, step] = [key, reached];
    }
  if (nearest === undefined)
    return failed(
      `${party === undefined ? "no party" : `party "${party}"`} has ${party === undefined ? "a" : "no"} key "${serial ?? ""}"; enrolled: ${senders
        .flatMap(({ keys }) => keys.map((key) => key.serial))
        .join(", ")}`,
      // Where the message names no party, the sender is not known, nor is a key that it could have meant.
      party === undefined || sender === undefined ? undefined : () => serialHint(sender, opened),
    );
  const key = nearest;
  if (step === Step.outOfTime)
    return failed(`key "${key.serial}" is not valid at this time`, () => validityHint(key, now));
  if (step === Step.otherAlgorithm)
    return failed(`key "${key.serial}" signs with ${key.algorithm}, not ${algorithm ?? ""}`);
  return failed("the signature does not verify over this message", () =>
    requestHint({ pack, identity, redact, now }, envelope, request, opened, key, { baseUrl: baseUrl(), earlier }),
  );
}

/** How far a signature gets with a key. */
const Step = { unknown: 0, outOfTime: 1, otherAlgorithm: 2, otherSignature: 3, fits: 4 } as const;
type Step = (typeof Step)[keyof typeof Step];

function tried({ key, from, until, algorithm }: PeerKey, opened: OpenedRequest, now: number): Step {
  if ((from !== undefined && now < from) || (until !== undefined && now >= until)) return Step.outOfTime;
  if (opened.algorithm !== undefined && algorithm !== opened.algorithm) return Step.otherAlgorithm;
  const { certificate } = opened;
  if (certificate !== undefined && !(key.kind === "public" && certifies(certificate, key))) return Step.otherSignature;
  return opened.signature !== undefined && key.verify(opened.covered, opened.signature)
    ? Step.fits
    : Step.otherSignature;
}

/** The one refusal of the stage. `issue` undefined: the caller learns no more than that. */
function unsigned(
  pack: Pack,
  envelope: Envelope,
  issue: string | undefined,
  at?: Pick<NonNullable<Refusal["detail"]>, "field" | "location">,
  hint?: () => Json,
): Staged<Signed> {
  const part = envelope.requestParts.find(({ id }) => id === "signature");
  return refuse(pack.source.manifest.policies.stages, "signature", {
    detail: {
      ...(at ?? { field: part?.within ?? part?.name ?? "", location: part?.location === "body" ? "body" : "header" }),
      issue: issue ?? "the signature was not accepted",
    },
    ...(hint === undefined ? {} : { hint: hint() }),
  });
}
