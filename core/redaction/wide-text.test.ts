import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readable, wideText } from "./wide-text.ts";

const utf32 = (text: string, little: boolean): Uint8Array =>
  Uint8Array.from(
    Array.from(text).flatMap((sign) => {
      const point = sign.codePointAt(0) ?? 0;
      const bytes = [point & 0xff, (point >> 8) & 0xff, point >> 16, 0];
      return little ? bytes : bytes.toReversed();
    }),
  );
const WIDE: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ["UTF-16, little end first", (text) => Buffer.from(text, "utf16le")],
  ["UTF-16, big end first", (text) => Buffer.from(text, "utf16le").swap16()],
  ["UTF-32, little end first", (text) => utf32(text, true)],
  ["UTF-32, big end first", (text) => utf32(text, false)],
];

test.each(WIDE)("%s is decoded and encoded with or without a byte order mark", (_name, encode) => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.boolean(), (inner, marked) => {
      const text = `${marked ? "\ufeff" : ""}{"${inner}"}`;
      const wide = wideText(encode(text));
      expect(wide?.text).toBe(text);
      expect(Buffer.from(wide?.encode(text) ?? [])).toEqual(Buffer.from(encode(text)));
      expect(readable(encode(text))).toBe(text);
    }),
  );
});

test("decodes only wide text, and leaves bytes with a stray NUL alone", () => {
  for (const bytes of [[], [0], [0x7b, 0], [0, 0x7b, 0x22, 0x61], [0xff], [0xef, 0xbb, 0xbf, 0x7b]])
    expect(wideText(Uint8Array.from(bytes))).toBeUndefined();
  expect(readable(Uint8Array.from([0x61, 0xff, 0xe4, 0xb8, 0xad]))).toBe("a\ufffd中");
});
