import { sample, stringMatching } from "fast-check";
import type { Expression } from "../pack/types.ts";
import type { DocumentSchema, DocumentSchemas } from "./document.ts";
import { isObject } from "./document.ts";
import { flatten } from "./flat-schema.ts";
import { Questions } from "./questions.ts";
import { SchemaTranslation } from "./schema-translation.ts";

const DEPTH = 8;
/** The same document gives the same pack. */
const SEED = 7;

const OF_FORMAT: Readonly<Record<string, string>> = {
  uri: "https://example.invalid/",
  url: "https://example.invalid/",
  email: "person@example.invalid",
  uuid: "00000000-0000-4000-8000-000000000001",
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  ipv4: "192.0.2.1",
  hostname: "example.invalid",
};

/** A value that satisfies a schema, for a field that the document has come from nowhere. Whole numbers only. */
export function madeValue(schema: DocumentSchema | undefined, schemas: DocumentSchemas, depth = 0): unknown {
  const flat = flatten(schema, schemas);
  const { own } = flat;
  const choice = [own["oneOf"], own["anyOf"]].find((one) => Array.isArray(one)) as readonly unknown[] | undefined;
  if (own["const"] !== undefined) return own["const"];
  if (Array.isArray(own["enum"]) && own["enum"].length > 0) return own["enum"][0] as unknown;
  if (flat.type === undefined && choice !== undefined && isObject(choice[0]))
    return madeValue(choice[0], schemas, depth + 1);
  // Only looked at, so that what it refers to stays unused and nothing is asked.
  const bounded = new SchemaTranslation(new Questions()).translate(own, "", "");
  const limits = isObject(bounded) ? bounded : {};
  switch (flat.type) {
    case "string":
      return madeText(own, limits);
    case "integer":
    case "number":
      return Math.max(
        bound(
          limits,
          "minimum",
          bound(limits, "exclusiveMinimum", 0) + (limits["exclusiveMinimum"] === undefined ? 0 : 1),
        ),
        0,
      );
    case "boolean":
      return false;
    case "array": {
      const count = depth > DEPTH ? 0 : bound(limits, "minItems", 0);
      const items = isObject(own["items"]) ? own["items"] : undefined;
      return Array.from({ length: count }, () => madeValue(items, schemas, depth + 1));
    }
    case "object":
      return Object.fromEntries(
        depth > DEPTH
          ? []
          : [...flat.required].map((name) => [name, madeValue(flat.properties[name], schemas, depth + 1)]),
      );
    default:
      return "unknown";
  }
}

function madeText(own: DocumentSchema, limits: { readonly [keyword: string]: unknown }): string {
  const least = bound(limits, "minLength", 0);
  const most = bound(limits, "maxLength", Number.MAX_SAFE_INTEGER);
  const pattern = typeof limits["pattern"] === "string" ? RegExp(limits["pattern"], "u") : undefined;
  const fits = (text: unknown): text is string =>
    typeof text === "string" && text.length >= least && text.length <= most && pattern?.test(text) !== false;
  const format = typeof own["format"] === "string" ? OF_FORMAT[own["format"]] : undefined;
  const ready = [format, own["default"], own["example"], "unknown".slice(0, most).padEnd(Math.min(least, 4096), "x")];
  const found = ready.find(fits);
  if (found !== undefined) return found;
  if (pattern === undefined) return "";
  return sample(stringMatching(pattern), { numRuns: 100, seed: SEED }).find(fits) ?? "";
}

const bound = (schema: { readonly [keyword: string]: unknown }, keyword: string, otherwise: number): number =>
  typeof schema[keyword] === "number" ? schema[keyword] : otherwise;

/** Data as an expression that gives it as it stands. */
export function literally(value: unknown): Expression {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "string" && !value.startsWith("$") && !value.includes("{$")) return value;
  // Made of a schema or read from JSON, so that it is data.
  return { literal: [value as Expression] };
}
