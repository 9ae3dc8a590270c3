import { createHash } from "node:crypto";
import type { Policies } from "../../core/pack/types.ts";
import { nonceRule } from "../../core/envelope/nonce-rule.ts";
import { parseTimestampSeconds } from "../../core/envelope/timestamp.ts";
import type { Reading } from "../../core/unit/unit.ts";
import type { Workspace } from "../../core/unit/workspace.ts";
import { pass, refuse } from "./refusal.ts";
import { nonceKey } from "../identity/nonce-book.ts";
import type { NonceBook } from "../identity/nonce-book.ts";
import type { Staged } from "./refusal.ts";
import type { Signed } from "./verify-signature.ts";

/** Third stage: whether the message is fresh, and its nonce unused. */
export interface Freshness {
  /** First half, which needs no state. */
  checkTimestamp(signed: Signed, now: number): Staged<undefined>;
  /** The inputs of the second half. Made outside the unit, because from here on the nonce may count as used. */
  claim(signed: Signed, now: number): NonceClaim;
  /**
   * Second half, to be run in the same commit as whatever the call does, so that a replay is refused after a crash
   * exactly if the first use had an effect. `repeated`: the same message again, where the pack lets idempotency answer it.
   */
  useNonce(work: Workspace, claim: NonceClaim): Reading<"new" | "replayed" | "repeated">;
}

export interface NonceClaim {
  /** Rows that exist if the nonce was used. */
  readonly before: readonly string[];
  /** The row that records this use. */
  readonly key: string;
  /** The signed bytes; empty where every replay is refused. */
  readonly digest: string;
}

export function freshness({ freshness: policy, stages }: Policies, book: NonceBook): Freshness {
  const { minLength, maxLength, pattern } = policy.nonce;
  const goodNonce = nonceRule(policy.nonce);
  // The nonce counts until every timestamp sent with it must be stale.
  const lifetimeMs = policy.clockSkewSeconds * 2000 + 1000;
  const late = (issue: string): Staged<undefined> =>
    refuse(stages, "freshness.timestamp", { detail: { field: "timestamp", issue, location: "header" } });

  return {
    checkTimestamp: (signed, now) => {
      const seconds = parseTimestampSeconds(signed.timestamp);
      if (seconds === undefined) return late("the timestamp must be whole seconds since 1970, in plain decimal digits");
      const age = Math.floor(now / 1000) - seconds;
      if (Math.abs(age) > policy.clockSkewSeconds)
        return late(
          `the timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}; at most ${policy.clockSkewSeconds} s are allowed`,
        );
      if (!goodNonce(signed.nonce))
        return refuse(stages, "signature", {
          detail: {
            field: "nonce",
            issue: `the nonce must have ${minLength} to ${maxLength} characters and match ${pattern}`,
            location: "header",
          },
        });
      return pass(undefined);
    },
    claim: (signed, now) => {
      const party = signed.peer.record.party_id;
      const untilSeconds = Math.ceil((now + lifetimeMs) / 1000);
      return {
        before: book.claim(party, signed.nonce, untilSeconds, now / 1000),
        key: nonceKey(party, signed.nonce, untilSeconds),
        // Bytes are compared by what was signed, not by the signature: one message can have many valid ones.
        digest: policy.exactReplay === "refuse" ? "" : createHash("sha256").update(signed.base).digest("base64"),
      };
    },
    *useNonce(work, { before, key, digest }) {
      for (const one of before) {
        const seen = yield* work.get("nonce", one);
        if (seen !== undefined)
          return policy.exactReplay === "idempotent-answer" && seen === digest ? "repeated" : "replayed";
      }
      work.put("nonce", key, digest);
      return "new";
    },
  };
}
