import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { sm3 as otherSm3 } from "sm-crypto-v2";
import { describe, expect, it } from "vitest";
import { hmacSha256, hmacSm3 } from "./hmac.ts";
import { SIGNATURE_SCHEMES, openSigningKey, openVerifyingKey, pairScheme, signatureScheme } from "./schemes.ts";

const message = new TextEncoder().encode('POST\n/v1/payments?x=1\n1700000000\nabc\n{"金额":1}\n');

const PAIRS = SIGNATURE_SCHEMES.filter((scheme) => scheme.keys === "pair");
/** Schemes that one key is fit for. */
const OF_ONE_KEY = [...PAIRS.map((one) => [one.name]), ["rsa2048", "rsa-pss-sha256", "rsa-pss-sha512"]];
const SECRETS = SIGNATURE_SCHEMES.filter((scheme) => scheme.keys === "secret");

describe.each(PAIRS.map((scheme) => [scheme.name, scheme] as const))("signature scheme %s", (name, scheme) => {
  const pair = scheme.generate();
  const privateKey = scheme.privateKey(pair.privatePem);
  const publicKey = scheme.publicKey(pair.publicPem);
  const signature = privateKey.sign(message);

  it("is found by its name and marks its keys with it", () => {
    expect(signatureScheme(name)).toBe(scheme);
    expect(privateKey.scheme).toBe(name);
    expect(publicKey.scheme).toBe(name);
  });

  it.each([0, 1, 31, 32, 1000, 100_000])("verifies what it signed, over %i bytes", (length) => {
    const bytes = new Uint8Array(length).map((_, index) => index % 251);
    expect(publicKey.verify(bytes, privateKey.sign(bytes))).toBe(true);
  });

  it("signs the same bytes to the same signature", () => {
    expect(privateKey.sign(message)).toEqual(signature);
    expect(scheme.privateKey(pair.privatePem).sign(message)).toEqual(signature);
  });

  it("is read again from its own PEM as the same key", () => {
    expect(scheme.privateKey(privateKey.pem).sign(message)).toEqual(signature);
    expect(scheme.privateKey(privateKey.pem).pem).toBe(privateKey.pem);
  });

  it("refuses every single-bit change of the signature", () => {
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(publicKey.verify(message, changed), `bit ${bit}`).toBe(false);
    }
  });

  it("refuses every changed byte of the message", () => {
    for (let index = 0; index < message.length; index++) {
      const changed = Uint8Array.from(message);
      changed[index] = (changed[index] ?? 0) ^ 0x20;
      expect(publicKey.verify(changed, signature), `byte ${index}`).toBe(false);
    }
    expect(publicKey.verify(message.subarray(0, -1), signature)).toBe(false);
    expect(publicKey.verify(Uint8Array.of(...message, 0), signature)).toBe(false);
  });

  it("refuses every truncation, and bytes before or after", () => {
    for (let length = 0; length < signature.length; length++) {
      expect(publicKey.verify(message, signature.subarray(0, length)), `length ${length}`).toBe(false);
    }
    for (const extra of [0x00, 0x30, 0xff]) {
      expect(publicKey.verify(message, Uint8Array.of(...signature, extra))).toBe(false);
      expect(publicKey.verify(message, Uint8Array.of(extra, ...signature))).toBe(false);
    }
    expect(publicKey.verify(message, Uint8Array.of(...signature, ...signature))).toBe(false);
  });

  it("refuses signatures of only zeros or only ones, whatever their length", () => {
    for (const length of [0, 1, 8, 64, 70, 72, 256, 512]) {
      expect(publicKey.verify(message, new Uint8Array(length))).toBe(false);
      expect(publicKey.verify(message, new Uint8Array(length).fill(0xff))).toBe(false);
    }
  });

  it("refuses a signature by another key", () => {
    const other = scheme.generate();
    expect(publicKey.verify(message, scheme.privateKey(other.privatePem).sign(message))).toBe(false);
    expect(scheme.publicKey(other.publicPem).verify(message, signature)).toBe(false);
  });

  it("normalises the public key, whatever the line ends and the text around it", () => {
    const untidy = `subject=peer\r\n${pair.publicPem.replaceAll("\n", "\r\n")}\r\n\r\n`;
    const read = scheme.publicKey(untidy);
    expect(read.pem).toBe(pair.publicPem);
    expect(scheme.publicKey(read.pem).pem).toBe(read.pem);
    expect(read.verify(message, signature)).toBe(true);
  });

  it("verifies bytes by value, wherever they lie in memory", () => {
    const padded = new Uint8Array(message.length + 20);
    padded.set(message, 7);
    const view = padded.subarray(7, 7 + message.length);
    expect(publicKey.verify(view, signature)).toBe(true);
    expect(privateKey.sign(view)).toEqual(signature);
  });

  it("explains a key of the wrong kind and keeps its secret out of the message", () => {
    expect(() => scheme.publicKey(pair.privatePem)).toThrow(/private key.*public key belongs/);
    expect(() => scheme.privateKey(pair.publicPem)).toThrow(/public half/);
    expect(() => scheme.privateKey("peer.pem")).toThrow(/no PEM block/);
    expect(() => scheme.publicKey(pair.publicPem + pair.publicPem)).toThrow(/exactly one/);
    expect(() => scheme.publicKey(pair.publicPem.replace(/\n.{20}/, "\n*"))).toThrow(/base64/);
    for (const other of PAIRS) {
      if (OF_ONE_KEY.filter((names) => names.includes(name)).some((names) => names.includes(other.name))) continue;
      const foreign = other.generate();
      const secret = foreign.privatePem.split("\n")[1] ?? "";
      expect(() => scheme.publicKey(foreign.publicPem)).toThrow(new RegExp(`scheme ${name}.*openssl genpkey`));
      let refusal = "";
      try {
        scheme.privateKey(foreign.privatePem);
      } catch (error) {
        refusal = String(error);
      }
      expect(refusal).toMatch(new RegExp(`scheme ${name}`));
      expect(refusal).not.toContain(secret);
    }
  });
});

