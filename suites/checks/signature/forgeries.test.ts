import { constants, createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { rsa2048 } from "../../../core/signature/rsa.ts";
import { sm2 } from "../../../core/signature/sm2.ts";
import { der } from "../../../core/signature/der.ts";
import { block, digest, digestInfo, fromInteger, pssBlock, rsaForge } from "./rsa-forgery.ts";
import { DEFAULT_USER_ID, sm2Forge, sm3 } from "./sm2-forgery.ts";

const BASE = new TextEncoder().encode("POST\n/v1/echo\n1700000000\nnonce-0001\n{}\n");

describe("an RSA block made by hand", () => {
  const { privatePem } = rsa2048.generate();
  const forge = rsaForge(privatePem);

  test("a hand-made RSA block in its right form is the signature itself", () => {
    expect(Buffer.from(forge.raise(block(forge.modulusBytes, digestInfo("sha256", digest("sha256", BASE)))))).toEqual(
      Buffer.from(rsa2048.privateKey(privatePem).sign(BASE)),
    );
  });

  test.each(["sha1", "md5", "sha512"] as const)("a hand-made RSA block over %s verifies with that hash", (hash) => {
    expect(
      verify(
        hash,
        BASE,
        createPublicKey(privatePem),
        forge.raise(block(forge.modulusBytes, digestInfo(hash, digest(hash, BASE)))),
      ),
    ).toBe(true);
  });

  test.each([0, 20, 32])("a hand-made RSA block is PSS with a salt of %i bytes", (saltLength) => {
    const signature = forge.raise(pssBlock(forge.modulusBytes, "sha256", BASE, new Uint8Array(saltLength).fill(7)));
    expect(
      verify(
        "sha256",
        BASE,
        { key: createPublicKey(privatePem), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
        signature,
      ),
    ).toBe(true);
  });
});

describe("an SM2 pair made by hand", () => {
  const { privatePem, publicPem } = sm2.generate();
  const forge = sm2Forge(privatePem);
  const written = ({ r, s }: { readonly r: bigint; readonly s: bigint }): Buffer =>
    der(
      0x30,
      ...[r, s].map((value) => {
        const bytes = fromInteger(value, 1);
        return der(0x02, (bytes[0] as number) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
      }),
    );
  const verified = (signature: Uint8Array): boolean => sm2.publicKey(publicPem).verify(BASE, signature);

  test("a hand-made SM2 pair over the right digest verifies", () => {
    expect(verified(written(forge.sign(forge.digest(DEFAULT_USER_ID, BASE))))).toBe(true);
  });

  test("a hand-made SM2 pair with a wrong user id, Z or equation fails to verify", () => {
    expect(
      [
        forge.sign(forge.digest("", BASE)),
        forge.sign(sm3(BASE)),
        forge.sign(forge.digest(DEFAULT_USER_ID, BASE), "ecdsa"),
      ].map((pair) => verified(written(pair))),
    ).toEqual([false, false, false]);
  });

  test("OpenSSL takes a hand-made ECDSA pair with SM3 for ECDSA", () => {
    // OpenSSL verifies SM2 keys with SM3 by SM2's own equation, with the user id that Node leaves empty.
    const key = createPublicKey(publicPem);
    const empty = written(forge.sign(forge.digest("", BASE)));
    const ecdsa = written(forge.sign(sm3(BASE), "ecdsa"));
    expect([verify("sm3", BASE, key, empty), verify("sm3", BASE, key, ecdsa)].filter(Boolean)).toHaveLength(1);
  });
});
