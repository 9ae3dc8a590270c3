import { parseStrictJson } from "../../json/strict-json.ts";
import type { JsonValue } from "../../json/strict-json.ts";
import type { Bilingual } from "../../run/verdict.ts";
import type { AnswerMessage } from "../message.ts";
import type { DetachedJwsPolicy } from "./policy.ts";

/** What a protected header says, as texts; undefined: left out. */
export interface HeaderFields {
  readonly algorithm?: string | undefined;
  readonly serial?: string | undefined;
  readonly party?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly nonce?: string | undefined;
}

/** Parameters by which a message would bring its own key; none is ever taken. */
const OF_KEYS = ["jwk", "jku", "x5u", "x5c"];
const LIMITS = { bytes: 4096, members: 64, depth: 3 };

/** The JSON text of a protected header in which the fields stand, well-formed or not. */
export function headerText(policy: DetachedJwsPolicy, fields: HeaderFields, way: "request" | "answer"): string {
  const { parameters } = policy;
  const members: (readonly [string, string])[] = [];
  const add = (name: string | undefined, value: string | undefined, write = quoted): void => {
    if (name !== undefined && value !== undefined) members.push([name, write(value)]);
  };
  add("alg", fields.algorithm);
  add("kid", fields.serial);
  for (const [name, value] of Object.entries(constantsOf(policy, way))) add(name, value);
  if (way === "request") add(parameters.party, fields.party);
  add(parameters.timestamp, fields.timestamp, (text) => (JSON_NUMBER.test(text) ? text : quoted(text)));
  add(parameters.nonce, fields.nonce);
  const crit = critOf(policy);
  if (policy.payload === "unencoded") members.push(["b64", "false"]);
  if (crit.length > 0) members.push(["crit", JSON.stringify(crit)]);
  return `{${members.map(([name, value]) => `${quoted(name)}:${value}`).join(",")}}`;
}

const quoted = (text: string): string => JSON.stringify(text);
const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

const constantsOf = (policy: DetachedJwsPolicy, way: "request" | "answer"): Readonly<Record<string, string>> => ({
  ...policy.constants,
  ...(way === "answer" ? policy.answerConstants : {}),
});

const critOf = ({ crit = [], payload }: DetachedJwsPolicy): readonly string[] =>
  payload === "unencoded" ? ["b64", ...crit] : crit;

/** The fields of a message, as a sender of it writes them. */
export const fieldsOf = (message: AnswerMessage & { readonly party?: string }): HeaderFields => ({
  algorithm: message.algorithm,
  serial: message.serial,
  party: message.party,
  timestamp: message.timestamp,
  nonce: message.nonce,
});

type Fault = { readonly ok: false; readonly message: Bilingual };
export type ReadHeader = { readonly ok: true; readonly fields: HeaderFields } | Fault;

/**
 * Reads a protected header strictly: JSON of one reading, the parameters of the policy each with a text (a whole number
 * for the time), `crit` exactly as agreed, and nothing that brings a key. Other parameters are ignored, as RFC 7515
 * section 4 has it for those that `crit` does not list.
 */
export function readHeader(policy: DetachedJwsPolicy, bytes: Uint8Array, way: "request" | "answer"): ReadHeader {
  const parsed = parseStrictJson(bytes, LIMITS);
  if (!parsed.ok) return { ok: false, message: parsed.message };
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fault("the protected header is no JSON object", "受保护首部不是 JSON 对象");
  const members = value as Readonly<Record<string, JsonValue>>;
  const wrong = ofKeys(members) ?? ofConstants(policy, members, way) ?? ofCrit(policy, members);
  if (wrong !== undefined) return wrong;
  const { parameters } = policy;
  const wanted: Readonly<Record<keyof HeaderFields, string | undefined>> = {
    algorithm: "alg",
    serial: "kid",
    party: way === "request" ? parameters.party : undefined,
    timestamp: parameters.timestamp,
    nonce: parameters.nonce,
  };
  const fields: Partial<Record<keyof HeaderFields, string>> = {};
  for (const [field, name] of Object.entries(wanted) as [keyof HeaderFields, string | undefined][]) {
    if (name === undefined) continue;
    const text = textOf(Object.hasOwn(members, name) ? members[name] : undefined, field);
    if (text === undefined)
      return field === "timestamp"
        ? fault(`${name} must be a whole number of seconds`, `${name} 应为整数秒`)
        : fault(`${name} is missing or is no text`, `缺少 ${name} 或其值不是文本`);
    fields[field] = text;
  }
  if (!Object.hasOwn(policy.algorithms, fields.algorithm ?? "")) {
    const known = Object.keys(policy.algorithms);
    return fault(`alg is none of ${known.join(", ")}`, `alg 不是 ${known.join("、")} 之一`);
  }
  return { ok: true, fields };
}

function textOf(value: JsonValue | undefined, field: keyof HeaderFields): string | undefined {
  if (field === "timestamp") return typeof value === "number" ? String(value) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function ofKeys(members: Readonly<Record<string, JsonValue>>): Fault | undefined {
  const found = OF_KEYS.find((name) => Object.hasOwn(members, name));
  return found === undefined
    ? undefined
    : fault(
        `${found} brings a key of the message's own; leave it out, kid names an enrolled one`,
        `${found} 自带密钥；请删去，由 kid 指明已登记的密钥`,
      );
}

function ofConstants(
  policy: DetachedJwsPolicy,
  members: Readonly<Record<string, JsonValue>>,
  way: "request" | "answer",
): Fault | undefined {
  for (const [name, value] of Object.entries(constantsOf(policy, way)))
    if (Object.hasOwn(members, name) && members[name] !== value)
      return fault(`${name} must be ${JSON.stringify(value)}`, `${name} 应为 ${JSON.stringify(value)}`);
  const b64 = Object.hasOwn(members, "b64") ? members["b64"] : true;
  if (b64 !== (policy.payload === "base64url"))
    return policy.payload === "base64url"
      ? fault("b64 must be left out: the payload is signed in base64url", "不得出现 b64：负载以 base64url 参与签名")
      : fault("b64 must be false: the payload is signed as it is", "b64 应为 false：负载以原样参与签名");
  return undefined;
}

/** `crit` lists what the verifier must understand (RFC 7515 section 4.1.11): exactly what is agreed, and all of it is there. */
function ofCrit(policy: DetachedJwsPolicy, members: Readonly<Record<string, JsonValue>>): Fault | undefined {
  const agreed = critOf(policy);
  const given = Object.hasOwn(members, "crit") ? members["crit"] : undefined;
  if (agreed.length === 0) return given === undefined ? undefined : fault("crit must be left out", "不得出现 crit");
  const list = Array.isArray(given) ? (given as readonly JsonValue[]) : [];
  const same = list.length === agreed.length && agreed.every((name) => list.includes(name));
  const missing = agreed.find((name) => !Object.hasOwn(members, name));
  if (!same) return fault(`crit must list exactly ${agreed.join(", ")}`, `crit 应恰好列出 ${agreed.join("、")}`);
  return missing === undefined
    ? undefined
    : fault(`${missing} is listed in crit and is not there`, `crit 列出了 ${missing}，但首部中没有`);
}

const fault = (en: string, zh: string): Fault => ({ ok: false, message: { en, zh } });
