import type { HttpResponse } from "../../core/runtime/runtime.ts";
import { decodeBase64Strict } from "../../core/signature/base64.ts";
import { parseTimestampSeconds } from "../../core/envelope/timestamp.ts";
import { responseBase } from "../../core/envelope/authorization-header/base.ts";
import type { EnvelopePolicy } from "../../core/envelope/policy.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PackView } from "../pack-view.ts";
import { readRefusal } from "./refusal.ts";
import type { VerifyingKey } from "./signer.ts";

/** What an answer says, read once and leniently: judging is the session's business. */
export interface Answer {
  /** HTTP status; of a refusal that the pack sends with the status of all refusals, that of its code. */
  readonly status: number;
  /** The status on the wire. */
  readonly httpStatus: number;
  readonly body: Uint8Array;
  /** The body as JSON, in the words of the suites; undefined when it is no JSON. */
  readonly json: Json | undefined;
  /** The body as JSON, word for word. */
  readonly written: Json | undefined;
  /** The error code, when the body carries one. */
  readonly code: string | undefined;
  readonly signature: AnswerSignature;
}

export type AnswerSignature =
  | { readonly ok: true; readonly timestampSeconds: number }
  | {
      readonly ok: false;
      readonly why: "absent" | "incomplete" | "unknown-serial" | "unknown-algorithm" | "malformed" | "wrong" | "stale";
      readonly message: string;
    };

export function readAnswer(
  response: HttpResponse,
  pack: Pick<PackView, "policies" | "dialect" | "error">,
  keys: readonly VerifyingKey[],
  nowSeconds: number,
): Answer {
  const { envelope: policy, freshness } = pack.policies;
  const clock = { nowSeconds, skewSeconds: freshness.clockSkewSeconds };
  const written = parse(response.body);
  const refusal = readRefusal(response.status, written, pack);
  return {
    status: refusal?.status ?? response.status,
    httpStatus: response.status,
    body: response.body,
    json: refusal !== undefined ? refusal.json : written === undefined ? undefined : pack.dialect.read(written),
    written,
    code: refusal?.code,
    signature: readSignature(response, policy, keys, clock),
  };
}

function readSignature(
  response: HttpResponse,
  policy: EnvelopePolicy,
  keys: readonly VerifyingKey[],
  clock: { readonly nowSeconds: number; readonly skewSeconds: number },
): AnswerSignature {
  const names = policy.response;
  const [timestamp, nonce, signature, serial, algorithm] = [
    names.timestamp,
    names.nonce,
    names.signature,
    names.serial,
    names.algorithm,
  ].map((name) => header(response, name));
  if (signature === undefined) return { ok: false, why: "absent", message: `no header ${names.signature}` };
  if (timestamp === undefined || nonce === undefined || serial === undefined)
    return {
      ok: false,
      why: "incomplete",
      message: `of ${names.timestamp}, ${names.nonce}, ${names.serial} at least one is missing`,
    };
  const key = keys.find((one) => one.serial === serial);
  if (key === undefined)
    return {
      ok: false,
      why: "unknown-serial",
      message: `${names.serial} is "${serial}"; the statement has ${keys.map((one) => one.serial).join(", ")}`,
    };
  if (algorithm !== undefined && algorithm !== key.token)
    return {
      ok: false,
      why: "unknown-algorithm",
      message: `${names.algorithm} is "${algorithm}"; the key ${serial} is for ${key.token}`,
    };
  const bytes = decodeBase64Strict(signature);
  const timestampSeconds = parseTimestampSeconds(timestamp);
  if (bytes === undefined || timestampSeconds === undefined)
    return {
      ok: false,
      why: "malformed",
      message:
        bytes === undefined
          ? `${names.signature} is not base64`
          : `${names.timestamp} is "${timestamp}", not seconds since the epoch`,
    };
  if (!key.key.verify(responseBase(policy, { timestamp, nonce, body: response.body }), bytes))
    return {
      ok: false,
      why: "wrong",
      message: `the signature does not verify with key ${serial} over the bytes received`,
    };
  if (Math.abs(timestampSeconds - clock.nowSeconds) > clock.skewSeconds)
    return {
      ok: false,
      why: "stale",
      message: `${names.timestamp} is ${timestampSeconds - clock.nowSeconds} s from the harness's clock, allowed ${clock.skewSeconds}`,
    };
  return { ok: true, timestampSeconds };
}

/** The first header of that name, whatever its case. */
export function header(
  message: { readonly headers: readonly (readonly [string, string])[] },
  name: string,
): string | undefined {
  return message.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

function parse(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as Json;
  } catch {
    return undefined;
  }
}
