import { describe, expect, test } from "vitest";
import { pairScheme } from "../signature/schemes.ts";
import { sm2PemPair } from "../signature/sm2.ts";
import { Point } from "../signature/sm2-curve.ts";
import { RECEIVER_SCHEMES, receiverScheme } from "./receiver-schemes.ts";
import { sm2Decrypt, sm2Encrypt } from "./sm2-encryption.ts";

const text = new TextEncoder().encode("6222021234567894 张三");

describe.each(RECEIVER_SCHEMES)("sealing for a receiver with $name", (scheme) => {
  const { publicPem, privatePem } = pairScheme(scheme.keys).generate();
  const sealed = scheme.seal(publicPem, text);

  test("only the receiver's key opens what is sealed", () => {
    expect(Buffer.from(scheme.open(privatePem, sealed) ?? "").equals(text)).toBe(true);
    expect(scheme.open(pairScheme(scheme.keys).generate().privatePem, sealed)).toBeUndefined();
    expect(receiverScheme(scheme.name)).toBe(scheme);
  });

  test("the same text seals to other bytes each time", () => {
    expect(Buffer.from(scheme.seal(publicPem, text)).equals(sealed)).toBe(false);
  });

  test("nothing that was changed opens", () => {
    for (let at = 0; at < sealed.length; at += 7) {
      const other = Buffer.from(sealed);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(scheme.open(privatePem, other), `byte ${at}`).toBeUndefined();
    }
    for (const other of [
      new Uint8Array(0),
      sealed.subarray(1),
      sealed.subarray(0, -1),
      Buffer.concat([sealed, Uint8Array.of(0)]),
      Buffer.concat([Uint8Array.of(0), sealed]),
      Buffer.concat([Uint8Array.of(4), sealed]),
      new Uint8Array(sealed.length),
      Buffer.alloc(sealed.length, 0xff),
    ])
      expect(scheme.open(privatePem, other)).toBeUndefined();
  });

  test("the longest text seals, and one byte more is refused", () => {
    const longest = new Uint8Array(scheme.longest(publicPem)).fill(7);
    expect(scheme.open(privatePem, scheme.seal(publicPem, longest))).toHaveLength(longest.length);
    expect(() => scheme.seal(publicPem, new Uint8Array(longest.length + 1))).toThrow(RangeError);
  });
});

describe("SM2 encryption", () => {
  // GM/T 0003.5-2012, Annex C. Its x1 begins with the byte 04.
  const d = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
  const k = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
  const c1 =
    "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0";
  const c3 = "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766";
  const c2 = "21886ca989ca9c7d58087307ca93092d651efa";
  const { privatePem } = sm2PemPair(Buffer.from(d, "hex"));
  const opens = (name: string, hex: string): string | undefined => {
    const plain = receiverScheme(name).open(privatePem, Buffer.from(hex, "hex"));
    return plain === undefined ? undefined : Buffer.from(plain).toString();
  };

  test("the standard's example encrypts to its own bytes", () => {
    const point = Point.BASE.multiply(BigInt(`0x${d}`));
    const parts = sm2Encrypt(point, k, new TextEncoder().encode("encryption standard"));
    expect(Object.values(parts ?? {}).map((part: Uint8Array) => Buffer.from(part).toString("hex"))).toEqual([
      c1,
      c3,
      c2,
    ]);
  });

  test("an x1 that begins with 04 is not taken for the mark of a point", () => {
    expect(opens("sm2-c1c3c2-no04", c1 + c3 + c2)).toBe("encryption standard");
    expect(opens("sm2-c1c3c2", `04${c1}${c3}${c2}`)).toBe("encryption standard");
    expect(opens("sm2-c1c3c2", c1 + c3 + c2)).toBeUndefined();
    expect(opens("sm2-c1c3c2-no04", `04${c1}${c3}${c2}`)).toBeUndefined();
  });

  test("C1C3C2_ASN1 opens what an SDK of the field has sealed", () => {
    // Source: tests of wechatpay-java (Apache-2.0).
    const key = sm2PemPair(Buffer.from("fd4f526b3e5c78319084504c7ff707221dbeab92f3be1adbf0bd92238b0f511f", "hex"));
    const sealed =
      "MHECIAGn23Ew8nF0zRfu3qgdD6VATSmGM5wrVFvNqg1ToXneAiBgfOJLVi1NtpRVH2qanzooL4gOrDKKOloD7gS17g+iCQQgcTtJpGhytHZeV/HeTqYkg3YqOY+Vybx+OQx217Ktn0QECdMjiI7lpId5dg==";
    const plain = receiverScheme("sm2-c1c3c2-asn1").open(key.privatePem, Buffer.from(sealed, "base64"));
    expect(Buffer.from(plain ?? "").toString()).toBe("plaintext");
  });

  test("a point of another curve opens nothing", () => {
    const other = Buffer.from(c1, "hex");
    other[63] = (other[63] ?? 0) ^ 1;
    expect(sm2Decrypt(BigInt(`0x${d}`), { c1: other, c3: Buffer.from(c3, "hex"), c2: Buffer.from(c2, "hex") })).toBe(
      undefined,
    );
  });
});
