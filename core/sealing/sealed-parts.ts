import { json } from "../codec/json.ts";
import type { Bounds } from "../codec/codec.ts";
import type { Json } from "../unit/unit.ts";
import { openPart, sealPart } from "./part.ts";
import type { OpenWith, SealWith } from "./part.ts";
import type { SealedPlace } from "./policy.ts";

/** A message with its sealed parts opened; what cannot be opened stays as it is. */
export interface OpenedParts {
  readonly value: Json;
  /** The first part that cannot be opened; one text for every reason. */
  readonly fault?: { readonly field: string; readonly issue: string };
}

/** Said of whatever cannot be opened, for every reason. */
export const CANNOT_BE_OPENED =
  "cannot be opened: it is not sealed as the interface describes, was changed, or was sealed under another key";

/** Seals the parts of a message. @throws RangeError where there is nothing to seal with. */
export function sealParts(keys: SealWith, places: readonly SealedPlace[], message: Json): Json {
  return places.reduce(
    (whole, place) =>
      changedAt(whole, place.path, "", (here) =>
        sealPart(keys, place, place.content === "text" ? new TextEncoder().encode(String(here)) : json.encode(here)),
      ),
    message,
  );
}

/** Opens the sealed parts of a message. What was sealed as JSON is read as strictly as the message itself. */
export function openParts(keys: OpenWith, places: readonly SealedPlace[], message: Json, bounds: Bounds): OpenedParts {
  let fault: OpenedParts["fault"];
  const value = places.reduce(
    (whole, place) =>
      changedAt(whole, place.path, "", (here, field) => {
        const plain = openPart(keys, place, here);
        const read = plain === undefined ? undefined : contentOf(place, plain, bounds);
        if (read !== undefined) return read.value;
        fault ??= { field, issue: CANNOT_BE_OPENED };
        return here;
      }),
    message,
  );
  return fault === undefined ? { value } : { value, fault };
}

/** What bytes say; undefined for those that are no text in UTF-8, or no JSON. */
function contentOf({ content }: SealedPlace, plain: Uint8Array, bounds: Bounds): { readonly value: Json } | undefined {
  if (content === "text")
    try {
      return { value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain) };
    } catch {
      return undefined;
    }
  const decoded = json.decode(plain, bounds);
  return decoded.ok ? decoded : undefined;
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
