import { ParseError, parseDictionary, serializeDictionary, serializeInnerList } from "structured-headers";
import type { Dictionary, InnerList } from "structured-headers";
import type { Bilingual } from "../../run/verdict.ts";
import type { HttpMessageSignaturesPolicy } from "./policy.ts";

/** What `Signature-Input` says, as texts; undefined: left out. */
export interface InputFields {
  readonly timestamp?: string | undefined;
  readonly nonce?: string | undefined;
  readonly serial?: string | undefined;
  readonly algorithm?: string | undefined;
}

/** Parameters of a signature by what they are (RFC 9421 section 2.3). */
export const PARAMETER = { timestamp: "created", serial: "keyid", algorithm: "alg", nonce: "nonce" } as const;

/** The value of `@signature-params`, well-formed or not. */
export function parametersText(
  policy: HttpMessageSignaturesPolicy,
  components: readonly string[],
  fields: InputFields,
): string {
  const text = (value: string): string => `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
  const parameters = [
    ...(fields.timestamp === undefined
      ? []
      : [`created=${INTEGER.test(fields.timestamp) ? fields.timestamp : text(fields.timestamp)}`]),
    ...(fields.serial === undefined ? [] : [`keyid=${text(fields.serial)}`]),
    ...(fields.algorithm === undefined ? [] : [`alg=${text(fields.algorithm)}`]),
    ...(fields.nonce === undefined || !policy.nonce ? [] : [`nonce=${text(fields.nonce)}`]),
    ...(policy.tag === undefined ? [] : [`tag=${text(policy.tag)}`]),
  ];
  return `(${components.map(text).join(" ")})${parameters.map((one) => `;${one}`).join("")}`;
}

const INTEGER = /^-?[0-9]+(?:\.[0-9]+)?$/;

type Fault = { readonly ok: false; readonly message: Bilingual };

export interface ReadInput {
  readonly ok: true;
  readonly label: string;
  readonly components: readonly string[];
  readonly fields: InputFields;
  /** The value of `@signature-params` as it came. */
  readonly parameters: string;
}

/**
 * Reads `Signature-Input` strictly: one signature, in the one spelling that RFC 9651 serialises (so that no member stands
 * twice), the components without parameters of their own, and the parameters of the policy each once, no other.
 */
export function readInput(policy: HttpMessageSignaturesPolicy, text: string): ReadInput | Fault {
  const dictionary = dictionaryOf(text);
  if (dictionary === undefined) return fault("is no structured field in its one spelling", "不是规范写法的结构化字段");
  const [member, second] = [...dictionary];
  if (member === undefined || second !== undefined) return fault("must hold one signature", "应恰好含一个签名");
  const [label, value] = member;
  if (!isInnerList(value)) return fault("must be a list of components in parentheses", "应为括号内的组件列表");
  const [items, parameters] = value;
  const components: string[] = [];
  for (const [item, own] of items) {
    if (typeof item !== "string" || own.size > 0)
      return fault("has a component that is no plain text", "含有非纯文本的组件");
    components.push(item);
  }
  const allowed = [
    "created",
    "keyid",
    "alg",
    ...(policy.nonce ? ["nonce"] : []),
    ...(policy.tag === undefined ? [] : ["tag"]),
  ];
  const unknown = [...parameters.keys()].find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    return fault(
      `has the parameter ${unknown}, allowed: ${allowed.join(", ")}`,
      `含未知参数 ${unknown}，允许：${allowed.join("、")}`,
    );
  const missing = allowed.find((name) => !isGood(name, parameters.get(name)));
  if (missing !== undefined)
    return missing === "created"
      ? fault("created must be a whole number of seconds", "created 应为整数秒")
      : fault(`${missing} is missing or is no text`, `缺少 ${missing} 或其值不是文本`);
  if (policy.tag !== undefined && parameters.get("tag") !== policy.tag)
    return fault(`tag must be ${JSON.stringify(policy.tag)}`, `tag 应为 ${JSON.stringify(policy.tag)}`);
  const field = (name: string): string | undefined => {
    const found = parameters.get(name);
    return found === undefined ? undefined : String(found as string | number);
  };
  return {
    ok: true,
    label,
    components,
    fields: { timestamp: field("created"), serial: field("keyid"), algorithm: field("alg"), nonce: field("nonce") },
    parameters: serializeInnerList(value),
  };
}

function isGood(name: string, value: unknown): boolean {
  return name === "created"
    ? typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    : typeof value === "string" && value !== "";
}

/** The base64 of the signature with this label, where `Signature` holds it and no other. */
export function signatureTextOf(text: string, label: string): string | undefined {
  const [start, end] = [`${label}=:`, ":"];
  const inside = text.slice(start.length, -end.length);
  return text.startsWith(start) && text.endsWith(end) && inside !== "" && !/[:,;\s]/.test(inside) ? inside : undefined;
}

/** A dictionary that is written as RFC 9651 section 4.1.2 writes it; else undefined. */
function dictionaryOf(text: string): Dictionary | undefined {
  try {
    const dictionary = parseDictionary(text);
    return serializeDictionary(dictionary) === text ? dictionary : undefined;
  } catch (error) {
    if (error instanceof ParseError || error instanceof Error) return undefined;
    throw error;
  }
}

const isInnerList = (value: unknown): value is InnerList => Array.isArray(value) && Array.isArray(value[0]);

const fault = (en: string, zh: string): Fault => ({ ok: false, message: { en, zh } });
