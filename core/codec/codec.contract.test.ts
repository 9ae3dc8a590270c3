import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invalidForms, respeltForms, spoiltForms } from "../../suites/corpora/forms.ts";
import { invalidJson, spoiltObjects } from "../../suites/corpora/invalid-json.ts";
import { respelt } from "../../suites/corpora/valid-json.ts";
import type { Bounds, Codec } from "./codec.ts";
import { invalidXml, respeltXml, spoiltXml } from "../../suites/corpora/invalid-xml.ts";
import { codecsOf, formatOf } from "./codecs.ts";
import { form } from "./form.ts";
import { json } from "./json.ts";
import { tableCodec } from "./table.ts";
import type { XmlForm } from "./xml/form.ts";
import { xmlCodec } from "./xml/xml.ts";

interface Case {
  readonly name: string;
  readonly codec: Codec;
  /** Any value that the format carries. */
  readonly values: fc.Arbitrary<unknown>;
  /** Values of so many members, and of so many levels where the format has levels. */
  readonly sized: (members: number) => unknown;
  readonly nested?: (depth: number) => unknown;
  readonly malformed: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Other spellings of one value. */
  readonly respelt: { readonly value: unknown; readonly texts: readonly (readonly [string, string])[] };
  /** What stands wrong at byte 4. */
  readonly wrongAtFour: string;
  readonly otherTypes: readonly string[];
  /** Absent: UTF-8. */
  readonly charset?: string;
}

const BOUNDS: Bounds = { bytes: 65_536, depth: 16, members: 1_000 };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const name = text.filter((one) => one !== "" && !["__proto__", "constructor", "prototype"].includes(one));
const PARAMETERS = { out_trade_no: "T-1 中文", memo: "a+b=c&d", empty: "" };

const PLAIN_XML: XmlForm = { root: "R", encoding: "UTF-8", declaration: false };
/** Texts that XML carries, and names of elements. */
const xmlText = text.filter((one) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(one));
const xmlName = fc
  .stringMatching(/^[A-Z_a-z中][-.0-9A-Za-z文]{0,8}$/)
  .filter((one) => !["constructor", "prototype"].includes(one));
const xmlValues = fc.dictionary(
  xmlName,
  fc.oneof(
    xmlText,
    fc.array(xmlText, { minLength: 2, maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        xmlName,
        xmlName.map((one) => `@${one}`),
      ),
      xmlText,
      { minKeys: 1, maxKeys: 3 },
    ),
  ),
  { maxKeys: 8 },
);

/** XML of one form. */
function xmlCase(name: string, form: XmlForm, change: Partial<Case> = {}): Case {
  const codec = xmlCodec(form);
  const written = Buffer.from(codec.encode(PARAMETERS)).toString();
  return {
    name,
    codec,
    values: xmlValues,
    sized: (members) => Object.fromEntries(Array.from({ length: members }, (_, at) => [`a${at}`, "1"])),
    nested: (depth) => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), "x"),
    malformed: [...invalidXml(form.root), ...spoiltXml(written)],
    respelt: { value: PARAMETERS, texts: respeltXml(written) },
    wrongAtFour: "<R>< ",
    otherTypes: ["application/xmlx", "text/html", "application/soap+xml", "application/json"],
    ...change,
  };
}

const CASES: readonly Case[] = [
  {
    name: "json",
    codec: json,
    values: fc.dictionary(
      name,
      fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 })),
      { maxKeys: 8 },
    ),
    sized: (members) => Object.fromEntries(Array.from({ length: members }, (_, at) => [`a${at}`, at])),
    nested: (depth) => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), "x"),
    malformed: [...invalidJson(), ...spoiltObjects(JSON.stringify(PARAMETERS))],
    respelt: { value: PARAMETERS, texts: respelt(PARAMETERS) },
    wrongAtFour: '{"a"x1}',
    otherTypes: ["application/jsonx", "text/json", "application/x-www-form-urlencoded"],
  },
  {
    name: "form",
    codec: form,
    values: fc.dictionary(name, text, { maxKeys: 8 }),
    sized: (members) => Object.fromEntries(Array.from({ length: members }, (_, at) => [`a${at}`, "1"])),
    malformed: [...invalidForms(), ...spoiltForms("out_trade_no=T1&total_fee=100")],
    respelt: { value: PARAMETERS, texts: respeltForms(PARAMETERS) },
    wrongAtFour: "a=1&b",
    otherTypes: ["application/json", "multipart/form-data", "application/x-www-form-urlencodedx"],
  },
  xmlCase("xml", PLAIN_XML),
  xmlCase(
    "xml of a namespace, with a declaration",
    {
      ...PLAIN_XML,
      namespace: "urn:liantiao:test",
      namespaces: { s: "urn:liantiao:other" },
      declaration: true,
      mediaType: "text/xml",
    },
    { otherTypes: ["application/xml", "application/json"] },
  ),
  xmlCase(
    "xml with groups",
    {
      ...PLAIN_XML,
      groups: { Head: ["memo"], "Body/Trade": ["out_trade_no", "empty"] },
      ordered: true,
    },
    {
      values: fc.record({ memo: xmlText, empty: xmlText, out_trade_no: xmlText, more: xmlText }, { requiredKeys: [] }),
    },
  ),
  ...[
    { bom: false, lineEnd: "\r\n" as const },
    { bom: true, lineEnd: "\n" as const },
  ].map(({ bom, lineEnd }): Case => {
    const mark = bom ? "\uFEFF" : "";
    return {
      name: `table ended by ${JSON.stringify(lineEnd)}`,
      codec: tableCodec({ bom, lineEnd }),
      values: fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      sized: (members) => Array.from({ length: members }, () => ["x"]),
      malformed: [
        ["unfinished", "a,b"],
        ["a quote that does not end", `"a${lineEnd}`],
        ["text after a quoted cell", `"a"b${lineEnd}`],
        ["a quote within a bare cell", `a"b${lineEnd}`],
        ["another line end", `a${lineEnd === "\n" ? "\r\n" : "\n"}`],
        ["ended within a line", `a${lineEnd}b,`],
      ]
        .map(([kind = "", content = ""]) => ({ name: kind, bytes: bytesOf(mark + content) }))
        .concat([
          { name: "the other byte order mark", bytes: bytesOf(`${bom ? "" : "\uFEFF"}a${lineEnd}`) },
          { name: "no UTF-8", bytes: Uint8Array.from([0xff, 0x0a]) },
        ]),
      respelt: {
        value: [
          ["a", "b"],
          ["", "c"],
        ],
        texts: [["quoted without need", `${mark}"a",b${lineEnd}"","c"${lineEnd}`]],
      },
      wrongAtFour: bom ? `${mark}x"` : `abcd"`,
      otherTypes: ["text/plain", "application/json"],
    };
  }),
];

