import { MASK } from "./mask.ts";
import type { Kind } from "./mask.ts";

/** A tag with what stands behind it up to the next one; sections and comments within a value belong to it. */
const ELEMENT =
  /<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)>((?:[^<]|<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->)*)/g;

/** Whether a body is XML, well-formed or not. */
export const isXml = (body: string): boolean => /^[\s\uFEFF]*<[?!A-Za-z_]/.test(body);

/**
 * Masks the elements of sensitive names in place, so that all else stays the bytes that went over the wire. `stray` masks
 * what stands in elements that no pack knows, and between them.
 */
export function maskedXml(
  body: string,
  fields: ReadonlyMap<string, Kind>,
  declared: ReadonlySet<string>,
  stray: (text: string) => string,
): string {
  let out = "";
  let copied = 0;
  for (const match of body.matchAll(ELEMENT)) {
    const [whole, , name = "", , value = ""] = match;
    const from = match.index + whole.length - value.length;
    const kind = fields.get(name);
    out += stray(body.slice(copied, from));
    out += kind !== undefined ? masked(value, kind) : declared.has(name) ? value : stray(value);
    copied = match.index + whole.length;
  }
  return out + stray(body.slice(copied));
}

/** The values of elements of sensitive names. */
export function sensitiveInXml(body: string, fields: ReadonlyMap<string, Kind>): readonly (readonly [string, Kind])[] {
  return [...body.matchAll(ELEMENT)].flatMap(([, , name = "", , value = ""]) => {
    const kind = fields.get(name);
    const text = plain(value);
    return kind === undefined || text.trim() === "" ? [] : [[text, kind] as const];
  });
}

function masked(value: string, kind: Kind): string {
  return value.trim() === "" ? value : MASK[kind](plain(value)).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The text of a value, its sections, comments and references resolved. */
function plain(value: string): string {
  return value
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, "$1")
    .replaceAll(/&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));/g, (all, hex: string | undefined, decimal: string) => {
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    })
    .replaceAll(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => ENTITIES[name] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
