import { sm2 as smCrypto } from "sm-crypto-v2";
import * as fc from "fast-check";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePem } from "./pem.ts";
import { sm2, sm2Digest, sm2PemPair, sm2Signer, sm2VerifyDigest } from "./sm2.ts";
import { sm3 } from "./sm3.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** DER as a test writes it, right or wrong: integers are given by their content bytes. */
const integer = (content: string): string => `02${(content.length / 2).toString(16).padStart(2, "0")}${content}`;
const sequence = (r: string, s: string): Uint8Array => {
  const body = integer(r) + integer(s);
  return hex(`30${(body.length / 2).toString(16).padStart(2, "0")}${body}`);
};
const positive = (value: bigint): string => {
  const text = value.toString(16).length % 2 === 0 ? value.toString(16) : `0${value.toString(16)}`;
  return /^[89a-f]/.test(text) ? `00${text}` : text;
};

/** The uncompressed point d·G, in hex. */
const pointOf = (d: bigint): string => {
  const { publicPem } = sm2PemPair(hex(d.toString(16).padStart(64, "0")));
  return Buffer.from(publicPem.replace(/-----[^-]+-----|\s/g, ""), "base64")
    .subarray(-65)
    .toString("hex");
};

/** GM/T 0003.5-2012 Annex A, GB/T 32918.5. */
const STANDARD = {
  d: "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
  pub: "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
  message: utf8("message digest"),
  e: "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640",
  k: 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n,
  r: 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n,
  s: 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
};
/** wechatpay-java, shangmi-testing (Apache-2.0). */
const WECHAT = {
  d: "fd4f526b3e5c78319084504c7ff707221dbeab92f3be1adbf0bd92238b0f511f",
  pub: "047bcd47f75ea19d04c0a72b4da70f57dd1b3f9337cc5dd1241881b913431939bf69a55ef6b46710c7e1724523d0f646dd694d2483976f6e850d466378fa8b2f7e",
  message: utf8("message"),
  signature: Buffer.from(
    "MEYCIQD35Rp3CKt7pLme/a0GaCVmwSeOl7X/12+ppRivcJuf6QIhAO5Vpy4tSk9SJUrgH5I5Qy0aYhFG9lN0aof1f5wJOI05",
    "base64",
  ),
};

