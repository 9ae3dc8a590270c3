/*
 * Strings that break what handles text carelessly, by the way in which it is careless. Written for this project, after
 * the kinds that the field knows (OWASP, Unicode TR36/TR39, CSV Injection). All of them are ordinary text for an
 * interface: stored and given back as they are, or refused.
 */
const STRINGS: Readonly<Record<string, readonly string[]>> = {
  "looks empty": [" ", "  ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u180e", "\t", "\n", "\r\n"],
  "space at the ends": [" a", "a ", " a ", "a\n", "\na", "a\t", "\u3000a\u3000", "a\u00a0", "a\u200b", "\ufeffa"],
  "looks like a value": ["undefined", "null", "NULL", "(null)", "nil", "None", "NaN", "Infinity", "-Infinity", "true", "false", "TRUE", "0", "-0", "00", "007", "1", "-1", "1.0", "1.50", "1e3", "1E400", "0x10", "0b1", "1_000", "1,000.00", "1/0", "9007199254740993", "99999999999999999999999", "123456789012345678901234567890", "1970-01-01", "2026-02-30", "00:00:00", "[]", "{}", "[object Object]", "\"\"", "''", "{\"a\":1}", "[1,2]"],
  "marks": ["\"", "'", "`", "\\", "\\\\", "/", "//", "/*", "*/", "#", "--", ";", ":", ",", ".", "..", "|", "||", "&", "&&", "%", "%%", "$", "$$", "^", "~", "!", "?", "*", "+", "=", "<", ">", "<>", "(", ")", "[", "]", "{", "}", "@", "_", "-", ",./;'[]\\-=", "<>?:\"{}|_+", "!@#$%^&*()`~"],
  "escapes": ["\\n", "\\r\\n", "\\t", "\\0", "\\u0041", "\\u0000", "\\x41", "%20", "%00", "%0a", "%0d%0a", "%25", "%E4%B8%AD", "%c0%af", "%u0041", "&amp;", "&lt;b&gt;", "&#65;", "&#x0;", "a+b", "=?utf-8?B?YQ==?=", "\\\"", "\\'", "a\\"],
  "lines and tables": ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\u2029b", "a\u0085b", "a\tb", "a,b", "a;b", "a|b", "\"a\",\"b\"", "a\"b", "\"a", "a\",b", "a\r\nTOTAL,1,2", "=1+1", "+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://example.invalid\",\"x\")", "\t=1", "\r=1"],
  "controls": ["\u0001", "\u0007", "\b", "\u000b", "\f", "\u001b[31mred\u001b[0m", "\u001b]0;title\u0007", "\u007f", "\u0080", "\u009f", "a\u0000b", "\u0000"],
  "code": ["<b>x</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "]]>", "<![CDATA[x]]>", "<!--", "-->", "<?xml version=\"1.0\"?>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "${7*7}", "#{7*7}", "{{7*7}}", "<%= 7*7 %>", "$(id)", "`id`", "; id", "| id", "&& id", "%s%s%s", "%d", "%n", "{0}", "${jndi:ldap://example.invalid/a}", "__proto__", "constructor", "toString", "hasOwnProperty", "../../etc/passwd", "..\\..\\windows", "file:///etc/passwd", "C:\\nul", "CON", "/dev/null"],
  "databases": ["'; DROP TABLE payments; --", "' OR '1'='1", "1 OR 1=1", "\" OR \"\"=\"", "') OR ('1'='1", "'; SELECT 1; --", "admin'--", "' UNION SELECT NULL--", "%' LIKE '%", "_%", "\\'; --", "{\"$gt\":\"\"}", "$where", "*)(uid=*", "'||'a", "0x27", "''", "'''"],
  "scripts": ["\u4e2d\u6587\u5546\u6237", "\u7e41\u9ad4\u5b57", "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8", "\ud55c\uad6d\uc5b4", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439", "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac", "\u05e2\u05d1\u05e8\u05d9\u05ea", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "\u0e44\u0e17\u0e22", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u1780\u17b6", "\u0f56\u0f7c\u0f51", "\u1820\u1828", "\ua188\ua320", "Stra\u00dfe", "\u0130stanbul \u0131", "\u01c4\u01c5\u01c6", "\ufb01\ufb02", "\uff21\uff22\uff11\uff12\uff13", "\u3231\u3300\u32ff", "\u7199\u5586\u4f03", "\u{20000}\u{2a6df}", "\u{30edd}\u{30ede}"],
  "composition": ["\u00e9", "e\u0301", "\u212b", "\u00c5", "A\u030a", "\u1e9b\u0323", "\uac00", "\u1100\u1161", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d", "\u0344", "\u0958", "\u2126"],
  "emoji": ["\u{1f600}", "\u{1f44d}\u{1f3fd}", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "\u{1f1e8}\u{1f1f3}", "1\ufe0f\u20e3", "\u2764\ufe0f", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "\u{1f600}".repeat(20)],
  "direction and disguise": ["\u202eabc", "a\u202db", "\u2067a\u2069", "\u200fa", "\u200ea", "\u061c", "p\u0430ypal", "a\u200db", "a\u034fb", "\u{e0001}\u{e0041}", "\ufff9a\ufffab\ufffb", "\ufffd", "\ufffc", "\ufdd0", "\uffff", "\u{1fffe}", "\u{10ffff}", "\ue000", "\u{f0000}"],
};

export interface NaughtyString {
  readonly kind: string;
  readonly text: string;
}

/** All of them, in a fixed order. */
export function naughtyStrings(): readonly NaughtyString[] {
  return Object.entries(STRINGS).flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })));
}
