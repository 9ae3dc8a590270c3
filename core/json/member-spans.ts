/** Where the value of a member of an object stands in the bytes: from its first to behind its last. */
export interface MemberSpan {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The members of the object that a JSON text is, with the bytes of their values as they stand there: for signatures that
 * cover a part of a text and not its meaning. The text must have been read by a strict parser before; undefined for one
 * that is no object.
 */
export function memberSpans(bytes: Uint8Array): readonly MemberSpan[] | undefined {
  let at = afterBlanks(bytes, 0);
  if (bytes[at] !== 0x7b) return undefined;
  const found: MemberSpan[] = [];
  at = afterBlanks(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const nameEnd = afterString(bytes, at);
    const name = JSON.parse(Buffer.from(bytes.subarray(at, nameEnd)).toString()) as string;
    at = afterBlanks(bytes, nameEnd);
    if (bytes[at] !== COLON) return undefined;
    const from = afterBlanks(bytes, at + 1);
    const to = afterValue(bytes, from);
    found.push({ name, from, to });
    at = afterBlanks(bytes, to);
    if (bytes[at] === COMMA) at = afterBlanks(bytes, at + 1);
  }
  return found;
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (BLANK.has(bytes[at] ?? -1)) at += 1;
  return at;
}

function afterString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** The place behind a value; blanks that follow it are none of it. */
function afterValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = afterString(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || BLANK.has(byte))) return at;
    at += 1;
  }
  return at;
}