describe("known answers", () => {
  it.each([
    ["abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
    ["abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"],
  ])("SM3 of %s is that of GM/T 0004-2012", (text, digest) => {
    expect(toHex(sm3(utf8(text)))).toBe(digest);
  });

  it("SM2 digests and signs as GM/T 0003.5-2012 Annex A does", () => {
    const digest = sm2Digest(hex(STANDARD.pub), STANDARD.message);
    expect(toHex(digest)).toBe(STANDARD.e);
    expect(sm2Signer(BigInt(`0x${STANDARD.d}`))(digest, STANDARD.k)).toEqual({ r: STANDARD.r, s: STANDARD.s });
  });

  it("SM2 verifies the signatures of the standard and of WeChat Pay's library", () => {
    const standard = sm2.publicKey(sm2PemPair(hex(STANDARD.d)).publicPem);
    expect(standard.verify(STANDARD.message, sequence(positive(STANDARD.r), positive(STANDARD.s)))).toBe(true);
    const wechat = sm2.publicKey(sm2PemPair(hex(WECHAT.d)).publicPem);
    expect(wechat.verify(WECHAT.message, WECHAT.signature)).toBe(true);
    expect(wechat.verify(STANDARD.message, WECHAT.signature)).toBe(false);
  });

  it("SM2 derives the public keys of the vectors", () => {
    for (const { d, pub } of [STANDARD, WECHAT]) {
      const body = sm2PemPair(hex(d)).publicPem.replace(/-----[^-]+-----|\s/g, "");
      expect(Buffer.from(body, "base64").toString("hex").endsWith(pub)).toBe(true);
    }
  });

  it("SM2 keeps its derived nonce, so that old seeds replay to the same bytes", () => {
    const signature = sm2.privateKey(sm2PemPair(hex(STANDARD.d)).privatePem).sign(STANDARD.message);
    expect(toHex(signature)).toMatchInlineSnapshot(
      `"3044022024858ee71d63e687feefe41f5af80a59f0791eb1dabc2bbe71daf0e57f06c36702203d15550de52785a435004c937256ac715c0e04176ac57062c6722fa692f7a491"`,
    );
  });
});

describe("refused signatures and keys", () => {
  const pair = sm2PemPair(hex(STANDARD.d));
  const key = sm2.publicKey(pair.publicPem);
  const { r, s } = STANDARD;
  const accepted = (signature: Uint8Array): boolean => key.verify(STANDARD.message, signature);

  it.each([
    ["r = 0", 0n, s],
    ["s = 0", r, 0n],
    ["r = n", N, s],
    ["s = n", r, N],
    ["r + n", r + N, s],
    ["s + n", r, s + N],
    ["r + s = n", r, N - r],
    ["r and s exchanged", s, r],
    ["-s", r, N - s],
  ])("SM2 refuses a signature with %s", (_name, changedR, changedS) => {
    expect(accepted(sequence(positive(changedR), positive(changedS)))).toBe(false);
  });

  it.each([
    ["a leading zero that is not needed", sequence(`00${positive(r)}`, positive(s))],
    ["a negative r (top bit set, no zero ahead)", sequence(positive(r).slice(2), positive(s))],
    ["an empty integer", sequence("", positive(s))],
    ["a long-form length", hex(`3081${toHex(sequence(positive(r), positive(s))).slice(2)}`)],
    ["an indefinite length", hex(`3080${toHex(sequence(positive(r), positive(s))).slice(4)}0000`)],
    [
      "bytes after s inside the sequence",
      (() => {
        const body = `${toHex(sequence(positive(r), positive(s))).slice(4)}0500`;
        return hex(`30${(body.length / 2).toString(16)}${body}`);
      })(),
    ],
    ["another tag for the sequence", hex(`31${toHex(sequence(positive(r), positive(s))).slice(2)}`)],
    ["raw r||s", hex(r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0"))],
  ])("SM2 refuses %s", (_name, signature) => {
    expect(accepted(sequence(positive(r), positive(s)))).toBe(true);
    expect(accepted(signature)).toBe(false);
  });

  it("SM2 refuses r + s = n, which allows forgery for a chosen digest", () => {
    // With t = 0 the public key drops out: r = e + x(sG) holds for e = r - x(sG), whoever owns the key.
    const nonce = 12_345n;
    const x = BigInt(`0x${pointOf(nonce).slice(2, 66)}`);
    const forgedR = N - nonce;
    const digest = hex(((((forgedR - x) % N) + N) % N).toString(16).padStart(64, "0"));
    expect(sm2VerifyDigest(hex(STANDARD.pub), digest, forgedR, nonce)).toBe(false);
  });

  it("SM2 refuses a superfluous zero byte ahead of a positive integer", () => {
    const privateKey = sm2.privateKey(pair.privatePem);
    let tried = 0;
    for (let index = 0; index < 20; index++) {
      const message = Uint8Array.of(index);
      const signature = privateKey.sign(message);
      const rLength = signature[3] ?? 0;
      const [rContent, sContent] = [toHex(signature.subarray(4, 4 + rLength)), toHex(signature.subarray(6 + rLength))];
      expect(key.verify(message, sequence(rContent, sContent))).toBe(true);
      for (const [paddedR, paddedS] of [
        [`00${rContent}`, sContent],
        [rContent, `00${sContent}`],
      ] as const) {
        if (paddedR.length > 66 || paddedS.length > 66) continue;
        tried += 1;
        expect(key.verify(message, sequence(paddedR, paddedS))).toBe(false);
      }
    }
    expect(tried).toBeGreaterThan(5);
  });

  const SPKI = "3059301306072a8648ce3d020106082a811ccf5501822d034200";
  it.each([
    ["a point off the curve", `${SPKI}${STANDARD.pub.slice(0, -2)}14`],
    ["a coordinate that is not below p", `${SPKI}04${"ff".repeat(64)}`],
    ["the point of zeros", `${SPKI}04${"00".repeat(64)}`],
    ["bytes after the key", `${SPKI}${STANDARD.pub}00`],
    ["a key of the curve P-256", `3059301306072a8648ce3d020106082a8648ce3d030107034200${STANDARD.pub}`],
  ])("SM2 refuses a public key: %s", (_name, der) => {
    expect(() => sm2.publicKey(writePem("PUBLIC KEY", hex(der)))).toThrow(/public key of scheme sm2/);
  });

  it.each([
    ["zero", 0n],
    ["n-1, for which 1+d has no inverse", N - 1n],
    ["n", N],
  ])("SM2 refuses a secret that is %s", (_name, d) => {
    expect(() => sm2PemPair(hex(d.toString(16).padStart(64, "0")))).toThrow(/\[1, n-2\]/);
  });

  it("SM2 refuses a private key that carries another key's public point", () => {
    const own = Buffer.from(pair.privatePem.replace(/-----[^-]+-----|\s/g, ""), "base64").toString("hex");
    expect(own).toContain(STANDARD.pub);
    expect(() => sm2.privateKey(writePem("PRIVATE KEY", hex(own.replace(STANDARD.pub, WECHAT.pub))))).toThrow(
      /does not belong/,
    );
  });
});

it("SM2 takes a compressed public key and normalises it", () => {
  const parity = Number.parseInt(STANDARD.pub.slice(-1), 16) % 2 === 0 ? "02" : "03";
  const compressed = hex(`3039301306072a8648ce3d020106082a811ccf5501822d032200${parity}${STANDARD.pub.slice(2, 66)}`);
  expect(sm2.publicKey(writePem("PUBLIC KEY", compressed)).pem).toBe(sm2PemPair(hex(STANDARD.d)).publicPem);
});

it("SM2 writes key files that Node reads", () => {
  const { privatePem, publicPem } = sm2PemPair(hex(WECHAT.d));
  expect(createPublicKey(privatePem).export({ type: "spki", format: "pem" })).toBe(publicPem);
});

it("SM2 verifies alike before and after its tables are made", () => {
  const pair = sm2.generate();
  const privateKey = sm2.privateKey(pair.privatePem);
  const publicKey = sm2.publicKey(pair.publicPem);
  for (let index = 0; index < 40; index++) {
    const bytes = Uint8Array.of(index);
    const signature = privateKey.sign(bytes);
    expect(publicKey.verify(bytes, signature)).toBe(true);
    expect(publicKey.verify(Uint8Array.of(index, 0), signature)).toBe(false);
  }
});

it("SM2 agrees with sm-crypto-v2 both ways", () => {
  const options = { hash: true, der: true } as const;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 300 }),
      (secret, message) => {
        secret[0] = 1 + ((secret[0] ?? 0) % 0x7f);
        const pair = sm2PemPair(secret);
        const point = smCrypto.getPublicKeyFromPrivateKey(toHex(secret));
        const ours = sm2.privateKey(pair.privatePem).sign(message);
        expect(smCrypto.doVerifySignature(message, toHex(ours), point, options)).toBe(true);
        const theirs = hex(smCrypto.doSignature(message, toHex(secret), options));
        expect(sm2.publicKey(pair.publicPem).verify(message, theirs)).toBe(true);
      },
    ),
    { numRuns: 25, seed: 20_260_101 },
  );
});

