import type { PackSource } from "../pack/types.ts";

/** Masks what the pack marks with `x-sensitive`, wherever it stands: journal, logs, event log, reports, errors. */
export interface Redaction {
  /** A JSON document, masked by field name at any depth. */
  json(value: unknown): unknown;
  /** A body as text: as JSON where it is, else by pattern, so that a malformed body leaks nothing either. */
  text(body: string): string;
}

type Kind = "account" | "name" | "identity" | "mobile" | "secret";

/** Keeps what a person needs to tell two values apart, at most the first six and last four of an account number. */
const MASK: Readonly<Record<Kind, (value: string) => string>> = {
  account: (value) => keep(value, value.length >= 14 ? 6 : 0, 4),
  identity: (value) => keep(value, 1, 1),
  mobile: (value) => keep(value, 3, 4),
  name: (value) => `${Array.from(value)[0] ?? ""}${"*".repeat(Math.max(1, Array.from(value).length - 1))}`,
  secret: () => "******",
};

function keep(value: string, start: number, end: number): string {
  // A value too short to hide anything between its ends is hidden whole.
  if (value.length <= start + end + 2) return "*".repeat(value.length);
  return value.slice(0, start) + "*".repeat(value.length - start - end) + value.slice(value.length - end);
}

export function redaction(source: Pick<PackSource, "messages" | "interfaces">): Redaction {
  const fields = new Map<string, Kind>();
  collect(source.messages, fields);
  collect(source.interfaces, fields);

  const json = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => {
      const kind = fields.get(name);
      if (kind === undefined) return [name, typeof inner === "string" ? longNumbers(inner) : json(inner)];
      // An object where text belongs may hold anything: nothing of it is shown.
      return [name, typeof inner === "string" || typeof inner === "number" ? MASK[kind](String(inner)) : inner === null ? null : "******"];
    }));
  };

  const names = [...fields.keys()].map((name) => name.replaceAll(/[^\w]/g, "\\$&")).join("|");
  const pattern = names === "" ? undefined : new RegExp(`("(?:${names})"\\s*:\\s*")([^"]*)`, "g");
  const text = (body: string): string => {
    try {
      const value: unknown = JSON.parse(body);
      // Only what had to be masked changes the text: evidence should stay the bytes that went over the wire.
      const masked = json(value);
      return JSON.stringify(masked) === JSON.stringify(value) ? body : JSON.stringify(masked);
    } catch {
      return longNumbers(pattern === undefined ? body : body.replaceAll(pattern, (_all, lead: string, value: string) => lead + "*".repeat(value.length)));
    }
  };
  return { json, text };
}

/** Card and identity numbers that strayed into free text: 15 to 19 digits standing alone, with a card's or identity number's check digit. */
function longNumbers(text: string): string {
  return text.replaceAll(/(?<![\dA-Za-z_-])\d{15,19}(?![\dA-Za-z_-])/g, (digits) => (luhn(digits) ? MASK.account(digits) : digits));
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function collect(value: unknown, fields: Map<string, Kind>): void {
  if (typeof value !== "object" || value === null) return;
  const properties = (value as { properties?: unknown }).properties;
  if (typeof properties === "object" && properties !== null) {
    for (const [name, schema] of Object.entries(properties)) {
      const kind = (schema as { "x-sensitive"?: unknown } | null)?.["x-sensitive"];
      if (typeof kind === "string" && kind in MASK) fields.set(name, kind as Kind);
    }
  }
  for (const inner of Object.values(value)) collect(inner, fields);
}
