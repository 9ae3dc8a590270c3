const FIRST_LEAD = 0x81;
const LAST_LEAD = 0xfe;
const FIRST_SUPPLEMENTARY = 0x10000;
/** Bytes of four that stand ahead of U+10000: 0x90308130 is the 189,000th. */
const SUPPLEMENTARY_FROM = 189_000;
/** The last of four bytes for a character of the basic plane. */
const BASIC_TO = 39_420;

/**
 * A writer of GB18030. Node reads it and does not write it, so the table of characters is the inverse of that by which Node
 * reads: what is written is read back as the same text, whichever edition of the standard the two follow.
 *
 * The writer throws a TypeError for half a surrogate pair and for the few private characters that Node's table lacks.
 */
export function gb18030Writer(): (text: string) => Uint8Array {
  let table: Uint32Array | undefined;
  return (text) => written(text, (table ??= codes()));
}

function written(text: string, table: Uint32Array): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) bytes.push(point);
    else if (point >= FIRST_SUPPLEMENTARY) bytes.push(...fourBytes(point - FIRST_SUPPLEMENTARY + SUPPLEMENTARY_FROM));
    else {
      const code = table[point] ?? 0;
      if (code === 0)
        throw new TypeError(`GB18030 has no place for the character U+${point.toString(16).toUpperCase()}`);
      if (code < 0x10000) bytes.push(code >>> 8, code & 0xff);
      else bytes.push(...fourBytes(code - 0x10000));
    }
  }
  return Uint8Array.from(bytes);
}

/** By code point: two bytes as a number, or 65,536 and the position of four; 0 for what has none. Takes some milliseconds. */
function codes(): Uint32Array {
  const table = new Uint32Array(FIRST_SUPPLEMENTARY);
  const decoder = new TextDecoder("gb18030");
  const note = (bytes: Uint8Array, code: number): void => {
    const text = decoder.decode(bytes);
    const point = text.codePointAt(0) as number;
    if (text.length === 1 && point >= 0x80 && point !== 0xfffd && table[point] === 0) table[point] = code;
  };
  for (let lead = FIRST_LEAD; lead <= LAST_LEAD; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1)
      if (trail !== 0x7f) note(Uint8Array.of(lead, trail), (lead << 8) | trail);
  for (let position = 0; position < BASIC_TO; position += 1)
    note(Uint8Array.from(fourBytes(position)), 0x10000 + position);
  // The replacement character is what a decoder writes for bytes that mean nothing; its own four bytes are these.
  table[0xfffd] = 0x10000 + fourBytesPosition([0x84, 0x31, 0xa4, 0x37]);
  return table;
}

function fourBytes(position: number): readonly [number, number, number, number] {
  const third = Math.floor(position / 10);
  const second = Math.floor(third / 126);
  return [
    FIRST_LEAD + Math.floor(second / 10),
    0x30 + (second % 10),
    FIRST_LEAD + (third % 126),
    0x30 + (position % 10),
  ];
}

function fourBytesPosition([first, second, third, fourth]: readonly [number, number, number, number]): number {
  return (((first - FIRST_LEAD) * 10 + second - 0x30) * 126 + third - FIRST_LEAD) * 10 + fourth - 0x30;
}
