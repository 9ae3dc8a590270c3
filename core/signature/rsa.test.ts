import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { privateKeyPem, publicKeyPem, writePem } from "./pem.ts";
import { rsa2048 } from "./rsa.ts";

it("RSA refuses keys under 2048 bits and says how to make a fit one", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  expect(() => rsa2048.privateKey(privateKeyPem(privateKey))).toThrow(
    /1024 bits, allowed: 2048 or more.*openssl genpkey/,
  );
  expect(() => rsa2048.publicKey(publicKeyPem(publicKey))).toThrow(/1024 bits/);
});

it("RSA takes longer keys, and the older PKCS#1 form of private keys", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const bytes = Uint8Array.of(1, 2, 3);
  const signature = rsa2048
    .privateKey(writePem("RSA PRIVATE KEY", privateKey.export({ type: "pkcs1", format: "der" })))
    .sign(bytes);
  expect(signature.length).toBe(384);
  expect(rsa2048.publicKey(publicKeyPem(publicKey)).verify(bytes, signature)).toBe(true);
});

it("RSA refuses RSA-PSS keys, which forbid PKCS#1 v1.5", () => {
  const { privateKey } = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  expect(() => rsa2048.privateKey(privateKeyPem(privateKey))).toThrow(/type rsa-pss, allowed: rsa/);
});

/** A public key of a modulus and an exponent, as PEM. */
const keyOf = (n: bigint, e: bigint): string => {
  const base64url = (value: bigint): string => {
    const digits = value.toString(16);
    return Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex").toString("base64url");
  };
  return publicKeyPem(createPublicKey({ format: "jwk", key: { kty: "RSA", n: base64url(n), e: base64url(e) } }));
};

it.each([
  ["e = 1, with which anybody signs", 2n ** 2047n + 1n, 1n, "public exponent is 1"],
  ["e = 2", 2n ** 2047n + 1n, 2n, "public exponent is 2"],
  ["an even modulus", 2n ** 2047n + 2n, 65_537n, "modulus is even"],
])("RSA refuses a key with %s", (_name, n, e, words) => {
  expect(() => rsa2048.publicKey(keyOf(n, e))).toThrow(words);
});
