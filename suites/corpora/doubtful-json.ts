import type { JsonText } from "./invalid-json.ts";

/*
 * Texts that RFC 8259 lets a reader take or refuse (sections 4, 6, 8.1, 8.2, 9): numbers beyond a double, lone
 * surrogates, names that stand twice, byte order marks, encodings other than UTF-8, noncharacters. Written for this
 * project. Whatever the verdict is, it must be the same each time.
 */
export function doubtfulJson(): readonly JsonText[] {
  const encoder = new TextEncoder();
  const texts: Readonly<Record<string, string>> = {
    "a number that overflows": '{"a":1e400}',
    "a number that overflows, negative": '{"a":-1e400}',
    "a number that underflows": '{"a":1e-400}',
    "an integer of 30 digits": '{"a":123456789012345678901234567890}',
    "2^53 + 1": '{"a":9007199254740993}',
    "2^63": '{"a":9223372036854775808}',
    "2^64": '{"a":18446744073709551616}',
    "-0": '{"a":-0}',
    "-0.0": '{"a":-0.0}',
    "1.0": '{"a":1.0}',
    "1e0": '{"a":1e0}',
    "0.1 + much": `{"a":0.1${"0".repeat(60)}1}`,
    "a high surrogate alone": '{"a":"\\uD800"}',
    "a low surrogate alone": '{"a":"\\uDC00"}',
    "surrogates the wrong way round": '{"a":"\\uDC00\\uD800"}',
    "two high surrogates": '{"a":"\\uD800\\uD800"}',
    "a high surrogate, then a letter": '{"a":"\\uD800a"}',
    "a surrogate alone in a name": '{"\\uD800":1}',
    "a noncharacter": '{"a":"\\uFFFF"}',
    "U+0000 escaped": '{"a":"\\u0000"}',
    "U+0000 escaped in a name": '{"a\\u0000":1}',
    DEL: '{"a":"\u007f"}',
    "U+2028 raw": '{"a":"\u2028"}',
    "a name twice": '{"a":1,"a":1}',
    "a name twice, other values": '{"a":1,"a":2}',
    "a name twice, one escaped": '{"a":1,"\\u0061":2}',
    "names that differ in case": '{"a":1,"A":2}',
    "an empty name": '{"":1}',
    "names equal after normalisation": '{"\u00e9":1,"e\u0301":2}',
    "a number as the document": "1",
    "a string as the document": '"a"',
    "null as the document": "null",
    "true as the document": "true",
    "a list as the document": "[]",
    "15 lists in each other": `${"[".repeat(15)}${"]".repeat(15)}`,
    "60 lists in each other": `${"[".repeat(60)}${"]".repeat(60)}`,
  };
  const bytes: Readonly<Record<string, readonly number[]>> = {
    "a byte order mark": [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
    "UTF-16 little endian": [0x7b, 0x00, 0x7d, 0x00],
    "UTF-16 big endian with mark": [0xfe, 0xff, 0x00, 0x7b, 0x00, 0x7d],
    "Latin-1 within a string": [0x22, 0xe9, 0x22],
    "GBK within a string": [0x22, 0xd6, 0xd0, 0x22],
    "an overlong slash": [0x22, 0xc0, 0xaf, 0x22],
    "an overlong NUL": [0x22, 0xc0, 0x80, 0x22],
    "a surrogate in UTF-8": [0x22, 0xed, 0xa0, 0x80, 0x22],
    "beyond U+10FFFF": [0x22, 0xf4, 0xbf, 0xbf, 0xbf, 0x22],
    "a truncated character": [0x22, 0xe4, 0xb8, 0x22],
    "a continuation byte alone": [0x22, 0x80, 0x22],
  };
  return [
    ...Object.entries(texts).map(([name, text]) => ({ name, bytes: encoder.encode(text) })),
    ...Object.entries(bytes).map(([name, list]) => ({ name, bytes: Uint8Array.from(list) })),
  ];
}
