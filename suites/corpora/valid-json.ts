/*
 * Texts that RFC 8259 says are JSON, made from its grammar. Written for this project. They travel as the content of a
 * free-text field, and as the value of a field that takes a string.
 */
export const VALID_JSON: readonly string[] = [
  "{}", "[]", "null", "true", "false", "0", "-0", "1", "-1", "1.5", "-1.5", "1e2", "1E2", "1e+2", "1e-2", "1.5e10", "0.1", "0e0", "0e+1", "123456789", "\"\"", "\"a\"", "\" \"", "[[]]", "[{}]", "{\"a\":[]}", "{\"a\":{}}", "{\"\":0}", "{\"a\":null}", "{\"a\":true,\"b\":false}",
  " {} ", "\t[]\r\n", "\n1\n", "[ 1 , 2 ]", "{ \"a\" : 1 }", "[1,\n2]", "[null,1,\"1\",{}]", "[\"a\",\"b\"]", "[[],[[]]]", "{\"a\":{\"b\":{\"c\":1}}}",
  "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0041\"", "\"\\u00e9\"", "\"\\u4e2d\\u6587\"", "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\u001f\"", "\"\\u2028\\u2029\"", "\"\\u0022\"", "\"\\u005C\"",
  "\"\u4e2d\u6587\"", "\"\u{1f600}\"", "\"\u00e9\"", "\"e\u0301\"", "\"\u2028\"", "\"\u007f\"", "\"\u00a0\"", "\"\ufeff\"", "\"\u{10ffff}\"", "\"a/*b*/c//d\"", "\"#\"", "\"'\"", "\"`\"", "\"\\\\u0041\"", "\"\\\\n\"", "\"<>&\"", "\"</script>\"", "\"{}\"", "\"[\"", "\"null\"", "\"1\"",
  "{\"__proto__\":1}", "{\"constructor\":1}", "{\"a.b\":1}", "{\"a b\":1}", "{\"\\u0061\":1}", "{\"\u4e2d\":1}", "{\"a\":\"\\n\"}", "{\"$ref\":\"#\"}", "{\"@type\":\"x\"}", "{\"min\":-1.0e+28,\"max\":1.0e+28}",
];

/** The same object, said in other ways that are JSON too: what is signed is the bytes, what is read must be equal. */
export function respelt(body: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const plain = JSON.stringify(body);
  return [
    ["indented", JSON.stringify(body, null, 2)],
    ["indented with tabs and CRLF", JSON.stringify(body, null, "\t").replaceAll("\n", "\r\n")],
    ["space around", ` \r\n\t${plain}\n\n`],
    ["space within", plain.replaceAll(/("(?:[^"\\]|\\.)*")|([:,{}])/g, (_all, text: string | undefined, mark: string) => text ?? ` ${mark} `)],
    ["names in reverse order", JSON.stringify(Object.fromEntries(Object.entries(body).reverse()))],
    ["letters escaped", escapedLetters(plain)],
    ["escapes in upper case", escapedLetters(plain).replaceAll(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`)],
    ["slashes escaped", plain.replaceAll("/", "\\/")],
  ];
}

/** Every third letter of every string, so that names and values are both met. */
function escapedLetters(json: string): string {
  return json.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_all, text: string) => `"${text.replaceAll(/(\\.)|([A-Za-z_\u0080-\uffff])/g, (unit, escape: string | undefined, _letter, at: number) => (escape === undefined && at % 3 === 0 ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}` : unit))}"`);
}
