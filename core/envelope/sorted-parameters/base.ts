import { createHash } from "node:crypto";
import { DIGESTS } from "./policy.ts";
import type { SortedParametersPolicy } from "./policy.ts";

export type Parameter = readonly [name: string, value: string];

const utf8 = new TextEncoder();

/** Parameters with a value, sorted by the code units of their names, values as they read. */
export function sortedText(parameters: readonly Parameter[]): string {
  return parameters
    .filter(([, value]) => value !== "")
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** The text that a signature covers, ahead of any digest: `target` is that of a request, whose path may be signed too. */
export function signedText(
  policy: SortedParametersPolicy,
  parameters: readonly Parameter[],
  target: string | undefined,
): string {
  const left = new Set([policy.parameters.signature, ...(policy.unsigned ?? [])]);
  const text = sortedText(parameters.filter(([name]) => !left.has(name)));
  return policy.path === true && target !== undefined ? `${pathOf(target)}?${text}` : text;
}

/** The bytes that are signed for a text: its own, or the digits of its digest. */
export function signedBytes({ digest }: Pick<SortedParametersPolicy, "digest">, text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  return digest === undefined ? bytes : utf8.encode(createHash(DIGESTS[digest]).update(bytes).digest("hex"));
}

/** A target without its query. */
export const pathOf = (target: string): string => target.split("?", 1)[0] ?? "";

/** The query of a target, without the mark. */
export const queryOf = (target: string): string => {
  const mark = target.indexOf("?");
  return mark < 0 ? "" : target.slice(mark + 1);
};

/**
 * The first parameter whose value makes the base readable in two ways: values are not escaped in it, so `a=1&b=2` may be
 * two parameters or one, where the names of that other reading are sorted too. A signature over such a base would fit
 * another message.
 */
export function ambiguous(parameters: readonly Parameter[], unsigned: readonly string[] = []): string | undefined {
  const signed = parameters
    .filter(([name, value]) => value !== "" && !unsigned.includes(name))
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return signed.find(([name, value], index) => {
    const next = signed[index + 1]?.[0];
    return [...value.matchAll(/&([^&=]+)=/g)].some(
      ([, within = ""]) => name < within && (next === undefined || within < next),
    );
  })?.[0];
}
