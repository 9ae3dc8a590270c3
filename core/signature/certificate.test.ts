import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { certifiedKey, selfCertified, validity } from "./certificate.ts";
import { ed25519 } from "./ed25519.ts";
import { KeyRefused } from "./pem.ts";
import { rsa2048 } from "./rsa.ts";
import { publicKeyId, serialForm } from "./serial.ts";
import { sm2 } from "./sm2.ts";

const message = new TextEncoder().encode("message");

describe.each([rsa2048, ed25519, sm2])("a certificate of $name", (scheme) => {
  const { privatePem, publicPem } = scheme.generate();
  const privateKey = scheme.privateKey(privatePem);
  const pem = selfCertified(publicPem, privateKey, "BANK01");

  test("its key verifies what the private key signs", () => {
    const key = scheme.publicKey(pem);
    expect(key.verify(message, privateKey.sign(message))).toBe(true);
    expect(key.pem).toBe(scheme.publicKey(publicPem).pem);
  });

  test("it names serial and dates", () => {
    expect(certifiedKey(pem)).toEqual({
      serial: expect.stringMatching(/^[0-9A-F]{40}$/u) as string,
      from: Date.UTC(2020, 0, 1),
      until: Date.UTC(2049, 11, 31, 23, 59, 59),
    });
    expect(serialForm(certifiedKey(pem)?.serial ?? "")).toBe("certificate");
    expect(new X509Certificate(pem).subject).toBe("CN=BANK01");
    expect(certifiedKey(publicPem)).toBeUndefined();
  });

  test("its dates bound the times that are said", () => {
    const [from, until] = [Date.UTC(2020, 0, 1), Date.UTC(2049, 11, 31, 23, 59, 59)];
    expect(validity(pem)).toEqual({ from, until });
    expect(validity(pem, { from: 0, until: until + 1 })).toEqual({ from, until });
    expect(validity(pem, { from: from + 1, until: until - 1 })).toEqual({ from: from + 1, until: until - 1 });
    expect(validity(publicPem, { from: 5 })).toEqual({ from: 5 });
    expect(validity(undefined)).toEqual({});
  });

  test("an id of its key has the form of the field", () => {
    expect(publicKeyId(publicPem)).toMatch(/^PUB_KEY_ID_[0-9]{34}$/u);
    expect(publicKeyId(pem)).toBe(publicKeyId(publicPem));
    expect(serialForm(publicKeyId(pem))).toBe("public-key-id");
  });
});

test("what is no certificate is refused with what to do", () => {
  const { publicPem, privatePem } = ed25519.generate();
  const pem = selfCertified(publicPem, ed25519.privateKey(privatePem), "X");
  const lines = pem.split("\n");
  const cut = [lines[0], ...lines.slice(2)].join("\n");
  expect(() => certifiedKey(cut)).toThrow(KeyRefused);
  expect(() => certifiedKey(pem + pem)).toThrow(/2 PEM blocks/);
  expect(serialForm("P1001-KEY-1")).toBeUndefined();
});
