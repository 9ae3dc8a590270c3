/*
 * Texts that RFC 8259 does not let be JSON, made from its grammar section by section, for bodies as a whole. Written
 * for this project; nothing is copied from another collection. Kept below every limit of size and depth, so that only
 * the grammar is at issue. What parsers may read either way (byte order mark, huge numbers, lone surrogates) stands in
 * `doubtful-json.ts`.
 */

export interface JsonText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Section of RFC 8259 -> texts. A `\u{..}` in a text is that character itself, not an escape. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "2 document": ["", " ", "\n", "\t\r\n", "\f", "\v", "\u{a0}", "\u{2028}", "\0", "{}\0", "\0{}", "{}{}", "{} {}", "{},", ",{}", "{}1", "1 2", "[][]", "{}x", "x{}", "{}#", "{}/**/", "{}//", "// {}", "/**/{}", "# {}", "<!--{}-->", "{};", "({})", "a={}", "\f{}", "{}\u{a0}", "\u{2028}{}", "\u{3000}{}", ")]}',\n{}", "while(1);{}", "callback({})", "<a/>", "a=1&b=2", "---\na: 1", "a: 1", "*", "\\", "\u{2026}"],
  "3 values": ["True", "TRUE", "False", "FALSE", "Null", "NULL", "nul", "nulll", "tru", "truee", "fals", "falsee", "undefined", "None", "nil", "yes", "no", "on", "NaN", "-NaN", "nan", "Infinity", "-Infinity", "+Infinity", "inf", "-inf", "Inf", "t", "n", "'a'", "`a`", "a", "/a/", "new Date()", "function(){}", "{\"a\":undefined}", "{\"a\":NaN}", "[True]", "[nul]", "[tru e]"],
  "4 objects": ["{", "}", "{{}}", "{[]}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\",1}", "{\"a\"=1}", "{\"a\"=>1}", "{\"a\"::1}", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\":1;\"b\":2}", "{\"a\":1]", "{\"a\":1", "{\"a\":1,", "{\"a\":", "{\"a\"", "{\"a", "{\"", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{true:1}", "{[1]:1}", "{\"a\":1}}", "{\"a\":1}]", "{\"a\":1:2}", "{:1}", "{\"a\":1,\"b\"}", "{\"a\":1,\"b\":}", "{...a}", "{\"a\":(1)}", "{\"a\":1/*x*/}", "{/*x*/\"a\":1}", "{\"a\"/*x*/:1}", "{\"a\":1//x\n}", "{\"a\":'1'}", "{\"a\":\"1\"\"2\"}", "{\"a\":\"1\"+\"2\"}", "{\u{a0}\"a\":1}", "{\u{201c}a\u{201d}:1}", "{\"a\"\u{ff1a}1}", "{\"a\":1\u{ff0c}\"b\":2}"],
  "5 arrays": ["[", "]", "[1,", "[1", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]", "[1}", "[1]]", "[\"a\"", "[\"a", "[\"a\",", "[(1)]", "[1...3]", "[*]", "[\"a\":1]", "[[]", "[][", "[,,]", "[1,\n", "[\v1]", "[\f]", "[\u{a0}1]", "[1\u{ff0c}2]"],
  "6 numbers": ["+1", "--1", "-", "-a", "- 1", "01", "00", "-01", "-012", "0123", "1.", "-1.", ".1", "-.1", "1..2", "1.2.3", "1e", "1e+", "1e-", "1E", "1ee2", "1e2.3", "1e2e3", ".e1", "0.e1", "0e", "0e+", "0.3e", "1_000", "1,000", "0x1F", "0x", "0b1", "0o7", "1n", "1L", "1f", "1d", "$1", "1%", "\u{ff11}", "\u{ff11}\u{ff10}\u{ff10}", "\u{661}", "\u{b2}", "1/2", "1 000", "1-2", "1+2", "(1)", "[+1]", "[01]", "[1.]", "[.5]", "[-]", "[0x10]", "[1e]", "[Infinity]", "[-NaN]", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":0x10}", "{\"a\":1_0}", "{\"a\":\u{ff11}}"],
  "7 strings": ["\"", "\"a", "a\"", "\"\"\"", "\"a\"b\"", "\"\\\"", "\"\\", "\"\\a\"", "\"\\x41\"", "\"\\'\"", "\"\\0\"", "\"\\v\"", "\"\\e\"", "\"\\ \"", "\"\\U0041\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\u{41}\"", "\"\\uD83D\\u\"", "\"\\uD83D\\u1\"", "\"\\\n\"", "\"\n\"", "\"\r\"", "\"\t\"", "\"\0\"", "\"\u{1}\"", "\"\u{1f}\"", "\"\b\"", "\"\f\"", "\"\u{1b}[0m\"", "\"a\nb\"", "'a\"", "\"a'", "\u{201c}a\u{201d}", "\u{ab}a\u{bb}", "\"\\\u{1f600}\"", "[\"a\tb\"]", "{\"a\nb\":1}", "{\"a\":\"x\ty\"}", "{\"a\":\"\\x41\"}"],
};

