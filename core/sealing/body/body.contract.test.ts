import { createCipheriv, createSecretKey } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { carriedBody, ciphertextIn, encrypted, openedBodies, placed } from "./carried.ts";
import type { BodySealing } from "./carried.ts";
import { aheadBytes, generateBodySecret, openBodyKey } from "./key.ts";
import type { BodySealingPolicy, SealedBody } from "./policy.ts";
import { BODY_SCHEMES, bodyScheme } from "./schemes.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const fresh = (count: number): Uint8Array => new Uint8Array(count).fill(7);
const BOUNDS = { bytes: 10_000, depth: 8, members: 100 };
const BODY = bytes('{"party_id":"P1001","memo":"加密"}');

const PLACES: readonly SealedBody[] = [{ as: "text" }, { as: "json-text" }, { as: "member", member: "bizContent" }];

describe.each(BODY_SCHEMES)("bodies encrypted with $name", (scheme) => {
  const policy: BodySealingPolicy = {
    scheme: scheme.name,
    secret: "base64",
    iv: "ahead",
    encoding: "hex",
    carried: {},
  };
  const text = generateBodySecret(policy);
  const key = openBodyKey(policy, text);
  const ciphertext = encrypted(policy, key, BODY, fresh);

  test.each(PLACES)("an encrypted body opens again, carried as $as", (place) => {
    for (const encoding of ["hex", "base64"] as const) {
      const sealing: BodySealing = { policy: { ...policy, encoding }, place };
      const carried = carriedBody(sealing, key, BODY, fresh);
      expect(Buffer.from(carried).includes("party_id")).toBe(false);
      const [opened] = openedBodies(sealing, [key], carried, BOUNDS);
      expect(Buffer.from(opened ?? "").equals(BODY)).toBe(true);
    }
  });

  test("a body of any length opens again", () => {
    const sealing: BodySealing = { policy, place: { as: "text" } };
    for (const length of [0, 1, 15, 16, 17, 4_096]) {
      const plain = new Uint8Array(length).fill(1);
      expect(openedBodies(sealing, [key], carriedBody(sealing, key, plain, fresh), BOUNDS)).toEqual([
        Buffer.from(plain),
      ]);
    }
  });

  test("what was changed never opens to the same body", () => {
    const sealing: BodySealing = { policy, place: { as: "text" } };
    const changes = [
      new Uint8Array(),
      ciphertext.subarray(0, -1),
      ciphertext.subarray(1),
      new Uint8Array(ciphertext.length),
      ...Array.from(ciphertext, (_, at) => ciphertext.map((byte, other) => (other === at ? byte ^ 1 : byte))),
    ];
    for (const changed of changes)
      for (const opened of openedBodies(sealing, [key], placed(sealing, changed), BOUNDS))
        expect(Buffer.from(opened).equals(BODY)).toBe(false);
  });

  test("another secret gives another body or none", () => {
    const sealing: BodySealing = { policy, place: { as: "text" } };
    const other = openBodyKey(policy, generateBodySecret(policy));
    const opened = openedBodies(sealing, [other, key], placed(sealing, ciphertext), BOUNDS);
    expect(opened.filter((one) => Buffer.from(one).equals(BODY))).toHaveLength(1);
  });

  test("a secret of another length or spelling is refused, and none is shown", () => {
    expect(() => openBodyKey(policy, "AAAA")).toThrow(/has 3 bytes/u);
    expect(() => openBodyKey(policy, "not base64")).toThrow(/not in base64/u);
    expect(() => openBodyKey({ ...policy, secret: "hex" }, "xyz")).toThrow(/not in hexadecimal/u);
    expect(JSON.stringify(key) + inspect(key, { depth: 5, showHidden: true })).not.toContain(text);
  });

  test("a new secret is one of its own spelling", () => {
    for (const secret of ["base64", "hex", "text"] as const) {
      const spelled = { ...policy, secret };
      expect(openBodyKey(spelled, generateBodySecret(spelled)).scheme).toBe(scheme.name);
    }
  });
});

