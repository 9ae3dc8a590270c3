import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStrictJson } from "./strict-json.ts";
import type { JsonFault, StrictJson } from "./strict-json.ts";

const limits = { bytes: 100_000, members: 1000 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): StrictJson => parseStrictJson(utf8(text), limits);
const readDecimals = (text: string): StrictJson => parseStrictJson(utf8(text), { ...limits, integersOnly: false });

describe("reading", () => {
  it.each([
    '{"out_trade_no":"A1","amount":{"total":9007199254740991,"currency":"CNY"},"ok":true,"no":false,"nil":null}',
    ' \t\r\n{ "a" : [ 1 , -1 , 0 ] , "b" : { } , "c" : [ ] } \n',
    '"lone text"',
    "0",
    "-9007199254740991",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[[[]]]",
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"',
    '"金额😀\u007f\u2028"',
    '{"":1}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"toString":1,"hasOwnProperty":2,"__proto":3}',
    '{"Constructor":1}',
    '["__proto__","constructor"]',
  ])("strict JSON reads %s to the same value as JSON.parse", (text) => {
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it("strict JSON reads fractions and exponents only when asked for", () => {
    for (const text of ["1.0", "1e2", "1E+2", "-0.5", "12.50", "0.1e-3"]) {
      expect(read(text)).toMatchObject({ ok: false, why: "not-an-integer", offset: 0 });
      expect(readDecimals(text)).toEqual({ ok: true, value: Number(text) });
    }
  });
});

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const refused: readonly (readonly [string, string, JsonFault, number])[] = [
  ["nothing", "", "empty", 0],
  ["only white space", " \n", "empty", 2],
  ["a byte order mark", "\ufeff{}", "byte-order-mark", 0],
  ["a duplicate key", '{"a":1,"b":2,"a":1}', "duplicate-key", 13],
  ["a duplicate key, three levels down", '{"x":[{"y":{"a":1,"a":2}}]}', "duplicate-key", 18],
  ["a duplicate key spelt with an escape", '{"amount":1,"\\u0061mount":2}', "duplicate-key", 12],
  ["a duplicate key, both spelt with escapes", '{"\\u00e9":1,"\\u00E9":2}', "duplicate-key", 12],
  ["a duplicate empty key", '{"":1,"":2}', "duplicate-key", 6],
  ["2^53", "9007199254740992", "number-out-of-range", 0],
  ["-2^53", "[-9007199254740992]", "number-out-of-range", 1],
  ["an integer that rounds", '{"a":9007199254740993}', "number-out-of-range", 5],
  ["an integer of 400 digits", "9".repeat(400), "number-out-of-range", 0],
  ["-0", "-0", "negative-zero", 0],
  ["-0.0", "[-0.0]", "negative-zero", 1],
  ["-0e1", "-0e1", "negative-zero", 0],
  ["1e400", "1e400", "not-an-integer", 0],
  ["a lone high surrogate", '"\\ud83d"', "lone-surrogate", 1],
  ["a lone low surrogate", '"a\\ude00"', "lone-surrogate", 2],
  ["a high surrogate ahead of a plain character", '"\\ud83dx\\ude00"', "lone-surrogate", 1],
  ["two high surrogates", '"\\ud83d\\ud83d"', "lone-surrogate", 1],
  ["a lone surrogate in a key", '{"\\ud83d":1}', "lone-surrogate", 2],
  ["__proto__", '{"__proto__":{}}', "forbidden-key", 1],
  ["__proto__ spelt with an escape", '{"\\u005f_proto__":{}}', "forbidden-key", 1],
  ["constructor", '{"a":{"constructor":1}}', "forbidden-key", 6],
  ["prototype", '{"prototype":1}', "forbidden-key", 1],
  ["a raw line feed in a string", '"a\nb"', "control-character", 2],
  ["a raw NUL in a string", '"\u0000"', "control-character", 1],
  ["a second value", "{} {}", "trailing-data", 3],
  ["a comma at the end", "{},", "trailing-data", 2],
  ["NUL at the end", "{}\u0000", "trailing-data", 2],
  ["a comma before }", '{"a":1,}', "syntax", 7],
  ["a comma before ]", "[1,]", "syntax", 3],
  ["no comma", "[1 2]", "syntax", 3],
  ["no colon", '{"a" 1}', "syntax", 5],
  ["no value", '{"a":}', "syntax", 5],
  ["a key without quotes", "{a:1}", "syntax", 1],
  ["single quotes", "{'a':1}", "syntax", 1],
  ["a leading zero", "01", "syntax", 0],
  ["a negative leading zero", "-01", "syntax", 1],
  ["a plus sign", "+1", "syntax", 0],
  ["a minus alone", "-", "syntax", 1],
  ["a number without integer part", ".5", "syntax", 0],
  ["a number without fraction digits", "1.", "syntax", 2],
  ["a number without exponent digits", "1e+", "syntax", 3],
  ["hexadecimal", "0x10", "trailing-data", 1],
  ["NaN", "NaN", "syntax", 0],
  ["Infinity", "-Infinity", "syntax", 1],
  ["True", "True", "syntax", 0],
  ["tru", "tru", "syntax", 0],
  ["a comment", "/**/{}", "syntax", 0],
  ["a no-break space", "\u00a0{}", "syntax", 0],
  ["an unknown escape", '"\\x41"', "syntax", 1],
  ["a short \\u escape", '"\\u12"', "syntax", 1],
  ["a string that is not closed", '"abc', "syntax", 4],
  ["a backslash at the end", '"\\', "syntax", 1],
  ["an object that is not closed", '{"a":1', "syntax", 6],
  ["an array that is not closed", "[", "syntax", 1],
  ["an offset in bytes, after Chinese text", '{"金额":1,"金额":2}', "duplicate-key", 12],
];

describe("refusals", () => {
  it.each(refused)("strict JSON refuses %s", (_name, text, why, offset) => {
    const result = read(text);
    expect(result).toMatchObject({ ok: false, why, offset });
    if (!result.ok) {
      expect(result.message.en).not.toBe("");
      expect(result.message.zh).toMatch(/\p{Script=Han}/u);
    }
  });

  it("refuses infinite and inexact numbers even where fractions are allowed", () => {
    for (const text of ["1e400", "-1e400", "1e16", "9007199254740993.0", "1e308"])
      expect(readDecimals(text)).toMatchObject({ ok: false, why: "number-out-of-range" });
    for (const text of ["-0", "-0.0", "-0e5", "-1e-400"])
      expect(readDecimals(text)).toMatchObject({ ok: false, why: "negative-zero" });
  });

  it.each<[string, number[], number]>([
    ["a lone continuation byte", [0x22, 0x80, 0x22], 1],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22], 1],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22], 2],
    ["a code point above U+10FFFF", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 2],
    ["GBK text", [0x22, 0xd6, 0xd0, 0xce, 0xc4, 0x22], 2],
    ["a character cut at the end", [0x22, 0xe9, 0x87], 3],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 0],
  ])("strict JSON refuses invalid UTF-8: %s", (_name, bytes, offset) => {
    expect(parseStrictJson(Uint8Array.from(bytes), limits)).toMatchObject({ ok: false, why: "invalid-utf8", offset });
  });

  it("refuses what exceeds a limit and takes what just meets it", () => {
    expect(read(nested(16)).ok).toBe(true);
    expect(read(nested(17))).toMatchObject({ ok: false, why: "too-deep", offset: 16 });
    expect(read('{"a":'.repeat(50_000 / 5))).toMatchObject({ ok: false, why: "too-deep" });
    expect(parseStrictJson(utf8("[[]]"), { ...limits, depth: 1 })).toMatchObject({
      ok: false,
      why: "too-deep",
      offset: 1,
    });
    expect(read("[[],[],[[]]]").ok).toBe(true);

    expect(parseStrictJson(utf8('{"a":[1,2]}'), { bytes: 11, members: 3 }).ok).toBe(true);
    expect(parseStrictJson(utf8('{"a":[1,2]}'), { bytes: 10, members: 3 })).toMatchObject({
      ok: false,
      why: "too-large",
    });
    expect(parseStrictJson(utf8('{"a":[1,2]}'), { bytes: 11, members: 2 })).toMatchObject({
      ok: false,
      why: "too-many-members",
      offset: 8,
    });
  });

  it("shows the peer's text short and harmless", () => {
    const key = `\u202e${"k".repeat(500)}`;
    const result = read(JSON.stringify({ [key]: 1 }).replace("}", `,${JSON.stringify(key)}:2}`));
    expect(result).toMatchObject({ ok: false, why: "duplicate-key" });
    if (!result.ok) {
      expect(result.message.en.length).toBeLessThan(200);
      expect(result.message.en).not.toContain("\u202e");
    }
  });
});

