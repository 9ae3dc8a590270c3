import { describe, expect, test } from "vitest";
import { xmlCodec } from "../../codec/xml/xml.ts";
import { pairScheme } from "../../signature/schemes.ts";
import { explain } from "../explanation/explain.ts";
import { SAMPLE_XML, TRAILING_SIGNATURE } from "../testing/policies.ts";
import { cut, signed } from "./document.ts";
import { trailingSignature } from "./trailing-signature.ts";

const policy = { ...TRAILING_SIGNATURE, algorithms: { RSA: "rsa2048" } };
const codec = xmlCodec(SAMPLE_XML);
const envelope = trailingSignature(policy, codec);
const scheme = pairScheme("rsa2048");
const [own, other] = [scheme.generate(), scheme.generate()];
const [signing, verifying] = [scheme.privateKey(own.privatePem), scheme.publicKey(own.publicPem)];
const message = {
  method: "POST",
  target: "/epcc",
  party: "P1",
  serial: "KEY-1",
  algorithm: "RSA",
  timestamp: "2026-12-01T10:00:00",
  nonce: "",
  body: codec.encode({ TrxId: "T1", TrxAmt: "CNY1.00", Memo: "中 文" }),
};
const document = Buffer.from(envelope.requestBase(message));
const bounds = { bytes: 65_536, depth: 8, members: 100 };

/** What is said of a signature over these bytes, made with this key, behind the document as it is sent. */
function cause(over: Uint8Array, sent: Uint8Array = document, key = signing): string | undefined {
  const text = Buffer.from(key.sign(over)).toString("base64");
  const body = signed(policy, sent, text);
  const opened = envelope.openRequest({ method: "POST", target: "/epcc", headers: [], body }, bounds);
  if (!opened.ok) throw new Error(opened.message.en);
  return explain(envelope, {
    kind: "request",
    message: { ...message, body: opened.body },
    signature: opened.signatureText,
    key: verifying,
    otherKeys: [{ owner: "P2 KEY-9", key: scheme.publicKey(other.publicPem) }],
    covered: opened.covered,
    now: Date.parse("2026-12-01T02:00:00Z"),
  }).cause?.id;
}

const text = document.toString();

describe("a signature behind a document", () => {
  test("the document's bytes are signed, and fields stand in the order of the groups", () => {
    const sealed = envelope.sealRequest(message, signing.sign(document));
    expect(Buffer.from(sealed.body).toString()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><root xmlns="urn:liantiao:test"><MsgHeader><SndDt>2026-12-01T10:00:00<\/SndDt><IssrId>P1<\/IssrId><SignSN>KEY-1<\/SignSN><\/MsgHeader><MsgBody><TrxInf><TrxId>T1<\/TrxId><TrxAmt>CNY1.00<\/TrxAmt><\/TrxInf><\/MsgBody><Memo>中 文<\/Memo><\/root>\r\n\{S:[A-Za-z0-9+/=]+\}$/,
    );
    expect(Buffer.from(cut(policy, sealed.body)?.document ?? [])).toEqual(document);
  });

  test.each([
    ["separator-signed", Buffer.from(`${text}\r\n`)],
    ["separator-signed", Buffer.from(`${text}\n`)],
    ["separator-signed", Buffer.from(`${text}\r\n{S:`)],
    ["declaration-not-signed", Buffer.from(text.replace(/^<\?.*?\?>/, ""))],
    ["part-signed", Buffer.from(/<MsgBody>.*<\/MsgBody>/.exec(text)?.[0] ?? "")],
    ["part-signed", Buffer.from(/<MsgBody>(.*)<\/MsgBody>/.exec(text)?.[1] ?? "")],
    ["document-reserialised", Buffer.from(text.replace("?>", "?>\n"))],
    ["document-reserialised", Buffer.from(text.replace("UTF-8", "utf-8"))],
    ["document-reserialised", Buffer.from(text.replaceAll("中", "&#20013;").replaceAll("文", "&#25991;"))],
    ["document-in-another-charset", Buffer.from(text.replaceAll(/[中文]/g, "?"))],
    ["document-in-another-charset", Buffer.from(text, "utf8").toString("latin1")],
    ["byte-order-mark", Buffer.from(`\uFEFF${text}`)],
  ] as const)("explains %s", (id, over) => {
    expect(cause(Buffer.from(over))).toBe(id);
  });

  test("explains line ends, indentation and a missing declaration", () => {
    const lines = Buffer.from(text.replaceAll("><", ">\r\n<"));
    expect(cause(Buffer.from(lines.toString().replaceAll("\r\n", "\n")), lines)).toBe("line-ends");
    expect(cause(document, lines)).toBe("line-ends");
    expect(cause(Buffer.from(`${text}\n`))).toBe("separator-signed");
    expect(cause(document, Buffer.from(text.replace(/^<\?.*?\?>/, "")))).toBe("declaration-signed");
  });

  test("explains another key and a hash signed in place of the document", async () => {
    const { createHash } = await import("node:crypto");
    expect(cause(document, document, scheme.privateKey(other.privatePem))).toBe("wrong-key");
    expect(cause(createHash("sha256").update(document).digest())).toBe("digest-signed");
  });

  test("a body without a signature, or with something behind it, is refused", () => {
    const sealed = Buffer.from(envelope.sealRequest(message, signing.sign(document)).body);
    const open = (body: Uint8Array) => envelope.openRequest({ method: "POST", target: "/", headers: [], body }, bounds);
    expect(open(document)).toMatchObject({ ok: false, stage: "signature" });
    expect(open(Buffer.concat([sealed, Buffer.from("\n")]))).toMatchObject({ ok: false });
    expect(open(Buffer.concat([sealed, Buffer.from("\r\n{S:AAAA}")]))).toMatchObject({ ok: false, stage: "decode" });
    expect(open(Buffer.concat([Buffer.from(" "), sealed]))).toMatchObject({ ok: false, stage: "decode" });
  });
});
