import { Buffer } from "node:buffer";
import { gbkBytes } from "../text/gbk.ts";
import type { Redaction } from "./redaction.ts";

/** Shorter values turn up in any text, and are masked by their field's name alone. */
const LEAST_CHARACTERS = 2;
const LEAST_ASCII = 4;
const STAR = 0x2a;

/**
 * Masks personal data in bytes that were signed, in place: as many bytes as before, so that what is shown of two texts can
 * be laid side by side. `bodies` are the messages' bodies, whose sensitive values are masked in every spelling that a
 * signer may have given them.
 */
export function byteMask(redact: Redaction, bodies: readonly string[]): (bytes: Uint8Array) => Uint8Array {
  const values = bodies.flatMap((body) => [...redact.values(body).keys()]).filter(isLookedFor);
  const spellings = [...new Set(values)].flatMap(spellingsOf).toSorted((one, other) => other.length - one.length);
  return (bytes) => {
    const masked = Buffer.from(bytes);
    for (const spelling of spellings)
      for (let at = masked.indexOf(spelling); at >= 0; at = masked.indexOf(spelling, at + spelling.length))
        masked.fill(STAR, at, at + spelling.length);
    // A character for each byte: what the names of fields and long numbers tell stays in its place.
    const text = masked.toString("latin1");
    const line = redact.line(text);
    return line.length === text.length ? Buffer.from(line, "latin1") : masked;
  };
}

const isLookedFor = (value: string): boolean =>
  /^[\x20-\x7e]*$/.test(value) ? value.length >= LEAST_ASCII : Array.from(value).length >= LEAST_CHARACTERS;

/** A value as serialisers and forms write it. */
function spellingsOf(value: string): readonly Buffer[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = (text: string): string =>
    text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const escaped = percentEncoded(value);
  const texts = [
    value,
    json,
    ascii(json),
    JSON.stringify(json).slice(1, -1),
    ascii(json).replaceAll("\\", "\\\\"),
    ascii(json).toUpperCase().replaceAll("\\U", "\\u"),
    escaped,
    escaped.replaceAll("%20", "+"),
    escaped.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
    escaped.replaceAll("%", "%25"),
    Buffer.from(value).toString("latin1"),
  ];
  const gbk = /^[\x20-\x7e]*$/.test(value) ? undefined : gbkBytes(value);
  return [...new Set(texts)].map((text) => Buffer.from(text)).concat(gbk === undefined ? [] : [Buffer.from(gbk)]);
}

function percentEncoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
}