describe("where a ciphertext stands", () => {
  const policy: BodySealingPolicy = { scheme: "sm4-cbc", secret: "hex", iv: "zeros", encoding: "hex", carried: {} };
  const inMember: BodySealing = { policy, place: { as: "member", member: "bizContent" } };

  test("it is read in its one spelling", () => {
    expect(ciphertextIn(inMember, bytes('{"bizContent":"00ff"}'), BOUNDS)).toEqual(hex("00ff"));
    for (const other of [
      '{"bizContent":"00FF"}',
      '{"bizContent":"00f"}',
      '{"bizContent":" 00ff"}',
      '{"bizContent":7}',
      '{"bizContent":"00ff","more":1}',
      '{"other":"00ff"}',
      "{}",
      '"00ff"',
      "00ff",
      "",
    ])
      expect(ciphertextIn(inMember, bytes(other), BOUNDS), other).toBeUndefined();
  });

  test("the initial vector is what the pack says", () => {
    const secret = "0123456789abcdeffedcba9876543210";
    const key = createSecretKey(hex(secret));
    const given = { zeros: new Uint8Array(16), key: hex(secret), hex: hex("000102030405060708090a0b0c0d0e0f") };
    for (const [iv, expected] of [
      ["zeros", given.zeros],
      ["key", given.key],
      [{ hex: "000102030405060708090a0b0c0d0e0f" }, given.hex],
    ] as const) {
      const cipher = createCipheriv("sm4-cbc", key, expected);
      const wanted = Buffer.concat([cipher.update(BODY), cipher.final()]);
      const named = { ...policy, iv };
      expect(aheadBytes(named)).toBe(0);
      expect(Buffer.from(encrypted(named, openBodyKey(named, secret), BODY, fresh)).equals(wanted)).toBe(true);
    }
    expect(() => openBodyKey({ ...policy, scheme: "aes-cbc", iv: "key" }, secret.repeat(2))).toThrow(/needs 16/u);
  });
});

describe("known answers", () => {
  test("AES-128-CBC encrypts the example of NIST SP 800-38A, F.2.1", () => {
    const policy: BodySealingPolicy = {
      scheme: "aes-cbc",
      secret: "hex",
      iv: { hex: "000102030405060708090a0b0c0d0e0f" },
      encoding: "hex",
      carried: {},
    };
    const key = openBodyKey(policy, "2b7e151628aed2a6abf7158809cf4f3c");
    const plain = hex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51");
    expect(
      Buffer.from(encrypted(policy, key, plain, fresh))
        .subarray(0, 32)
        .toString("hex"),
    ).toBe("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
  });

  test("SM4-CBC encrypts example 1 of draft-ribose-cfrg-sm4-10, A.2.2.1", () => {
    const policy: BodySealingPolicy = {
      scheme: "sm4-cbc",
      secret: "hex",
      iv: { hex: "000102030405060708090a0b0c0d0e0f" },
      encoding: "hex",
      carried: {},
    };
    const key = openBodyKey(policy, "0123456789abcdeffedcba9876543210");
    const plain = hex("aaaaaaaabbbbbbbbccccccccdddddddd eeeeeeeeffffffffaaaaaaaabbbbbbbb");
    expect(
      Buffer.from(encrypted(policy, key, plain, fresh))
        .subarray(0, 32)
        .toString("hex"),
    ).toBe("78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d");
  });

  test("SM4-GCM encrypts under the key of RFC 8998, A.1, with a nonce of 12 bytes", () => {
    const scheme = bodyScheme("sm4-gcm");
    const key = createSecretKey(hex("0123456789abcdeffedcba9876543210"));
    const nonce = hex("00001234567800000000abcd");
    const ciphertext = scheme.encrypt(key, nonce, hex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"));
    expect(Buffer.from(ciphertext).subarray(0, 16).toString("hex")).toBe("17f399f08c67d5ee19d0dc9969c4bb7d");
    expect(scheme.decrypt(key, nonce.subarray(1), ciphertext)).toBeUndefined();
    expect(scheme.decrypt(key, Buffer.concat([nonce, nonce]), ciphertext)).toBeUndefined();
  });
});
