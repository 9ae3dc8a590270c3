import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import type { Tamper } from "../../wire/sealed-request.ts";
import { freeTextFields } from "./free-text.ts";

const utf8 = new TextEncoder();

/** Byte sequences that no UTF-8 has, put into a free text. Each is what some encoder or lenient decoder takes for text. */
const BYTES: Readonly<Record<string, readonly number[]>> = {
  GBK: [0xd6, 0xd0, 0xce, 0xc4],
  "Latin-1": [0x63, 0x61, 0x66, 0xe9, 0x20],
  "an overlong slash of two bytes": [0xc0, 0xaf],
  "an overlong letter of two bytes": [0xc1, 0xa1],
  "an overlong slash of three bytes": [0xe0, 0x80, 0xaf],
  "an overlong slash of four bytes": [0xf0, 0x80, 0x80, 0xaf],
  "a NUL of two bytes": [0xc0, 0x80],
  "half a surrogate pair": [0xed, 0xa0, 0x80],
  "a surrogate pair in six bytes": [0xed, 0xa0, 0xbd, 0xed, 0xb2, 0xa9],
  "beyond U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
  "a byte that UTF-8 never has": [0xff],
  "a sequence cut short": [0xe4, 0xb8],
  "a continuation by itself": [0x80],
};

/** How bodies of a format are written in another encoding than theirs. */
interface Spelling {
  /** Ways to write the whole body. */
  readonly whole: readonly (readonly [string, (body: string) => Uint8Array])[];
  /** Ways to have a value's bytes stand in the body. */
  readonly bytes: Readonly<Record<string, (put: readonly number[]) => readonly number[]>>;
  /** A text of any characters, right in this format. */
  readonly right: (text: string) => Uint8Array;
}

const bare = (put: readonly number[]): readonly number[] => put;

const CHARSETS = ["gbk", "gb18030", "iso-8859-1", "utf-16", "utf-16le", "utf-7", "us-ascii"];

/** Ways to write the whole body that are not plain UTF-8. */
const WHOLE: readonly (readonly [string, (json: string) => Uint8Array])[] = [
  ["a byte order mark ahead", (json) => utf8.encode(`\ufeff${json}`)],
  ["UTF-16, little end first", (json) => new Uint8Array(Buffer.from(json, "utf16le"))],
  ["UTF-16, little end first, with its mark", (json) => new Uint8Array(Buffer.from(`\ufeff${json}`, "utf16le"))],
  ["UTF-16, big end first, with its mark", (json) => new Uint8Array(Buffer.from(`\ufeff${json}`, "utf16le").swap16())],
  [
    "UTF-32",
    (json) =>
      Uint8Array.from(Array.from(json).flatMap((sign) => [sign.charCodeAt(0) & 0xff, sign.charCodeAt(0) >> 8, 0, 0])),
  ],
  ["its first quote overlong", (json) => spliced(utf8.encode(json), json.indexOf('"'), 1, [0xc0, 0xa2])],
  [
    "a letter of its first key overlong",
    (json) =>
      spliced(utf8.encode(json), json.indexOf('"') + 1, 1, [
        0xc0 | (json.charCodeAt(json.indexOf('"') + 1) >> 6),
        0x80 | (json.charCodeAt(json.indexOf('"') + 1) & 0x3f),
      ]),
  ],
];

/** The first letter of a name in a body, overlong. */
const overlongName: readonly [string, (body: string) => Uint8Array] = [
  "a letter of its first name overlong",
  (body) => {
    const at = body.search(/(?<=<)[A-Za-z_]|(?<![^&])[A-Za-z_](?=[^<>]*=)/);
    const code = body.charCodeAt(at);
    return spliced(utf8.encode(body), at, 1, [0xc0 | (code >> 6), 0x80 | (code & 0x3f)]);
  },
];

/** Those ways to write the whole body that are not about its marks. */
const OTHER_ENCODINGS = WHOLE.filter(([name]) => /^(?:a byte order|UTF-)/.test(name));

