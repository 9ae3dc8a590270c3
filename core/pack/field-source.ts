/** Where the value of a field comes from in a request that the suites make up: the annotation `x-from`. */
export type FieldSource =
  | { readonly kind: (typeof PLAIN_SOURCES)[number] }
  /** What a scenario gives by that name. */
  | { readonly kind: "scenario"; readonly gift: string }
  /** A field of a call made before, of its request or its answer; the field's own name where none is said, and in any state. */
  | { readonly kind: "prior"; readonly interface: string; readonly field?: string; readonly state?: string };

export const PLAIN_SOURCES = [
  "fresh",
  "party",
  "notify",
  "currency",
  "cursor",
  "date.today",
  "date.yesterday",
] as const;

const PRIOR = /^prior\.([a-z][a-z0-9_.-]*)(?:#([^@]+))?(?:@([A-Z][A-Z0-9_]*))?$/u;

/** Reads `fresh`, `scenario.account_no`, `prior.payment.create#transaction_id@SUCCEEDED`; undefined for anything else. */
export function fieldSource(text: string): FieldSource | undefined {
  const plain = PLAIN_SOURCES.find((one) => one === text);
  if (plain !== undefined) return { kind: plain };
  if (text.startsWith("scenario.")) return { kind: "scenario", gift: text.slice("scenario.".length) };
  const match = PRIOR.exec(text);
  if (match === null) return undefined;
  const [, id = "", field, state] = match;
  return {
    kind: "prior",
    interface: id,
    ...(field === undefined ? {} : { field }),
    ...(state === undefined ? {} : { state }),
  };
}