describe.each(CASES.map((one) => [one.name, one] as const))("codec %s", (_name, one) => {
  const { codec } = one;

  test("an encoded value decodes to itself", () => {
    fc.assert(
      fc.property(one.values, (value) => {
        expect(codec.decode(codec.encode(value), BOUNDS)).toEqual({ ok: true, value });
      }),
    );
  });

  test("any bytes are decoded or refused as data", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(typeof codec.decode(bytes, BOUNDS).ok).toBe("boolean");
      }),
    );
  });

  test("every malformed body is refused, in both languages", () => {
    const read = one.malformed.map(({ name: kind, bytes }) => ({ kind, decoded: codec.decode(bytes, BOUNDS) }));
    expect(read.filter(({ decoded }) => decoded.ok).map(({ kind }) => kind)).toEqual([]);
    for (const { decoded } of read) {
      if (decoded.ok) continue;
      expect(decoded.message.en).not.toBe("");
      expect(decoded.message.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(decoded.offset).toBeGreaterThanOrEqual(0);
    }
  });

  test("other spellings of one value are read as that value", () => {
    for (const [kind, spelt] of one.respelt.texts)
      expect(codec.decode(bytesOf(spelt), BOUNDS), kind).toEqual({ ok: true, value: one.respelt.value });
  });

  test("the place of what is wrong is told in bytes", () => {
    expect(codec.decode(bytesOf(one.wrongAtFour), BOUNDS)).toMatchObject({ ok: false, offset: 4 });
  });

  test("the bounds are allowed and one more is refused", () => {
    const full = codec.encode(one.sized(10));
    expect(codec.decode(full, { ...BOUNDS, members: 10 }).ok).toBe(true);
    expect(codec.decode(codec.encode(one.sized(11)), { ...BOUNDS, members: 10 }).ok).toBe(false);
    expect(codec.decode(full, { ...BOUNDS, bytes: full.length }).ok).toBe(true);
    expect(codec.decode(full, { ...BOUNDS, bytes: full.length - 1 }).ok).toBe(false);
    if (one.nested === undefined) return;
    expect(codec.decode(codec.encode(one.nested(4)), { ...BOUNDS, depth: 4 }).ok).toBe(true);
    expect(codec.decode(codec.encode(one.nested(5)), { ...BOUNDS, depth: 4 }).ok).toBe(false);
  });

  test("accepts exactly its media type, alone or with UTF-8", () => {
    const charset = one.charset ?? "UTF-8";
    for (const type of [codec.contentType, codec.mediaType, `${codec.mediaType.toUpperCase()} ;charset="${charset}"`])
      expect(codec.accepts(type), type).toBe(true);
    for (const type of [`${codec.mediaType}; charset=gbk`, `${codec.mediaType}, text/plain`, "", ...one.otherTypes])
      expect(codec.accepts(type), type).toBe(false);
  });
});

test("a value beyond the format is refused at encoding", () => {
  expect(() => form.encode({ amount: { value: 1 } })).toThrow(/cannot carry "amount"/);
  expect(() => form.encode({ rate: 0.5 })).toThrow(/cannot carry "rate"/);
  expect(() => form.encode(["a"])).toThrow(/object/);
  expect(() => json.encode(undefined)).toThrow(/cannot carry/);
  expect(() => tableCodec({ bom: false, lineEnd: "\n" }).encode([[]])).toThrow(/at least one cell/);
});

test("a form holds whole numbers and booleans as texts, and leaves absent members out", () => {
  expect(new TextDecoder().decode(form.encode({ fee: 100, test: false, memo: "a b", none: undefined }))).toBe(
    "fee=100&test=false&memo=a%20b",
  );
});

test("codecs are found by their names in packs", () => {
  const names = ["json", "form", "xml", "empty", "table"];
  const codecOf = codecsOf({ xml: PLAIN_XML });
  expect(names.map((one) => codecOf(one)?.name)).toEqual(["json", "form", "xml", undefined, undefined]);
  expect(names.map((one) => codecsOf({})(one)?.name)).toEqual(["json", "form", undefined, undefined, undefined]);
  for (const one of names) {
    const { name: named, title, textual, flat } = codecOf(one) ?? {};
    expect(formatOf(one) ?? {}).toMatchObject(named === undefined ? {} : { name: named, title, textual, flat });
  }
});
