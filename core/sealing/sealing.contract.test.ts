import { createSecretKey } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { SealingPolicy } from "./policy.ts";
import { sealBytes, unsealBytes } from "./sealed-object.ts";
import { SEALING_SCHEMES } from "./schemes.ts";
import { openSealingKey } from "./secret.ts";
import { sm4GcmSeal } from "./sm4-gcm.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FIELDS = {
  algorithm: "algorithm",
  ciphertext: "ciphertext",
  nonce: "nonce",
  associatedData: "associated_data",
  type: "original_type",
};

describe.each(SEALING_SCHEMES)("sealing with $name", (scheme) => {
  const policy: SealingPolicy = { algorithms: { TOKEN: scheme.name }, fields: FIELDS };
  const secret = scheme.generate();
  const key = scheme.key(secret);
  const nonce = "n".repeat(scheme.nonceBytes);
  const as = { associatedData: "transaction", type: "transaction" };
  const sealed = sealBytes(policy, key, bytes('{"a":"中"}'), as, nonce);

  test("what is sealed opens to the same bytes", () => {
    const opened = unsealBytes(policy, [scheme.key(scheme.generate()), key], sealed);
    expect(Buffer.from(opened?.plain ?? "").toString()).toBe('{"a":"中"}');
    expect(sealed).toMatchObject({
      algorithm: "TOKEN",
      nonce,
      associated_data: "transaction",
      original_type: "transaction",
    });
  });

  test("nothing that was changed opens", () => {
    const flipped = Buffer.from(sealed["ciphertext"] ?? "", "base64");
    for (let at = 0; at < flipped.length; at += 1) {
      const other = Buffer.from(flipped);
      other[at] = (other[at] ?? 0) ^ 1;
      const changed = { ...sealed, ciphertext: other.toString("base64") };
      expect(unsealBytes(policy, [key], changed), `byte ${at}`).toBeUndefined();
    }
    for (const change of [
      { ciphertext: flipped.subarray(0, -1).toString("base64") },
      { ciphertext: "" },
      { ciphertext: `${sealed["ciphertext"] ?? ""} ` },
      { nonce: "m".repeat(scheme.nonceBytes) },
      { nonce: "" },
      { nonce: `${nonce}n` },
      { associated_data: "certificate" },
      { associated_data: "" },
      { algorithm: "OTHER" },
      { more: "x" },
    ])
      expect(unsealBytes(policy, [key], { ...sealed, ...change }), JSON.stringify(change)).toBeUndefined();
    for (const none of [null, "text", [sealed], {}]) expect(unsealBytes(policy, [key], none)).toBeUndefined();
  });

  test("another secret opens nothing, and neither does none", () => {
    expect(unsealBytes(policy, [scheme.key(scheme.generate())], sealed)).toBeUndefined();
    expect(unsealBytes(policy, [], sealed)).toBeUndefined();
  });

  test("a secret of another length is refused, and none is shown", () => {
    expect(() => openSealingKey({ sealing: policy }, secret.slice(1))).toThrow(/31 bytes/);
    expect(() => openSealingKey({}, secret)).toThrow(/policies\/sealing/);
    expect(JSON.stringify(key) + inspect(key, { depth: 5, showHidden: true })).not.toContain(secret);
  });

  test("a nonce of another length is refused", () => {
    expect(() => key.seal(bytes("x"), bytes("short"), bytes(""))).toThrow(RangeError);
  });
});

test("AEAD_AES_256_GCM opens what an SDK of the field has sealed", () => {
  // Source: tests of wechatpay-java (Apache-2.0).
  const policy: SealingPolicy = { algorithms: { AEAD_AES_256_GCM: "aes-256-gcm" }, fields: FIELDS };
  const key = openSealingKey({ sealing: policy }, "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb");
  const sealed = {
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
    nonce: "uluk4a9R25RW",
    associated_data: "associatedData",
  };
  const opened = unsealBytes(policy, [key], sealed);
  expect(Buffer.from(opened?.plain ?? "").toString()).toBe("message");
  expect(sealBytes(policy, key, bytes("message"), { associatedData: "associatedData" }, "uluk4a9R25RW")).toEqual(
    sealed,
  );
});

test("AEAD_SM4_GCM opens what an SDK of the field has sealed", () => {
  // Source: tests of wechatpay-java (Apache-2.0).
  const policy: SealingPolicy = { algorithms: { AEAD_SM4_GCM: "sm4-gcm" }, fields: FIELDS };
  const key = openSealingKey({ sealing: policy }, "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb");
  const sealed = {
    algorithm: "AEAD_SM4_GCM",
    ciphertext: "+lcLNfkZQQx+iQm20Apa3x9Mb/5L7PgZ7w==",
    nonce: "uluk4a9R25RW",
    associated_data: "associatedData",
  };
  const opened = unsealBytes(policy, [key], sealed);
  expect(Buffer.from(opened?.plain ?? "").toString()).toBe("plaintext");
  expect(sealBytes(policy, key, bytes("plaintext"), { associatedData: "associatedData" }, "uluk4a9R25RW")).toEqual(
    sealed,
  );
});

test("SM4-GCM seals the example of RFC 8998 to its own bytes", () => {
  const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
  const sealed = sm4GcmSeal(
    createSecretKey(hex("0123456789abcdeffedcba9876543210")),
    hex("00001234567800000000abcd"),
    hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    hex(["aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"].map((byte) => byte.repeat(8)).join("")),
  );
  expect(Buffer.from(sealed).toString("hex")).toBe(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
  );
});
