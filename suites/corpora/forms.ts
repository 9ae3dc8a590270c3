/*
 * Forms (`application/x-www-form-urlencoded`) that are none, or that two readers read differently, made from the
 * grammar of the URL standard (section 5) and of RFC 3986 (section 2.1). Written for this project; nothing is copied
 * from another collection. Kept below every limit of size and number, so that only the form itself is at issue.
 */

export interface FormText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "a parameter without = or name": [
    "a",
    "a&b=1",
    "b=1&a",
    "=",
    "=1",
    "a=1&=2",
    "%",
    "a%3D1",
    "a:1",
    '{"a":"1"}',
    "<a/>",
  ],
  "an empty parameter": ["&", "a=1&", "&a=1", "a=1&&b=2", "&&"],
  "another separator": ["a=1;b=2", "a=1\nb=2", "a=1, b=2", "a=1&amp;b", "a=1\r\n", "a=1\tb=2"],
  "a bare =": ["a=b=c", "a==", "sign=AAAA==", "a==b"],
  "an escape that is none": [
    "a=%",
    "a=%4",
    "a=%4g",
    "a=%g4",
    "a=%%41",
    "a=% 41",
    "a=%u0041",
    "a=%-1",
    "a=%+1",
    "a=1%",
    "a=%2",
    "%=1",
    "%4=1",
    "a%zz=1",
    "a=%ＦＦ",
  ],
  "escapes that are no UTF-8": [
    "a=%FF",
    "a=%C0%80",
    "a=%C1%BF",
    "a=%E0%80%80",
    "a=%ED%A0%80",
    "a=%ED%B0%80",
    "a=%F4%90%80%80",
    "a=%F8%88%80%80%80",
    "a=%E4%B8",
    "a=%80",
    "a=%E4%B8%AD%AD",
    "%FF=1",
    "a=%D6%D0%CE%C4",
  ],
  "a byte that must be escaped": [
    "a=b c",
    " a=1",
    "a=1 ",
    "a =1",
    "a=\t",
    "a=\0",
    "a=1\0",
    "a=\u{7f}",
    "a=\u{1b}[0m",
    "a=1\n",
    "\na=1",
    "a=中",
    "中=1",
    "a=\u{a0}",
    "\u{feff}a=1",
    "a=é",
  ],
  "a name twice": [
    "a=1&a=1",
    "a=1&a=2",
    "a=&a=1",
    "a=1&%61=2",
    "%61=1&a=2",
    "a=1&b=2&a=3",
    "a+b=1&a%20b=2",
    "%61=1&%61=2",
  ],
  "a name that objects keep for themselves": [
    "__proto__=1",
    "constructor=1",
    "prototype=1",
    "%5f%5fproto__=1",
    "a=1&__proto__=x",
  ],
};

/** Bytes that are no text of any form. */
const BYTES: readonly (readonly [string, readonly number[]])[] = [
  ["0xFF alone", [0xff]],
  ["a= 0xE9", [0x61, 0x3d, 0xe9]],
  ["GBK in a value", [0x61, 0x3d, 0xd6, 0xd0]],
  ["a gzip header", [0x1f, 0x8b, 0x08, 0x00]],
  ["UTF-16", [0x61, 0x00, 0x3d, 0x00, 0x31, 0x00]],
];

/** All of them. Each is refused by a reader that keeps to the grammar. */
export function invalidForms(): readonly FormText[] {
  const encoder = new TextEncoder();
  return [
    ...Object.entries(TEXTS).flatMap(([kind, texts]) =>
      texts.map((text) => ({ name: `${kind}: ${JSON.stringify(text)}`, bytes: encoder.encode(text) })),
    ),
    ...BYTES.map(([name, bytes]) => ({ name: `bytes: ${name}`, bytes: Uint8Array.from(bytes) })),
  ];
}

/** Ways to spoil a form that is right otherwise: a lenient reader would see the very request in it. */
export function spoiltForms(valid: string): readonly FormText[] {
  const encoder = new TextEncoder();
  const [first = ""] = valid.split("&");
  const [name = "", value = ""] = first.split("=");
  const spoilt: Readonly<Record<string, string>> = {
    "an & at the end": `${valid}&`,
    "an & at the start": `&${valid}`,
    "two & between": valid.replace("&", "&&"),
    "a semicolon between": valid.replace("&", ";"),
    "a line feed after": `${valid}\n`,
    "a NUL after": `${valid}\0`,
    "a question mark before": `?&${valid}`,
    "a parameter without a value": `${valid}&liantiao`,
    "a parameter without a name": `${valid}&=liantiao`,
    "the first parameter twice": `${valid}&${first}`,
    "the first parameter twice, one escaped": `${valid}&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${value}`,
    "the first parameter again with another value": `${valid}&${name}=liantiao`,
    "a bare = in a value": `${valid}&liantiao=a=b`,
    "half an escape": `${valid}&liantiao=%4`,
    "an escape of Java's": `${valid}&liantiao=%u4e2d`,
    "an escape that is no UTF-8": `${valid}&liantiao=%FF`,
    "GBK in escapes": `${valid}&liantiao=%D6%D0`,
    "a bare space": `${valid}&liantiao=a b`,
    "a bare character beyond ASCII": `${valid}&liantiao=\u4e2d`,
    "a byte order mark before": `\ufeff${valid}`,
  };
  return Object.entries(spoilt)
    .filter(([, text]) => text !== valid)
    .map(([kind, text]) => ({ name: kind, bytes: encoder.encode(text) }));
}

/** The same parameters, said in other ways that are a form too: what is read must be equal. */
export function respeltForms(parameters: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const plain = Object.entries(parameters);
  const written = (entries: readonly (readonly [string, string])[], spell: (text: string) => string): string =>
    entries.map(([name, value]) => `${spell(name)}=${spell(value)}`).join("&");
  return [
    ["as browsers write it", new URLSearchParams(parameters).toString()],
    ["spaces as %20", written(plain, encodeURIComponent)],
    ["names in reverse order", written(plain.toReversed(), encodeURIComponent)],
    [
      "escapes in lower case",
      written(plain, (text) => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase())),
    ],
    ["every byte escaped", written(plain, (text) => allEscaped(text))],
  ];
}

function allEscaped(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
