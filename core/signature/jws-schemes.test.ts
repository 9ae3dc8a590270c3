import { X509Certificate, constants, createPrivateKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { CompactSign, compactVerify, importPKCS8, importSPKI } from "jose";
import { describe, expect, it } from "vitest";
import { selfCertified } from "./certificate.ts";
import { ecdsaP256 } from "./ecdsa.ts";
import { ed25519 } from "./ed25519.ts";
import { privateKeyPem, publicKeyPem } from "./pem.ts";
import { rsaPssSha256, rsaPssSha512 } from "./rsa-pss.ts";
import type { PairScheme } from "./scheme.ts";

const PAYLOAD = new TextEncoder().encode('{"金额":1}');

const JWA: readonly (readonly [string, PairScheme])[] = [
  ["PS256", rsaPssSha256],
  ["ES256", ecdsaP256],
  ["EdDSA", ed25519],
];

describe.each(JWA)("%s", (alg, scheme) => {
  const { privatePem, publicPem } = scheme.generate();

  it("what this scheme signs, jose verifies", async () => {
    const input = `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.${Buffer.from(PAYLOAD).toString("base64url")}`;
    const signature = Buffer.from(scheme.privateKey(privatePem).sign(Buffer.from(input))).toString("base64url");
    const verified = await compactVerify(`${input}.${signature}`, await importSPKI(publicPem, alg));
    expect(Buffer.from(verified.payload)).toEqual(Buffer.from(PAYLOAD));
  });

  it("what jose signs, this scheme verifies", async () => {
    const token = await new CompactSign(PAYLOAD).setProtectedHeader({ alg }).sign(await importPKCS8(privatePem, alg));
    const [header, payload, signature = ""] = token.split(".");
    const covered = Buffer.from(`${header}.${payload}`);
    expect(scheme.publicKey(publicPem).verify(covered, Buffer.from(signature, "base64url"))).toBe(true);
  });
});

describe("RSASSA-PSS", () => {
  it.each([2048, 2049, 2055, 3072])("signs with keys of %i bits so that OpenSSL verifies", (modulusLength) => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
    for (const [scheme, hash, saltLength] of [
      [rsaPssSha256, "sha256", 32],
      [rsaPssSha512, "sha512", 64],
    ] as const) {
      const signature = scheme.privateKey(privateKeyPem(privateKey)).sign(PAYLOAD);
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      expect(verify(hash, PAYLOAD, { key: publicKey, padding, saltLength }, signature)).toBe(true);
    }
  });

  it("refuses a salt of another length", () => {
    const { privatePem, publicPem } = rsaPssSha256.generate();
    const key = createPrivateKey(privatePem);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    for (const [saltLength, fits] of [
      [0, false],
      [20, false],
      [32, true],
      [64, false],
    ] as const)
      expect(
        rsaPssSha256.publicKey(publicPem).verify(PAYLOAD, sign("sha256", PAYLOAD, { key, padding, saltLength })),
        `${saltLength} bytes`,
      ).toBe(fits);
  });
});

describe("ECDSA over P-256", () => {
  it("signs RFC 6979's sample to the known signature", () => {
    // RFC 6979 appendix A.2.5: the key of NIST P-256 and the message "sample" with SHA-256.
    const key = createPrivateKey({
      format: "jwk",
      key: {
        kty: "EC",
        crv: "P-256",
        d: hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
        x: hex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
        y: hex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"),
      },
    });
    const signature = ecdsaP256.privateKey(privateKeyPem(key)).sign(new TextEncoder().encode("sample"));
    expect(Buffer.from(signature).toString("hex").toUpperCase()).toBe(
      "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    );
  });

  it("refuses keys of another curve", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    expect(() => ecdsaP256.publicKey(publicKeyPem(publicKey))).toThrow(/ec \(secp384r1\), allowed: ec \(prime256v1\)/);
  });

  it("refuses a signature in DER", () => {
    const { privatePem, publicPem } = ecdsaP256.generate();
    expect(ecdsaP256.publicKey(publicPem).verify(PAYLOAD, sign("sha256", PAYLOAD, createPrivateKey(privatePem)))).toBe(
      false,
    );
  });
});

const hex = (text: string): string => Buffer.from(text, "hex").toString("base64url");

it.each([rsaPssSha256, rsaPssSha512, ecdsaP256])(
  "a certificate that $name signs for itself is one to OpenSSL",
  (scheme) => {
    const { privatePem, publicPem } = scheme.generate();
    const pem = selfCertified(publicPem, scheme.privateKey(privatePem), "P1001");
    const certificate = new X509Certificate(pem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(scheme.publicKey(pem).pem).toBe(publicPem);
  },
);
