import { isObject } from "../document.ts";
import type { DocumentSchema } from "../document.ts";

const MOST_WORDS = 5;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;
const WORD = /^[A-Z][A-Za-z_]{2,31}$/u;

/**
 * The schema of values that were seen. A field is required that was always there, and a text is one of few words where
 * they came again: most texts were seen once and are anything.
 */
export function observedSchema(values: readonly unknown[]): DocumentSchema {
  const types = [...new Set(values.map(typeOf))];
  const kinds = types.filter((type) => type !== "null");
  const whole = kinds.length === 2 && kinds.includes("integer") && kinds.includes("number");
  const kind = whole ? "number" : kinds[0];
  if (kind === undefined || (kinds.length > 1 && !whole)) return {};
  const type = types.includes("null") ? { type: [kind, "null"] } : { type: kind };
  const present = values.filter((value) => value !== null);
  if (kind === "array") return { ...type, items: observedSchema(present.flat()) };
  if (kind === "string") return { ...type, ...ofTexts(present.filter((text) => typeof text === "string")) };
  return kind === "object" ? { ...type, ...ofObjects(present.filter(isObject)) } : type;
}

function ofObjects(objects: readonly { readonly [name: string]: unknown }[]): DocumentSchema {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  return {
    properties: Object.fromEntries(
      names.map((name) => [
        name,
        observedSchema(objects.flatMap((one) => (Object.hasOwn(one, name) ? [one[name]] : []))),
      ]),
    ),
    required: names.filter((name) => objects.every((one) => Object.hasOwn(one, name))),
  };
}

function ofTexts(texts: readonly string[]): DocumentSchema {
  if (texts.every((text) => MOMENT.test(text))) return { format: "date-time" };
  const words = [...new Set(texts)];
  return words.length > 1 &&
    words.length <= MOST_WORDS &&
    words.length < texts.length &&
    words.every((word) => WORD.test(word))
    ? { enum: words }
    : {};
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