/** Bytes that are no UTF-8 at all outside of strings; inside of strings they belong to the doubtful texts. */
const BYTES: readonly (readonly [string, readonly number[]])[] = [
  ["0xFF alone", [0xff]],
  ["0xE9 alone", [0xe9]],
  ["[ 0xE5 ]", [0x5b, 0xe5, 0x5d]],
  ["1 0xE5", [0x31, 0xe5]],
  ["{ 0x80 }", [0x7b, 0x80, 0x7d]],
  ["half a byte order mark", [0xef, 0xbb, 0x7b, 0x7d]],
  ["a gzip header", [0x1f, 0x8b, 0x08, 0x00]],
];

/** All of them. Each is refused by every reader that keeps to the grammar; the tests hold them against one. */
export function invalidJson(): readonly JsonText[] {
  const encoder = new TextEncoder();
  return [
    ...Object.entries(TEXTS).flatMap(([section, texts]) => texts.map((text) => ({ name: `RFC 8259 ${section}: ${JSON.stringify(text)}`, bytes: encoder.encode(text) }))),
    ...BYTES.map(([name, bytes]) => ({ name: `RFC 8259 8.1: ${name}`, bytes: Uint8Array.from(bytes) })),
  ];
}

/** Ways to spoil a JSON object that is right otherwise: a lenient reader would see the very request in it. */
export function spoiltObjects(valid: string): readonly JsonText[] {
  const encoder = new TextEncoder();
  const inner = valid.slice(1, -1);
  const spoilt: Readonly<Record<string, string>> = {
    "a comma at the end": `{${inner},}`,
    "a comma at the start": `{,${inner}}`,
    "two commas": `{${inner.replace(",", ",,")}}`.replace(/^\{((?:(?!,,).)*)\}$/s, "{$1,}"),
    "a line comment": `{// note\n${inner}}`,
    "a block comment": `{/* note */${inner}}`,
    "a hash comment": `{# note\n${inner}}`,
    "a name without quotes": `{${inner.replace(/^"(\w+)"/, "$1")}}`,
    "a name in single quotes": `{${inner.replace(/^"(\w+)"/, "'$1'")}}`,
    "a value in single quotes": `{${inner.replace(/:"([^"\\']*)"/, ":'$1'")}}`,
    "= in place of :": `{${inner.replace(":", "=")}}`,
    "without the last brace": `{${inner}`,
    "one brace too many": `${valid}}`,
    "a semicolon after": `${valid};`,
    "a NUL after": `${valid}\0`,
    "an object after": `${valid}{}`,
    "a comma after": `${valid},`,
    "a word after": `${valid} x`,
    "in parentheses": `(${valid})`,
    "a guard before": `)]}'\n${valid}`,
    "a name before": `body=${valid}`,
    "a line feed within a string": valid.replace(/:"/, ":\"\n"),
    "a tab within a string": valid.replace(/:"/, ":\"\t"),
    "a NUL within a string": valid.replace(/:"/, ":\"\0"),
    "an escape that is none": valid.replace(/:"/, ":\"\\x41"),
    "a no-break space between": `{\u00a0${inner}}`,
    "curly quotes": `{${inner.replace(/^"(\w+)"/, "\u201c$1\u201d")}}`,
    "a value undefined": `{${inner},"liantiao":undefined}`,
    "a value NaN": `{${inner},"liantiao":NaN}`,
    "a number with a plus": `{${inner},"liantiao":+1}`,
    "a number with a leading zero": `{${inner},"liantiao":01}`,
    "True with a capital": `{${inner},"liantiao":True}`,
    "cut in the middle": valid.slice(0, Math.floor(valid.length / 2)),
  };
  return Object.entries(spoilt).filter(([, text]) => text !== valid).map(([name, text]) => ({ name, bytes: encoder.encode(text) }));
}