describe("compared with JSON.parse on mutated documents", () => {
  /** The rules that JSON.parse lacks; the syntax is for both to agree on. */
  const EXTRA: ReadonlySet<JsonFault> = new Set<JsonFault>([
    "duplicate-key",
    "forbidden-key",
    "lone-surrogate",
    "negative-zero",
    "number-out-of-range",
    "not-an-integer",
    "too-deep",
    "byte-order-mark",
  ]);
  const pieces = [
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "0",
    "1",
    "-",
    "+",
    ".",
    "e",
    "E",
    "u",
    "d800",
    "\\u",
    "\\uD83D",
    "\\uDE00",
    " ",
    "\n",
    "\t",
    "\u0000",
    "\u00a0",
    "true",
    "null",
    "\ufeff",
    '"a":',
    '"a":1,',
    "9007199254740993",
    "1e400",
    "-0",
    "__proto__",
    "金",
    "😀",
  ];
  const mutation = fc.record({ at: fc.nat(400), remove: fc.nat(3), insert: fc.constantFrom("", ...pieces) });
  const document = fc
    .tuple(
      fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }),
      fc.constantFrom(undefined, 1, "\t"),
      fc.array(mutation, { maxLength: 3 }),
    )
    .map(([value, space, mutations]) =>
      mutations
        .reduce(
          (text, { at, remove, insert }) => {
            const place = at % (text.length + 1);
            return text.slice(0, place) + insert + text.slice(place + remove);
          },
          JSON.stringify(value, undefined, space),
        )
        .toWellFormed(),
    );

  it.each([true, false])("differs from JSON.parse only by the extra rules (integersOnly %s)", (integersOnly) => {
    let taken = 0;
    let malformed = 0;
    fc.assert(
      fc.property(document, (text) => {
        const ours = parseStrictJson(utf8(text), { ...limits, integersOnly });
        let theirs: { value: unknown } | undefined;
        try {
          theirs = { value: JSON.parse(text) };
        } catch {
          theirs = undefined;
        }
        if (ours.ok) {
          taken += 1;
          expect(theirs).toEqual({ value: ours.value });
        } else if (!EXTRA.has(ours.why)) {
          malformed += 1;
          expect(theirs, `${ours.why}: ${ours.message.en}`).toBeUndefined();
        }
      }),
      { numRuns: 20_000, seed: 8259 },
    );
    // Both sides of the comparison were really met.
    expect(taken).toBeGreaterThan(1000);
    expect(malformed).toBeGreaterThan(1000);
  });

  it("strict JSON returns a result for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => typeof parseStrictJson(bytes, limits).ok === "boolean"),
      { numRuns: 5000 },
    );
  });
});
