import { expect, test } from "vitest";
import { gb18030Writer } from "./gb18030.ts";
import { xmlCodec } from "./xml/xml.ts";

const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };

test("texts in GB18030 are the bytes that other writers make", () => {
  const write = gb18030Writer();
  // Python's codec and iconv agree on these.
  for (const [text, hex] of [
    ["支付 A1", "d6a7b8b6204131"],
    ["€", "a2e3"],
    ["\u{20000}", "95328236"],
    ["\u{10ffff}", "e3329a35"],
    ["\u{80}", "81308130"],
    ["\u{ffe5}", "a3a4"],
    ["\u{fffd}", "8431a437"],
  ] as const)
    expect(Buffer.from(write(text)).toString("hex"), text).toBe(hex);
});

test("every character but a few private ones is read back from GB18030", () => {
  const write = gb18030Writer();
  const decoder = new TextDecoder("gb18030", { fatal: true, ignoreBOM: true });
  const refused: number[] = [];
  let text = "";
  for (let point = 0; point < 0x110000; point += point < 0x10000 ? 1 : 37) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const one = String.fromCodePoint(point);
    try {
      write(one);
      text += one;
    } catch {
      refused.push(point);
    }
  }
  expect(decoder.decode(write(text)) === text).toBe(true);
  expect(refused.length).toBeLessThan(20);
  expect(refused.every((point) => point >= 0xe000 && point < 0xf900)).toBe(true);
  expect(() => write("\ud800")).toThrow(/no place/);
});

test("XML in GB18030 is written, read and declared as that", () => {
  const codec = xmlCodec({ root: "xml", encoding: "GB18030", declaration: true });
  const value = { name: "支付 € \u{20000}", no: "0012" };
  const bytes = codec.encode(value);
  expect(Buffer.from(bytes).toString("latin1")).toContain('encoding="GB18030"');
  expect(codec.decode(bytes, BOUNDS)).toEqual({ ok: true, value });
  expect(codec.decode(Buffer.from('<?xml version="1.0" encoding="UTF-8"?><xml/>'), BOUNDS).ok).toBe(false);
  expect(codec.decode(Buffer.from("<xml/>"), BOUNDS).ok).toBe(false);
  expect(codec.decode(Buffer.concat([bytes.subarray(0, 60), Buffer.from([0xff])]), BOUNDS).ok).toBe(false);
  expect(codec.accepts("application/xml; charset=GB18030")).toBe(true);
  expect(codec.accepts("application/xml; charset=utf-8")).toBe(false);
});
