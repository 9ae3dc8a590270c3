import { json } from "../codec/json.ts";
import type { Bounds } from "../codec/codec.ts";
import type { Json } from "../unit/unit.ts";
import type { SealedPlace, SealingPolicy } from "./policy.ts";
import type { SealingKey } from "./scheme.ts";
import { sealBytes, unsealBytes } from "./sealed-object.ts";

/** A message with its sealed parts opened; what cannot be opened stays as it is. */
export interface OpenedParts {
  readonly value: Json;
  /** The first part that cannot be opened, and why. */
  readonly fault?: { readonly field: string; readonly issue: string };
}

/** Seals the parts of a message. `nonce` gives a new one of so many ASCII characters for each. */
export function sealParts(
  policy: SealingPolicy,
  key: SealingKey,
  places: readonly SealedPlace[],
  message: Json,
  nonce: () => string,
): Json {
  return places.reduce(
    (whole, place) =>
      changedAt(whole, place.path, "", (here) =>
        sealBytes(
          policy,
          key,
          place.content === "text" ? new TextEncoder().encode(String(here)) : json.encode(here),
          place,
          nonce(),
        ),
      ),
    message,
  );
}

/** Opens the sealed parts of a message. What was sealed as JSON is read as strictly as the message itself. */
export function openParts(
  policy: SealingPolicy,
  keys: readonly SealingKey[],
  places: readonly SealedPlace[],
  message: Json,
  bounds: Bounds,
): OpenedParts {
  let fault: OpenedParts["fault"];
  const value = places.reduce(
    (whole, place) =>
      changedAt(whole, place.path, "", (here, field) => {
        const opened = unsealBytes(policy, keys, here);
        const read = opened.ok ? contentOf(place, opened.plain, bounds) : opened;
        if (read.ok) return read.value;
        fault ??= { field, issue: read.issue };
        return here;
      }),
    message,
  );
  return fault === undefined ? { value } : { value, fault };
}

function contentOf(
  { content }: SealedPlace,
  plain: Uint8Array,
  bounds: Bounds,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly issue: string } {
  if (content === "text")
    try {
      return { ok: true, value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain) };
    } catch {
      return { ok: false, issue: "what was sealed is no text in UTF-8" };
    }
  const decoded = json.decode(plain, bounds);
  return decoded.ok ? decoded : { ok: false, issue: `what was sealed is no JSON: ${decoded.message.en}` };
}

/** A copy with what stands at a place changed; `*` steps into each item of a list. A place that is not there stays so. */
function changedAt(
  value: Json,
  [name, ...rest]: readonly string[],
  pointer: string,
  change: (here: Json, pointer: string) => Json,
): Json {
  if (name === undefined) return change(value, pointer);
  if (name === "*")
    return Array.isArray(value)
      ? value.map((item: Json, index) => changedAt(item, rest, `${pointer}/${index}`, change))
      : value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return value;
  const fields = value as Readonly<Record<string, Json>>;
  return { ...fields, [name]: changedAt(fields[name] ?? null, rest, `${pointer}/${name}`, change) };
}