const openssl = spawnSync("openssl", ["version"], { encoding: "utf8" });
const opensslHasSm2 = openssl.status === 0 && spawnSync("openssl", ["genpkey", "-algorithm", "SM2"]).status === 0;
// On CI a missing oracle must show as a failure, not as one more green line.
const runOpenssl = opensslHasSm2 || process.env["CI"] !== undefined;

const inFolder = (test: (path: (name: string) => string, run: (...args: string[]) => string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-sm2-"));
  try {
    test(
      (name) => join(folder, name),
      (...args) => {
        const done = spawnSync("openssl", args, { encoding: "utf8", cwd: folder });
        expect(done.error).toBeUndefined();
        expect(done.status, done.stderr).toBe(0);
        return done.stdout;
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const opensslVerify = (id: string): string[] => [
  "pkeyutl",
  "-verify",
  "-pubin",
  "-inkey",
  "public.pem",
  "-rawin",
  "-digest",
  "sm3",
  "-in",
  "message",
  "-sigfile",
  "signature",
  "-pkeyopt",
  `distid:${id}`,
];

describe.skipIf(!runOpenssl)(
  `agreement with openssl (${opensslHasSm2 ? openssl.stdout.trim() : "SKIPPED: no openssl command with SM2 on this machine"})`,
  () => {
    it("openssl verifies SM2 signatures with the standard user id only", () => {
      inFolder((path, run) => {
        const pair = sm2.generate();
        const message = utf8("POST\n/v1/payments\n1700000000\nabc\n{}\n");
        const signature = sm2.privateKey(pair.privatePem).sign(message);
        writeFileSync(path("public.pem"), pair.publicPem);
        writeFileSync(path("message"), message);
        writeFileSync(path("signature"), signature);
        expect(run(...opensslVerify("1234567812345678"))).toContain("Verified Successfully");
        expect(spawnSync("openssl", opensslVerify("8765432187654321"), { cwd: path("") }).status).not.toBe(0);
        expect(
          run(
            "dgst",
            "-sm3",
            "-verify",
            "public.pem",
            "-signature",
            "signature",
            "-sigopt",
            "distid:1234567812345678",
            "message",
          ),
        ).toContain("Verified OK");
      });
    });

    it("SM2 verifies what openssl signed with a key that openssl made", () => {
      inFolder((path, run) => {
        run("genpkey", "-algorithm", "SM2", "-out", "private.pem");
        const message = utf8("a message");
        writeFileSync(path("message"), message);
        const publicKey = sm2.publicKey(run("pkey", "-in", "private.pem", "-pubout"));
        for (let index = 0; index < 5; index++) {
          run(
            "dgst",
            "-sm3",
            "-sign",
            "private.pem",
            "-sigopt",
            "distid:1234567812345678",
            "-out",
            "signature",
            "message",
          );
          const signature = Buffer.from(run("base64", "-A", "-in", "signature"), "base64");
          expect(publicKey.verify(message, signature)).toBe(true);
        }
      });
    });

    it("SM2 reads private keys, public keys and certificates of openssl", () => {
      inFolder((_path, run) => {
        run("genpkey", "-algorithm", "SM2", "-out", "private.pem");
        const privateKey = sm2.privateKey(run("pkey", "-in", "private.pem"));
        const publicPem = run("pkey", "-in", "private.pem", "-pubout");
        run(
          "req",
          "-x509",
          "-key",
          "private.pem",
          "-sm3",
          "-sigopt",
          "distid:1234567812345678",
          "-subj",
          "/CN=test",
          "-days",
          "1",
          "-out",
          "certificate.pem",
        );
        const certificate = run("x509", "-in", "certificate.pem");
        expect(sm2.publicKey(certificate).pem).toBe(publicPem);
        const bytes = utf8("x");
        expect(sm2.publicKey(publicPem).verify(bytes, privateKey.sign(bytes))).toBe(true);
      });
    });
  },
);
