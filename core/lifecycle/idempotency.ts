import { hash } from "node:crypto";
import { canonicalJson } from "../json/canonical.ts";
import type { Scope } from "../expression/expression.ts";
import type { Idempotency } from "../pack/types.ts";
import type { Json } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import type { Call, CallResult } from "./call-result.ts";
import { keyPart } from "./key.ts";
import { joinKey } from "./rows.ts";

/** The outcome of a call as it is remembered: a row of `idempotency`. */
export interface IdempotencyRecord {
  /** SHA-256 of the canonical form of the fields that must be equal. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: Json;
  readonly refusal?: string;
}

/** Under which key a call's outcome is remembered, and what a repetition must equal. */
export interface RecordKey {
  readonly key: string;
  readonly fingerprint: string;
}

export function recordKeyOf(rule: Idempotency, { interface: { id }, party, request }: Call): RecordKey {
  const compared =
    rule.fingerprint === "all"
      ? request
      : Object.fromEntries(rule.fingerprint.map((name) => [name, request[name] ?? null]));
  return {
    key: joinKey([id, party.party_id, ...rule.key.map((name) => keyPart(request[name], name))]),
    fingerprint: hash("sha256", canonicalJson(compared), "base64url"),
  };
}

/** What a call with a key that was used before is answered; undefined where it is judged anew. */
export function repetition(
  rule: Idempotency,
  record: IdempotencyRecord,
  fingerprint: string,
  scope: Scope,
): CallResult | undefined {
  if (record.fingerprint !== fingerprint) return { kind: "refusal", code: rule.mismatch };
  if (record.refusal !== undefined) return { kind: "refusal", code: record.refusal };
  if (rule.onSuccess === "duplicate-code") return { kind: "refusal", code: rule.duplicateCode ?? rule.mismatch };
  return rule.onSuccess === "same"
    ? { kind: "answer", status: record.status, body: record.body, scope, replayed: true }
    : undefined;
}

/** Remembers the outcome of a call under its key. */
export function remember(
  work: Workspace,
  { key, fingerprint }: RecordKey,
  status: number,
  body: Json,
  refusal?: string,
): void {
  const record: IdempotencyRecord =
    refusal === undefined ? { fingerprint, status, body } : { fingerprint, status, body, refusal };
  work.put("idempotency", key, record as unknown as Json);
}
