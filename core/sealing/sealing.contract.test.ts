import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { SealingPolicy } from "./policy.ts";
import { sealBytes, unsealBytes } from "./sealed-object.ts";
import { openSealingKey, SEALING_SCHEMES } from "./schemes.ts";

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
    expect(opened.ok && Buffer.from(opened.plain).toString()).toBe('{"a":"中"}');
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
      expect(unsealBytes(policy, [key], changed).ok, `byte ${at}`).toBe(false);
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
      expect(unsealBytes(policy, [key], { ...sealed, ...change }), JSON.stringify(change)).toMatchObject({ ok: false });
    for (const none of [null, "text", [sealed], {}]) expect(unsealBytes(policy, [key], none).ok).toBe(false);
  });

  test("another secret opens nothing, and neither does none", () => {
    expect(unsealBytes(policy, [scheme.key(scheme.generate())], sealed).ok).toBe(false);
    expect(unsealBytes(policy, [], sealed).ok).toBe(false);
  });

  test("a secret of another length is refused, and none is shown", () => {
    expect(() => openSealingKey(policy, secret.slice(1))).toThrow(/31 bytes/);
    expect(() => openSealingKey(undefined, secret)).toThrow(/policies\/sealing/);
    expect(JSON.stringify(key) + inspect(key, { depth: 5, showHidden: true })).not.toContain(secret);
  });

  test("a nonce of another length is refused", () => {
    expect(() => key.seal(bytes("x"), bytes("short"), bytes(""))).toThrow(RangeError);
  });
});

test("AEAD_AES_256_GCM opens what an SDK of the field has sealed", () => {
  // Source: tests of wechatpay-java (Apache-2.0).
  const policy: SealingPolicy = { algorithms: { AEAD_AES_256_GCM: "aes-256-gcm" }, fields: FIELDS };
  const key = openSealingKey(policy, "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb");
  const sealed = {
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
    nonce: "uluk4a9R25RW",
    associated_data: "associatedData",
  };
  const opened = unsealBytes(policy, [key], sealed);
  expect(opened.ok && Buffer.from(opened.plain).toString()).toBe("message");
  expect(sealBytes(policy, key, bytes("message"), { associatedData: "associatedData" }, "uluk4a9R25RW")).toEqual(
    sealed,
  );
});
