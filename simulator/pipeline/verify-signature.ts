import type { Pack } from "../../core/pack/compile.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { readable } from "../../core/redaction/wide-text.ts";
import { diagnose } from "../../core/signature/diagnose.ts";
import { decodeBase64Strict, parseAuthorization, requestBase } from "../../core/signature/message.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { RawRequest } from "../http/raw.ts";
import { headerValues } from "../http/raw.ts";
import type { Identity, Peer } from "../identity/identity.ts";
import { pass, refuse } from "./refusal.ts";
import type { Staged } from "./refusal.ts";

export interface Signed {
  readonly peer: Peer;
  readonly algorithm: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** What the signature covers. */
  readonly base: Uint8Array;
}

/**
 * Second stage: the signature over the bytes as received. One code for every way to fail, so that a stranger learns
 * nothing; in test mode the hint tells the integrator what was verified (people's data masked, every other byte as it
 * was) and what most likely went wrong.
 */
export function verifySignature(
  pack: Pack,
  identity: Identity,
  request: RawRequest,
  body: Uint8Array,
  now: number,
  testMode: boolean,
  redact: Redaction,
): Staged<Signed> {
  const { signature: policy, stages } = pack.source.manifest.policies;
  const failed = (issue: string, hint?: () => Json): Staged<Signed> =>
    refuse(stages.signature, {
      detail: {
        field: policy.authorization.header,
        issue: testMode ? issue : "the signature was not accepted",
        location: "header",
      },
      ...(testMode && hint !== undefined ? { hint: hint() } : {}),
    });

  const values = headerValues(request.headers, policy.authorization.header.toLowerCase());
  if (values.length !== 1)
    return failed(values.length === 0 ? "the header is missing" : "the header came more than once");
  const parsed = parseAuthorization(policy, values[0] ?? "");
  if (!parsed.ok) return failed(parsed.message.en);
  const peer = identity.peer(parsed.party);
  const key = peer?.keys.find(({ serial }) => serial === parsed.serial);
  if (peer === undefined || key === undefined)
    return failed(
      peer === undefined
        ? `no party "${parsed.party}" is enrolled`
        : `party "${parsed.party}" has no key "${parsed.serial}"; enrolled: ${peer.keys.map(({ serial }) => serial).join(", ")}`,
    );
  if ((key.from !== undefined && now < key.from) || (key.until !== undefined && now >= key.until))
    return failed(`key "${parsed.serial}" is not valid at this time`);
  if (key.algorithm !== parsed.token)
    return failed(`key "${parsed.serial}" signs with ${key.algorithm}, not ${parsed.token}`);
  const base = requestBase(policy, {
    method: request.method,
    pathAndQuery: request.target,
    timestamp: parsed.timestamp,
    nonce: parsed.nonce,
    body,
  });
  const bytes = decodeBase64Strict(parsed.signature);
  if (bytes === undefined || !key.key.verify(base, bytes)) {
    return failed("the signature does not verify over this message", () => {
      const cause = diagnose({
        policy,
        method: request.method,
        pathAndQuery: request.target,
        timestamp: parsed.timestamp,
        nonce: parsed.nonce,
        body,
        signature: parsed.signature,
        key: key.key,
        now,
        clockSkewSeconds: pack.source.manifest.policies.freshness.clockSkewSeconds,
        otherKeys: identity.peers
          .flatMap((other) =>
            other.keys.map((one) => ({ owner: `${other.record.party_id} ${one.serial}`, key: one.key })),
          )
          .filter(({ key: one }) => one !== key.key),
      });
      const shown = requestBase(policy, {
        method: request.method,
        pathAndQuery: redact.target(request.target),
        timestamp: parsed.timestamp,
        nonce: parsed.nonce,
        body: new TextEncoder().encode(redact.text(readable(body))),
      });
      return {
        verified_string: new TextDecoder().decode(shown),
        ...(cause === undefined ? {} : { likely_cause: { id: cause.id, en: cause.message.en, zh: cause.message.zh } }),
      };
    });
  }
  return pass({ peer, algorithm: parsed.token, timestamp: parsed.timestamp, nonce: parsed.nonce, base });
}
