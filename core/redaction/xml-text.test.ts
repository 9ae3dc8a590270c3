import { expect, test } from "vitest";
import { redaction } from "./redaction.ts";

const redact = redaction({
  interfaces: [],
  messages: {
    pay: {
      properties: {
        SgnAcctId: { type: "string", "x-sensitive": "account" },
        TrxId: { type: "string" },
      },
    },
  },
});
const ACCOUNT = "6222021234567890123";
const TRX = "2026120112345678901234567890123";

test("sensitive elements of XML are masked in place, and declared numbers stay", () => {
  const body = `<?xml version="1.0"?><root xmlns="x"><a><SgnAcctId>${ACCOUNT}</SgnAcctId><TrxId>${TRX}</TrxId></a></root>\r\n{S:AAAA}`;
  const shown = redact.text(body);
  expect(shown).not.toContain(ACCOUNT);
  expect(shown).toContain(`<TrxId>${TRX}</TrxId>`);
  expect(shown.startsWith('<?xml version="1.0"?><root xmlns="x"><a><SgnAcctId>')).toBe(true);
  expect(shown.endsWith("</SgnAcctId><TrxId>" + TRX + "</TrxId></a></root>\r\n{S:AAAA}")).toBe(true);
  expect([...redact.values(body).keys()]).toEqual([ACCOUNT]);
});

test.each([
  ["CDATA", `<r><SgnAcctId><![CDATA[${ACCOUNT}]]></SgnAcctId></r>`],
  ["a comment within", `<r><SgnAcctId>622202<!--x-->1234567890123</SgnAcctId></r>`],
  ["a prefix", `<p:r xmlns:p="u"><p:SgnAcctId>${ACCOUNT}</p:SgnAcctId></p:r>`],
  ["an element that does not end", `<r><SgnAcctId>${ACCOUNT}`],
  ["an unknown element", `<r><Other>${ACCOUNT}</Other></r>`],
  ["references", `<r><SgnAcctId>&#54;222021234567890123</SgnAcctId></r>`],
])("an account number is hidden in XML with %s", (_name, body) => {
  expect(redact.text(body)).not.toMatch(/222021234567890123|1234567890123/);
});