const SPELLINGS: Readonly<Record<string, Spelling>> = {
  json: { whole: WHOLE, bytes: { "": bare }, right: (text) => utf8.encode(text) },
  xml: {
    whole: [...OTHER_ENCODINGS, overlongName],
    bytes: { "": bare },
    right: (text) => utf8.encode(text),
  },
  form: {
    whole: [...OTHER_ENCODINGS, overlongName],
    bytes: {
      "": bare,
      " in escapes": (put) =>
        put.flatMap((byte) => [...utf8.encode(`%${byte.toString(16).padStart(2, "0").toUpperCase()}`)]),
    },
    right: (text) => utf8.encode(encodeURIComponent(text)),
  },
};

export const encoding: Check = {
  id: "canonical.encoding",
  requirement: "CAN-09",
  title: { en: "A body that is not plain UTF-8 is refused", zh: "非 UTF-8 的报文体被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && one.request.representation in SPELLINGS),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { representation } = session.pack.interface(id).request;
    const inUtf8 = (): never =>
      session.skip("bodies of this interface are not in UTF-8", "该接口的报文不是 UTF-8", "not-demanded");
    const codec = session.pack.codecOf(representation) ?? inUtf8();
    const spelling = SPELLINGS[representation] ?? inUtf8();
    if (!codec.accepts(`${codec.mediaType}; charset=utf-8`)) inUtf8();
    const [name] = freeTextFields(session.pack, session.pack.interface(id));
    const field = name === undefined ? undefined : { name, text: session.fresh() };
    // What is carried within something else has no media type of its own.
    const charset = session.pack.requestEnvelope(session.pack.interface(id)).carrier === undefined;
    const draft = await session.request(id, field === undefined ? {} : { [field.name]: field.text });
    await expectEachRefused(
      session,
      {
        draft,
        forms: [
          ...inBody(spelling, field, session.code("decode")),
          ...(charset ? inHeader(codec.mediaType, [session.code("route.media"), session.code("decode")]) : []),
        ],
        what: { en: "a body that is not plain UTF-8", zh: "不是纯 UTF-8 的报文体" },
        likelyCause: {
          en: "The body is decoded leniently: invalid bytes are replaced, a byte order mark is dropped, or an encoding is guessed.",
          zh: "解码过于宽松：替换无效字节、忽略 BOM 或猜测编码。",
        },
      },
      {
        ...(charset ? { headers: typed(`${codec.mediaType}; charset=utf-8`) } : {}),
        ...(field === undefined
          ? {}
          : { body: putInto(field.text, spelling.right("中文 caf\u00e9 \u20ac \u{1f375}")) }),
      },
    );
  },
};

/** A free text of the request: what stands in it is put where the invalid bytes go. */
interface FreeText {
  readonly name: string;
  readonly text: string;
}

function inBody({ whole, bytes }: Spelling, field: FreeText | undefined, decode: string): readonly WrongForm[] {
  return [
    ...whole.map(([name, made]): WrongForm => ({
      name,
      codes: decode,
      tamper: { body: (body) => made(new TextDecoder().decode(body)) },
    })),
    ...(field === undefined
      ? []
      : Object.entries(BYTES).flatMap(([name, put]) =>
          Object.entries(bytes).map(([how, spelt]): WrongForm => ({
            name: `${field.name} with ${name}${how}`,
            codes: decode,
            tamper: { body: putInto(field.text, spelt(put)) },
          })),
        )),
  ];
}

const inHeader = (mediaType: string, codes: readonly string[]): readonly WrongForm[] =>
  CHARSETS.map((charset) => ({
    name: `charset=${charset}`,
    codes,
    tamper: { headers: typed(`${mediaType}; charset=${charset}`) },
  }));

/** The headers with another content type. */
const typed =
  (type: string): NonNullable<Tamper["headers"]> =>
  (headers) =>
    headers.map(([name, value]) => [name, name === "Content-Type" ? type : value]);

/** The body with other bytes in place of the text. */
const putInto =
  (text: string, put: Iterable<number>): NonNullable<Tamper["body"]> =>
  (bytes) =>
    spliced(bytes, Buffer.from(bytes).indexOf(text), text.length, [...put]);

function spliced(bytes: Uint8Array, at: number, count: number, put: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + count)]);
}
