import { createHash } from "node:crypto";
import type { Pack } from "../../core/pack/compile.ts";
import { nonceRule } from "../../core/envelope/nonce-rule.ts";
import type { Times } from "../../core/envelope/times.ts";
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
  /**
   * The inputs of the second half; undefined where messages carry no nonce, so that idempotency alone holds replays. Made
   * outside the unit, because from here on the nonce may count as used.
   */
  claim(signed: Signed, now: number): NonceClaim | undefined;
  /**
   * Second half, to be run in the same commit as whatever the call does, so that a replay is refused after a crash
   * exactly if the first use had an effect. `repeated`: the same message again, where the pack lets idempotency answer it.
   */
  useNonce(work: Workspace, claim: NonceClaim | undefined): Reading<"new" | "replayed" | "repeated">;
}

export interface NonceClaim {
  /** Rows that exist if the nonce was used. */
  readonly before: readonly string[];
  /** The row that records this use. */
  readonly key: string;
  /** The signed bytes; empty where every replay is refused. */
  readonly digest: string;
}

export function freshness({ source, times }: Pick<Pack, "source" | "times">, book: NonceBook): Freshness {
  const { freshness: policy, stages } = source.manifest.policies;
  const goodNonce = policy.nonce === undefined ? undefined : nonceRule(policy.nonce);
  // The nonce counts until every timestamp sent with it must be stale.
  const lifetimeMs = policy.clockSkewSeconds * 2000 + 1000;
  const late = (issue: string): Staged<undefined> =>
    refuse(stages, "freshness.timestamp", { detail: { field: "timestamp", issue, location: "header" } });

  return {
    checkTimestamp: (signed, now) => {
      const issue =
        signed.timestamp === undefined ? undefined : staleness(signed.timestamp, now, times, policy.clockSkewSeconds);
      if (issue !== undefined) return late(issue);
      if (signed.nonce !== undefined && goodNonce?.(signed.nonce) === false)
        return refuse(stages, "signature", {
          detail: {
            field: "nonce",
            issue: `the nonce must have ${policy.nonce?.minLength} to ${policy.nonce?.maxLength} characters and match ${policy.nonce?.pattern}`,
            location: "header",
          },
        });
      return pass(undefined);
    },
    claim: (signed, now) => {
      if (signed.nonce === undefined) return undefined;
      const party = signed.peer.record.party_id;
      const untilSeconds = Math.ceil((now + lifetimeMs) / 1000);
      return {
        before: book.claim(party, signed.nonce, untilSeconds, now / 1000),
        key: nonceKey(party, signed.nonce, untilSeconds),
        // Bytes are compared by what was signed, not by the signature: one message can have many valid ones.
        digest: policy.exactReplay === "refuse" ? "" : createHash("sha256").update(signed.base).digest("base64"),
      };
    },
    *useNonce(work, claim) {
      if (claim === undefined) return "new";
      const { before, key, digest } = claim;
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

/** What is wrong with a time of signing; undefined for one within the window. */
function staleness(timestamp: string, now: number, times: Times, allowed: number): string | undefined {
  const seconds = times.read(timestamp);
  if (seconds === undefined) return `the timestamp must be ${WRITTEN[times.form] ?? `written as ${times.form}`}`;
  const age = Math.floor(now / 1000) - seconds;
  return Math.abs(age) > allowed
    ? `the timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}; at most ${allowed} s are allowed`
    : undefined;
}

const WRITTEN: Readonly<Partial<Record<Times["form"], string>>> = {
  seconds: "whole seconds since 1970, in plain decimal digits",
  milliseconds: "milliseconds since 1970, in plain decimal digits",
};
