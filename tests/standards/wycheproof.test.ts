import { createHmac, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { aes256GcmOpen, aes256GcmSeal } from "../../core/sealing/aes-256-gcm.ts";
import { RECEIVER_SCHEMES, receiverScheme } from "../../core/sealing/receiver-schemes.ts";
import { SEALING_SCHEMES } from "../../core/sealing/schemes.ts";
import { sm4GcmOpen, sm4GcmSeal } from "../../core/sealing/sm4-gcm.ts";
import { SIGNATURE_SCHEMES } from "../../core/signature/schemes.ts";
import type { SignatureScheme } from "../../core/signature/scheme.ts";

/*
 * Every scheme of the registries against the public edge vectors of C2SP/wycheproof: no forgery is accepted, and nothing
 * that is valid is refused. A scheme without vectors is named here, with the reason.
 */

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: "valid" | "invalid" | "acceptable";
  readonly msg: string;
  readonly sig: string;
  readonly tag: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly ct: string;
  readonly label: string;
}

interface Group {
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
  readonly keySize: number;
  readonly tagSize: number;
  readonly ivSize: number;
  readonly tests: readonly Vector[];
}

const groupsOf = (file: string): readonly Group[] =>
  (
    JSON.parse(gunzipSync(readFileSync(new URL(`wycheproof/${file}_test.json.gz`, import.meta.url))).toString()) as {
      readonly testGroups: readonly Group[];
    }
  ).testGroups;

const hex = (text: string): Uint8Array => Buffer.from(text, "hex");

/** A file of vectors for each scheme that has one. */
const FILES: Readonly<Record<string, string>> = {
  rsa2048: "rsa_signature_2048_sha256",
  "rsa-pss-sha256": "rsa_pss_2048_sha256_mgf1_32",
  "ecdsa-p256-sha256": "ecdsa_secp256r1_sha256_p1363",
  "ecdsa-p256-sha256-der": "ecdsa_secp256r1_sha256",
  ed25519: "ed25519",
  "hmac-sha256": "hmac_sha256",
  "hmac-sm3": "hmac_sm3",
  "aes-256-gcm": "aes_gcm",
  "sm4-gcm": "sm4_gcm",
  "rsa-oaep-sha1": "rsa_oaep_2048_sha1_mgf1sha1",
  "rsa-oaep-sha256": "rsa_oaep_2048_sha256_mgf1sha256",
};

/** Wycheproof has no vectors for these. */
const WITHOUT_VECTORS: Readonly<Record<string, string>> = {
  sm2: "no SM2 signatures in Wycheproof; the standard's examples and forgeries are in core/signature/sm2.test.ts",
  "sm2-c1c3c2-asn1": "no SM2 encryption in Wycheproof; see core/sealing/receiver.contract.test.ts",
  "sm2-c1c3c2": "the same",
  "sm2-c1c3c2-no04": "the same",
  "rsa-pss-sha512": "Wycheproof has PSS with SHA-512 for keys of 4096 bits alone",
};

const names = [...SIGNATURE_SCHEMES, ...SEALING_SCHEMES, ...RECEIVER_SCHEMES].map(({ name }) => name);

test("each scheme of the registries has public vectors, or the reason why not", () => {
  const neither = names.filter((name) => FILES[name] === undefined && WITHOUT_VECTORS[name] === undefined);
  expect(neither, "add a file of Wycheproof, or the reason why there is none").toEqual([]);
  console.log(`without vectors: ${names.filter((name) => FILES[name] === undefined).join(", ")}`);
});

const HASHES: Readonly<Record<string, string>> = { "hmac-sha256": "sha256", "hmac-sm3": "sm3" };

/**
 * Whether a scheme accepts a vector. Our shared secrets are texts, and keys of vectors are not: a vector's tag is changed
 * from the right one in some way, and ours is changed in the same way.
 */
function accepts(scheme: SignatureScheme, { publicKeyPem, tagSize }: Group, vector: Vector): boolean {
  if (scheme.keys === "pair") return scheme.publicKey(publicKeyPem).verify(hex(vector.msg), hex(vector.sig));
  const right = createHmac(HASHES[scheme.name] ?? "", hex(vector.key))
    .update(hex(vector.msg))
    .digest();
  const secret = scheme.secret("0123456789abcdef0123456789abcdef");
  const changed = secret.sign(hex(vector.msg)).map((byte, at) => byte ^ (right[at] ?? 0) ^ (hex(vector.tag)[at] ?? 0));
  return secret.verify(hex(vector.msg), changed.subarray(0, tagSize / 8));
}

/** The right answer to a vector; undefined where the field disagrees. A tag that is cut short is never right. */
const wantedOf = (scheme: SignatureScheme, { tagSize }: Group, { result }: Vector): boolean | undefined =>
  result === "acceptable" ? undefined : result === "valid" && (scheme.keys === "pair" || tagSize === 256);

describe.each(SIGNATURE_SCHEMES.filter(({ name }) => FILES[name] !== undefined))("signatures of $name", (scheme) => {
  test(`${scheme.name} accepts no forgery and refuses no valid signature`, () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const group of groupsOf(FILES[scheme.name] ?? ""))
      for (const vector of group.tests) {
        const wanted = wantedOf(scheme, group, vector);
        if (wanted === undefined) continue;
        judged += 1;
        if (accepts(scheme, group, vector) !== wanted) wrong.push(`${vector.tcId} ${vector.comment}`);
      }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(100);
  });
});

const AEAD = {
  "aes-256-gcm": { open: aes256GcmOpen, seal: aes256GcmSeal, keySize: 256 },
  "sm4-gcm": { open: sm4GcmOpen, seal: sm4GcmSeal, keySize: 128 },
} as const;

describe.each(Object.entries(AEAD))("sealing with %s", (name, { open, seal, keySize }) => {
  test(`${name} opens what is valid under a nonce of 12 bytes, and nothing else`, () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const group of groupsOf(FILES[name] ?? "").filter((one) => one.keySize === keySize))
      for (const { tcId, comment, result, key, iv, aad, msg, ct, tag } of group.tests) {
        const [opened, nonce, whole] = [createSecretKey(hex(key)), hex(iv), hex(ct + tag)];
        const plain = open(opened, nonce, hex(aad), whole);
        const good = result === "valid" && group.ivSize === 96;
        judged += 1;
        if (good ? !isSame(plain, hex(msg)) : plain !== undefined) wrong.push(`${tcId} ${comment}`);
        if (good && !isSame(seal(opened, nonce, hex(aad), hex(msg)), whole)) wrong.push(`${tcId} ${comment}: sealed`);
      }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(60);
  });
});

const isSame = (bytes: Uint8Array | undefined, wanted: Uint8Array): boolean =>
  bytes !== undefined && Buffer.from(bytes).equals(wanted);

describe.each(RECEIVER_SCHEMES.filter(({ name }) => FILES[name] !== undefined))("sealing with $name", ({ name }) => {
  test(`${name} opens what is valid without a label, and nothing else`, () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const { privateKeyPem, tests } of groupsOf(FILES[name] ?? ""))
      for (const { tcId, comment, result, msg, ct, label } of tests) {
        const plain = receiverScheme(name).open(privateKeyPem, hex(ct));
        const good = result === "valid" && label === "";
        judged += 1;
        if (good ? !isSame(plain, hex(msg)) : plain !== undefined) wrong.push(`${tcId} ${comment}`);
      }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(30);
  });
});