describe.each(SECRETS.map((scheme) => [scheme.name, scheme] as const))("signature scheme %s", (name, scheme) => {
  const text = scheme.generate();
  const secret = scheme.secret(text);
  const signature = secret.sign(message);

  it("verifies what it signed under the same secret, and nothing else", () => {
    expect(signatureScheme(name)).toBe(scheme);
    expect([secret.scheme, secret.kind]).toEqual([name, "secret"]);
    expect(scheme.secret(text).verify(message, signature)).toBe(true);
    expect(scheme.secret(scheme.generate()).verify(message, signature)).toBe(false);
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(secret.verify(message, changed), `bit ${bit}`).toBe(false);
    }
    for (let length = 0; length < signature.length; length++)
      expect(secret.verify(message, signature.subarray(0, length)), `length ${length}`).toBe(false);
    expect(secret.verify(message.subarray(1), signature)).toBe(false);
  });

  it("keeps its text where nothing prints it", () => {
    expect(JSON.stringify(secret)).not.toContain(text);
    expect(inspect(secret, { depth: 5, showHidden: true })).not.toContain(text);
    expect(secret.explains((own) => new TextEncoder().encode(own), new TextEncoder().encode(text))).toBe(true);
    expect(secret.explains(() => new Uint8Array(4), signature)).toBe(false);
  });

  it.each([
    ["too short", "short"],
    ["empty", ""],
    ["too long", "x".repeat(513)],
    ["with a space", "0123456789 0123456789"],
    ["of two lines", "0123456789abcdef\n0123456789abcdef"],
    ["beyond ASCII", "0123456789abcdef密"],
    ["a PEM file", PAIRS[0]?.generate().privatePem ?? ""],
  ])("refuses a secret %s with a remedy and without repeating it", (_what, wrong) => {
    let refusal = "";
    try {
      scheme.secret(wrong);
    } catch (error) {
      refusal = String(error);
    }
    expect(refusal).toMatch(new RegExp(`scheme ${name}`));
    if (wrong.length > 5) expect(refusal).not.toContain(wrong.slice(0, 6) === "-----B" ? wrong.slice(40, 60) : wrong);
  });
});

it("HMAC-SHA256 is what OpenSSL computes under the bytes of the text", () => {
  const key = "Jefe-Jefe-Jefe-Jefe";
  expect(Buffer.from(hmacSha256.secret(key).sign(message)).toString("hex")).toBe(
    createHmac("sha256", Buffer.from(key)).update(message).digest("hex"),
  );
});

it("HMAC-SM3 is what another implementation computes", () => {
  const key = "Jefe-Jefe-Jefe-Jefe";
  expect(Buffer.from(hmacSm3.secret(key).sign(message)).toString("hex")).toBe(
    otherSm3(message, { mode: "hmac", key: Buffer.from(key).toString("hex") }),
  );
});

it("keys are opened as their scheme has them, and of another kind refused", () => {
  const [pair] = PAIRS;
  if (pair === undefined) throw new Error("there is no scheme of pairs");
  const { privatePem, publicPem } = pair.generate();
  expect(openSigningKey(pair.name, { privateKey: privatePem }).kind).toBe("private");
  expect(openVerifyingKey(pair.name, { publicKey: publicPem }).kind).toBe("public");
  const secret = hmacSha256.generate();
  expect(openSigningKey("hmac-sha256", { secret }).kind).toBe("secret");
  expect(openVerifyingKey("hmac-sha256", { secret }).kind).toBe("secret");
  expect(() => openSigningKey(pair.name, { secret })).toThrow(/key pair/);
  expect(() => openVerifyingKey("hmac-sha256", { publicKey: publicPem })).toThrow(/shared secret/);
  expect(() => pairScheme("hmac-sha256")).toThrow(/allowed here: rsa2048, sm2, ed25519/);
});

describe("the registry of signature schemes", () => {
  it("signature schemes have distinct names", () => {
    expect(new Set(SIGNATURE_SCHEMES.map((scheme) => scheme.name)).size).toBe(SIGNATURE_SCHEMES.length);
  });

  it("the registry lists the allowed schemes when asked for another", () => {
    expect(() => signatureScheme("rsa1024")).toThrow(/"rsa1024"; allowed: rsa2048, sm2, ed25519, hmac-sha256/);
  });
});
