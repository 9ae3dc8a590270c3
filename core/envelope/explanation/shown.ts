import { Buffer } from "node:buffer";
import type { Explanation } from "./explain.ts";
import type { Family } from "./family.ts";

/** Bytes for a person: as a text with escapes and as hexadecimal digits, both of the same bytes. */
export interface ShownBytes {
  /** How many there are. */
  readonly bytes: number;
  /** The offset from which they are shown, where there are more than are shown. */
  readonly from?: number;
  /** `\n`, `\r`, `\t`, `\\`, and `\xNN` for every byte outside of printable ASCII. */
  readonly text: string;
  readonly hex: string;
}

/** An explanation as answers, journal and command line give it: masked, and bounded in size. */
export interface ShownExplanation {
  readonly verified: ShownBytes;
  readonly likely_cause?: {
    readonly id: string;
    readonly family: Family;
    readonly en: string;
    readonly zh: string;
    /** Whether the signature verifies over the bytes of `signed`. */
    readonly proven: boolean;
    /** What the sender signed, where it is other bytes. */
    readonly signed?: ShownBytes;
    /** The offset of the first byte that differs. */
    readonly first_difference?: number;
  };
}

/** What is shown of a text at most, and how much of that ahead of the first difference. */
const SHOWN_BYTES = 2048;
const AHEAD_BYTES = 512;

/** `mask` hides personal data in place: as many bytes as before. */
export function shownExplanation(
  { verified, cause }: Explanation,
  mask: (bytes: Uint8Array) => Uint8Array,
): ShownExplanation {
  const at = cause?.proven === true ? difference(verified, cause.signed) : undefined;
  const from = Math.max(0, (at ?? 0) - AHEAD_BYTES);
  const shown = (bytes: Uint8Array): ShownBytes => shownBytes(mask(bytes), bytes.length > SHOWN_BYTES ? from : 0);
  return {
    verified: shown(verified),
    ...(cause === undefined
      ? {}
      : {
          likely_cause: {
            id: cause.id,
            family: cause.family,
            en: cause.message.en,
            zh: cause.message.zh,
            proven: cause.proven,
            ...(at === undefined ? {} : { signed: shown(cause.signed), first_difference: at }),
          },
        }),
  };
}

function shownBytes(bytes: Uint8Array, from: number): ShownBytes {
  const part = bytes.subarray(from, from + SHOWN_BYTES);
  return {
    bytes: bytes.length,
    ...(part.length < bytes.length ? { from } : {}),
    text: escapedBytes(part),
    hex: Buffer.from(part).toString("hex"),
  };
}

const NAMED: Readonly<Record<number, string>> = { 0x0a: "\\n", 0x0d: "\\r", 0x09: "\\t", 0x5c: "\\\\" };

function escapedBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text +=
      NAMED[byte] ??
      (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  return text;
}

/** The offset of the first byte that differs; undefined where none does. */
function difference(one: Uint8Array, other: Uint8Array): number | undefined {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at;
  return one.length === other.length ? undefined : length;
}
