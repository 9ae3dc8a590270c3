import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { xmlCodec } from "../../core/codec/xml/xml.ts";
import { envelopedSignature } from "../../core/envelope/enveloped-signature/enveloped-signature.ts";
import { ENVELOPED_SIGNATURE, SAMPLE_XML } from "../../core/envelope/testing/policies.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import { works } from "../../simulator/testing/program.ts";
import { testsOfTheDay } from "../../trials/tests-of-the-day.ts";

/*
 * XML Signature of the JDK, which shares no code with ours: it signs a document that our envelope takes, verifies one that
 * our envelope has sealed, and finds the same one wrong once a value in it is another.
 */

const PROGRAM = fileURLToPath(new URL("java-xml-signature/Signatures.java", import.meta.url));
const codec = xmlCodec(SAMPLE_XML);
const envelope = envelopedSignature(ENVELOPED_SIGNATURE, codec);

async function signsAndVerifies(name: string, family: "RSA" | "EC", method: string): Promise<void> {
  if (!works("java", ["-version"]) && process.env["CI"] === undefined) {
    console.warn("NOT RUN: XML Signature of the JDK against our envelope, which needs java 17 or newer");
    return;
  }
  const scheme = pairScheme(name);
  const { privatePem, publicPem } = scheme.generate();
  const folder = mkdtempSync(join(tmpdir(), "liantiao-java-xml-"));
  const file = (kind: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, kind), content);
    return join(folder, kind);
  };
  try {
    const fields = {
      SndDt: "1700000000",
      IssrId: "P1",
      SignSN: "KEY-1",
      TrxId: "T1",
      TrxAmt: "CNY1.00",
      Memo: '中 <文> & "\r',
    };
    const { SndDt, IssrId, SignSN, ...business } = fields;
    const message = {
      method: "POST",
      target: "/pay",
      party: IssrId,
      serial: SignSN,
      algorithm: method,
      timestamp: SndDt,
      nonce: "",
      body: codec.encode(business),
    };
    const signature = scheme.privateKey(privatePem).sign(envelope.requestBase(message));
    const sealed = Buffer.from(envelope.sealRequest(message, signature).body).toString();
    const said = execFileSync("java", [
      "-XX:TieredStopAtLevel=1",
      PROGRAM,
      createPrivateKey(privatePem).export({ type: "pkcs8", format: "der" }).toString("base64"),
      createPublicKey(publicPem).export({ type: "spki", format: "der" }).toString("base64"),
      family,
      method,
      file("unsigned.xml", codec.encode(fields)),
      file("signed.xml", sealed),
      file("forged.xml", sealed.replace("CNY1.00", "CNY9.00")),
    ]);
    const [theirs = "", ours, forged] = said.toString().trim().split("\n");
    expect([ours, forged]).toEqual(["true", "false"]);
    const bounds = { bytes: 65_536, depth: 8, members: 100 };
    const body = Buffer.from(theirs, "base64");
    const opened = envelope.openRequest({ method: "POST", target: "/pay", headers: [], body }, bounds);
    expect(opened).toMatchObject({ ok: true, party: "P1", serial: "KEY-1", payload: business });
    if (!opened.ok) return;
    expect(scheme.publicKey(publicPem).verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

testsOfTheDay("XML Signature of the JDK signs and verifies what our envelope does", 2, {
  RSA: () => signsAndVerifies("rsa2048", "RSA", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
  ECDSA: () => signsAndVerifies("ecdsa-p256-sha256", "EC", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
});
