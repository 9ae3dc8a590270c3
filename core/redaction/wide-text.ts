import { Buffer } from "node:buffer";

/** Text in an encoding of wide units, and how another text is put into it. */
export interface WideText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

interface Encoding {
  readonly mark: readonly number[];
  /** Where NUL stands among the first four bytes when both of the first characters are ASCII (RFC 4627, section 3). */
  readonly nul: readonly boolean[];
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
}

const LITTLE: Pick<Encoding, "decode" | "encode"> = {
  decode: (bytes) => Buffer.from(bytes).toString("utf16le"),
  encode: (text) => Buffer.from(text, "utf16le"),
};

/** The longer marks first: that of UTF-16 begins the one of UTF-32. */
const ENCODINGS: readonly Encoding[] = [
  { mark: [0xff, 0xfe, 0, 0], nul: [false, true, true, true], ...fourBytes(true) },
  { mark: [0, 0, 0xfe, 0xff], nul: [true, true, true, false], ...fourBytes(false) },
  { mark: [0xff, 0xfe], nul: [false, true, false, true], ...LITTLE },
  {
    mark: [0xfe, 0xff],
    nul: [true, false, true, false],
    decode: (bytes) => LITTLE.decode(swapped(bytes)),
    encode: (text) => swapped(LITTLE.encode(text)),
  },
];

/**
 * Decodes UTF-16 or UTF-32. Bodies in it are not allowed but do arrive, and the NULs between their letters would hide
 * personal data from the patterns for text. Undefined for anything else.
 */
export function wideText(bytes: Uint8Array): WideText | undefined {
  const found = ENCODINGS.find(
    ({ mark, nul }) =>
      mark.every((byte, index) => bytes[index] === byte) ||
      (bytes.length >= 4 && nul.every((is, index) => (bytes[index] === 0) === is)),
  );
  return found === undefined ? undefined : { text: found.decode(bytes), encode: found.encode };
}

/** Bytes as a person reads them, whatever Unicode they are in; what is none becomes U+FFFD. */
export function readable(bytes: Uint8Array): string {
  return wideText(bytes)?.text ?? new TextDecoder().decode(bytes);
}

function fourBytes(littleEndian: boolean): Pick<Encoding, "decode" | "encode"> {
  return {
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const points = Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
        view.getUint32(index * 4, littleEndian),
      );
      return points.map((point) => (point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point))).join("");
    },
    encode(text) {
      const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
      const view = new DataView(new ArrayBuffer(points.length * 4));
      for (const [index, point] of points.entries()) view.setUint32(index * 4, point, littleEndian);
      return new Uint8Array(view.buffer);
    },
  };
}

/** Every two bytes the other way round; an odd one at the end is left out. */
function swapped(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
}
