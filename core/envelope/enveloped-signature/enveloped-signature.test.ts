import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { xmlCodec } from "../../codec/xml/xml.ts";
import { pairScheme } from "../../signature/schemes.ts";
import type { OpenedRequest, OpeningFault } from "../envelope.ts";
import { explain } from "../explanation/explain.ts";
import { ENVELOPED_SIGNATURE, SAMPLE_XML } from "../testing/policies.ts";
import { withElement } from "./document.ts";
import { envelopedSignature } from "./enveloped-signature.ts";
import type { EnvelopedSignaturePolicy } from "./policy.ts";
import { covered, digestText, DSIG, ENVELOPED, EXCLUSIVE, signatureOver } from "./xml-signature.ts";

const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const codec = xmlCodec(SAMPLE_XML);
const envelope = envelopedSignature(ENVELOPED_SIGNATURE, codec);
const scheme = pairScheme("rsa2048");
const [own, other] = [scheme.generate(), scheme.generate()];
const [signing, verifying] = [scheme.privateKey(own.privatePem), scheme.publicKey(own.publicPem)];
const message = {
  method: "POST",
  target: "/pay",
  party: "P1",
  serial: "KEY-1",
  algorithm: RSA_SHA256,
  timestamp: "2026-12-01T10:00:00",
  nonce: "",
  body: codec.encode({ TrxId: "T1", TrxAmt: "CNY1.00", Memo: "中 文" }),
};
const base = Buffer.from(envelope.requestBase(message)).toString();
const sent = Buffer.from(envelope.sealRequest(message, signing.sign(Buffer.from(base))).body).toString();
const bounds = { bytes: 65_536, depth: 8, members: 100 };

const opened = (body: string, by = envelope): OpenedRequest | OpeningFault =>
  by.openRequest({ method: "POST", target: "/pay", headers: [], body: Buffer.from(body) }, bounds);

const isRight = (one: OpenedRequest | OpeningFault): boolean =>
  one.ok && one.signature !== undefined && verifying.verify(one.covered, one.signature);

/** The message of a sender whose library writes a signature otherwise, signed rightly. */
function respelt(policy: EnvelopedSignaturePolicy, change: (document: string) => string): string {
  const unsigned = change(sent);
  const found = opened(unsigned, envelopedSignature(policy, codec));
  if (!found.ok) throw new Error(found.message.en);
  const value = Buffer.from(signing.sign(found.covered)).toString("base64");
  return unsigned.replace(/(SignatureValue>)[^<]*/, (_all, open: string) => open + value);
}

/** The signature with another prefix, and its namespace declared at the root. */
const withPrefix = (document: string): string =>
  document
    .replace(/<Signature .*<\/Signature>/s, (element) =>
      element.replace(` xmlns="${DSIG}"`, "").replaceAll(/<(\/?)/g, "<$1ds:"),
    )
    .replace("<root ", `<root xmlns:ds="${DSIG}" `);

describe("a signature within a document", () => {
  test("stands last in the root, over the digest of the document", () => {
    expect(sent).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><root xmlns="urn:liantiao:test"><MsgHeader><SndDt>2026-12-01T10:00:00<\/SndDt><IssrId>P1<\/IssrId><SignSN>KEY-1<\/SignSN><\/MsgHeader><MsgBody><TrxInf><TrxId>T1<\/TrxId><TrxAmt>CNY1.00<\/TrxAmt><\/TrxInf><\/MsgBody><Memo>中 文<\/Memo><Signature xmlns="http:\/\/www.w3.org\/2000\/09\/xmldsig#"><SignedInfo>.*<\/SignedInfo><SignatureValue>[A-Za-z0-9+/=]+<\/SignatureValue><\/Signature><\/root>$/,
    );
    expect(base).toContain(`<SignedInfo xmlns="${DSIG}"><CanonicalizationMethod Algorithm="${EXCLUSIVE}">`);
    expect(base).toContain(`<Reference URI=""><Transforms><Transform Algorithm="${ENVELOPED}">`);
  });

  test.each([
    ["another prefix, declared at the root", withPrefix],
    ["a declaration with other quotes", (one: string) => one.replaceAll('"1.0"', "'1.0'")],
    [
      "each element on a line",
      (one: string) => one.replaceAll("><", ">\n<").replaceAll(/<(\w+)>\n<\/\1>/g, "<$1></$1>"),
    ],
    [
      "a KeyInfo behind the value",
      (one: string) => one.replace("</Signature>", "<KeyInfo><KeyName>KEY-9</KeyName></KeyInfo></Signature>"),
    ],
    [
      "the signature as the first element",
      (one: string) => {
        const [element = ""] = /<Signature .*<\/Signature>/s.exec(one) ?? [];
        return one.replace(element, "").replace(/<root[^>]*>/, (tag) => tag + element);
      },
    ],
  ])("is taken with %s", (_how, change) => {
    const digested = change(sent);
    // Indentation and position are signed too, so the digest is that of what is sent.
    const rest = digested.replace(/<(ds:)?Signature .*<\/(ds:)?Signature>|<ds:Signature>.*<\/ds:Signature>/s, "");
    const right = /<DigestValue>([^<]*)/.exec(
      Buffer.from(signatureOver(rest, ENVELOPED_SIGNATURE, RSA_SHA256).base).toString(),
    );
    const whole = respelt(ENVELOPED_SIGNATURE, () =>
      digested.replace(/(DigestValue>)[^<]*/, (_all, open: string) => open + (right?.[1] ?? "")),
    );
    expect(isRight(opened(whole))).toBe(true);
  });

  test("is taken with its base64 in lines, as libraries write it", () => {
    const lines = (text: string): string => text.replaceAll(/.{76}/g, "$&&#13;\n");
    const whole = sent.replace(/(SignatureValue>)([^<]*)/, (_all, open: string, value: string) => open + lines(value));
    expect(isRight(opened(whole))).toBe(true);
  });

  test.each([
    ["a second reference", (one: string) => one.replace(/<Reference.*<\/Reference>/, "$&$&")],
    ["a reference to an id", (one: string) => one.replace('URI=""', 'URI="#a"')],
    ["a reference by XPointer", (one: string) => one.replace('URI=""', 'URI="#xpointer(/)"')],
    ["a reference elsewhere", (one: string) => one.replace('URI=""', 'URI="http://127.0.0.1:9/x"')],
    ["a reference without an address", (one: string) => one.replace(' URI=""', "")],
    [
      "a third transform",
      (one: string) => one.replace("</Transforms>", `<Transform Algorithm="${EXCLUSIVE}"/></Transforms>`),
    ],
    [
      "its transforms in the other order",
      (one: string) => one.replace(/(<Transform [^>]*\/>)(<Transform [^>]*\/>)/, "$2$1"),
    ],
    ["a transform by XSLT", (one: string) => one.replace(ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116")],
    ["a transform by XPath", (one: string) => one.replace(ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116")],
    [
      "a transform that keeps comments",
      (one: string) => one.replace(/xml-exc-c14n#"\/><\/Transforms>/, 'xml-exc-c14n#WithComments"/></Transforms>'),
    ],
    [
      "a list of inclusive prefixes",
      (one: string) =>
        one.replace(
          new RegExp(`<Transform Algorithm="${EXCLUSIVE}"/>`),
          `<Transform Algorithm="${EXCLUSIVE}"><InclusiveNamespaces xmlns="${EXCLUSIVE}" PrefixList="x"/></Transform>`,
        ),
    ],
    [
      "another canonicalisation",
      (one: string) =>
        one.replace(/(CanonicalizationMethod Algorithm=")[^"]*/, "$1http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
    ],
    [
      "a method that the pack does not name",
      (one: string) => one.replace(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
    ],
    [
      "a shared secret for its method",
      (one: string) => one.replace(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
    ],
    [
      "another digest",
      (one: string) => one.replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
    ],
    ["a digest that is none", (one: string) => one.replace(/<DigestValue>[^<]*/, "<DigestValue>AAAA")],
    ["no digest", (one: string) => one.replace(/<DigestValue>[^<]*<\/DigestValue>/, "")],
    ["two digests", (one: string) => one.replace(/<DigestValue>.*<\/DigestValue>/, "$&$&")],
    ["two SignedInfo", (one: string) => one.replace(/<SignedInfo>.*<\/SignedInfo>/, "$&$&")],
    ["an Object", (one: string) => one.replace("</Signature>", "<Object>x</Object></Signature>")],
    ["an Object ahead of its KeyInfo", (one: string) => one.replace("</Signature>", "<Object/><KeyInfo/></Signature>")],
    [
      "another signature within it",
      (one: string) => one.replace("</Signature>", `<KeyInfo><Signature/></KeyInfo></Signature>`),
    ],
    [
      "another signature in the document",
      (one: string) => one.replace("</Memo>", `</Memo><Signature xmlns="${DSIG}"/>`),
    ],
    [
      "its place within an element",
      (one: string) => one.replace(/<Memo>.*(<Signature .*<\/Signature>)/, "<Memo>$1</Memo>"),
    ],
    ["a value changed in the document", (one: string) => one.replace("CNY1.00", "CNY9.00")],
    ["an element more in the document", (one: string) => one.replace("</Memo>", "</Memo><More/>")],
    ["an element more behind it", (one: string) => one.replace("</Signature>", "</Signature><More/>")],
    ["a comment within a value", (one: string) => one.replace("CNY1.00", "CNY1<!---->.00")],
    ["a comment within the digest", (one: string) => one.replace("<DigestValue>", "<DigestValue><!---->")],
    ["a comment within its value", (one: string) => one.replace("<SignatureValue>", "<SignatureValue><!---->")],
    ["a document type", (one: string) => one.replace("<root", "<!DOCTYPE root><root")],
    [
      "an entity in a value",
      (one: string) =>
        one.replace("<root", '<!DOCTYPE root [<!ENTITY v "CNY1.00">]><root').replace(">CNY1.00<", ">&v;<"),
    ],
    ["an instruction", (one: string) => one.replace("<Memo>", "<?x y?><Memo>")],
  ])("is refused with %s", (_what, change) => {
    const changed = change(sent);
    expect(changed).not.toBe(sent);
    const found = opened(changed);
    expect(found).toMatchObject({ ok: false });
    if (!found.ok) expect(found.message.zh).toMatch(/[一-鿿]/);
  });

  test("an attribute that canonicalisation drops makes two readings, and is refused", () => {
    // The library takes any attribute whose name begins so for a declaration of a namespace.
    const body = codec.encode({ TrxId: "T1", Memo: { "@xmlnsx": "9", "#text": "m" } });
    const sealed = envelope.sealRequest({ ...message, body }, signing.sign(envelope.requestBase({ ...message, body })));
    expect(opened(Buffer.from(sealed.body).toString())).toMatchObject({
      ok: false,
      message: { en: expect.stringContaining("not all that the document says") as string },
    });
  });

  test("content is what was signed, and the algorithm the pack's", () => {
    const terms = { digest: "sha-256" } as const;
    const document = '<r xmlns="urn:a" ><b  x="1"/></r>';
    const { element } = signatureOver(document, terms, RSA_SHA256);
    const whole = withElement(document, element("AAAA"));
    expect(Buffer.from(covered(whole, element("AAAA"), terms, RSA_SHA256)?.content ?? []).toString()).toBe(
      '<r xmlns="urn:a"><b x="1"></b></r>',
    );
    expect(covered(whole, element("AAAA"), terms, "http://www.w3.org/2000/09/xmldsig#rsa-sha1")).toBeUndefined();
    expect(covered(whole, element("AAAA"), { digest: "sha-512" }, RSA_SHA256)).toBeUndefined();
    expect(covered(whole.replace('x="1"', 'x="2"'), element("AAAA"), terms, RSA_SHA256)).toBeUndefined();
  });

  test("characters that the library takes for line ends are kept", () => {
    for (const Memo of ["a\u2028b\u0085c", "\u2028", "]]\u2028>"]) {
      const body = codec.encode({ TrxId: "T1", Memo });
      const sealed = envelope.sealRequest(
        { ...message, body },
        signing.sign(envelope.requestBase({ ...message, body })),
      );
      const text = Buffer.from(sealed.body).toString();
      expect(opened(text)).toMatchObject({ ok: true, payload: { Memo } });
      expect(isRight(opened(text))).toBe(true);
      if (Memo.startsWith("]]")) continue;
      expect(isRight(opened(text.replace(/<Memo>(.*)<\/Memo>/, "<Memo><![CDATA[$1]]></Memo>")))).toBe(true);
    }
  });

  test("an empty section is read as no text, with a right digest and with a wrong one", () => {
    expect(isRight(opened(sent.replace("CNY1.00", "CNY1<![CDATA[]]>.00")))).toBe(true);
    expect(opened(sent.replace("CNY1.00", "CNY2<![CDATA[]]>.00"))).toMatchObject({ ok: false });
  });

  test("an id that stands twice is refused", () => {
    const policy: EnvelopedSignaturePolicy = { ...ENVELOPED_SIGNATURE, id: "Msg" };
    const byId = envelopedSignature(policy, codec);
    const sealed = byId.sealRequest(message, signing.sign(byId.requestBase(message)));
    const text = Buffer.from(sealed.body).toString();
    expect(isRight(opened(text, byId))).toBe(true);
    expect(text).toContain('<Reference URI="#Msg">');
    for (const attribute of ["Id", "ID", "id"])
      expect(opened(text.replace("<SignedInfo>", `<SignedInfo ${attribute}="Msg">`), byId)).toMatchObject({
        ok: false,
        message: { en: expect.stringContaining("exactly one element carries the id") as string },
      });
    expect(opened(text.replace(' Id="Msg"', ""), byId)).toMatchObject({ ok: false });
  });
});

/** What is said of a signature over these bytes, made with this key, within the message as it is sent. */
function cause(over: Uint8Array, key = signing): string | undefined {
  const body = envelope.sealRequest(message, key.sign(over)).body;
  const found = envelope.openRequest({ method: "POST", target: "/pay", headers: [], body }, bounds);
  if (!found.ok) throw new Error(found.message.en);
  return explain(envelope, {
    kind: "request",
    message: { ...message, body: found.body },
    signature: found.signatureText,
    key: verifying,
    otherKeys: [{ owner: "P2 KEY-9", key: scheme.publicKey(other.publicPem) }],
    covered: found.covered,
    wire: { headers: [], body },
    now: Date.parse("2026-12-01T02:00:00Z"),
  }).cause?.id;
}

describe("explanations of signatures within documents", () => {
  const document = sent.replace(/<Signature .*<\/Signature>/, "");
  const digest = /<DigestValue>([^<]*)/.exec(base)?.[1] ?? "";

  test.each([
    ["signed-info-not-canonical", base.replace(` xmlns="${DSIG}"`, "")],
    ["signed-info-not-canonical", base.replaceAll(/<([^\s/>]+)([^<>]*)><\/\1>/g, "<$1$2/>")],
    ["signed-info-not-canonical", `${base}\n`],
    ["document-signed", document],
    ["document-signed", document.replace(/^<\?.*?\?>/, "")],
    ["digest-value-signed", digest],
    ["digest-value-signed", Buffer.from(digest, "base64")],
  ])("explains %s", (id, over) => {
    expect(cause(Buffer.from(over))).toBe(id);
  });

  test("explains another key and a hash signed in place of SignedInfo", async () => {
    const { createHash } = await import("node:crypto");
    expect(cause(Buffer.from(base), scheme.privateKey(other.privatePem))).toBe("wrong-key");
    expect(cause(createHash("sha256").update(base).digest())).toBe("digest-signed");
  });

  test.each([
    ["hexadecimal", Buffer.from(digest, "base64").toString("hex")],
    ["as it is sent; canonicalise it first", digestText("sha-256", Buffer.from(document))],
    ["before the elements were set on lines", digest, (one: string) => one.replaceAll("><", ">\n<")],
    ["after the last change", digestText("sha-256", Buffer.from("another"))],
  ] as const)("tells of a digest: %s", (what, value, change = (one: string): string => one) => {
    const found = opened(change(sent).replace(/(<DigestValue>)[^<]*/, (_all, open: string) => open + value));
    expect(found).toMatchObject({ ok: false, message: { en: expect.stringContaining(what) as string } });
  });
});
