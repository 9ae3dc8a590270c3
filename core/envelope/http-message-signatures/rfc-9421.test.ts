import { constants, createHmac, createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";
import type { Request, SigningKey } from "http-message-signatures";
import { describe, expect, test } from "vitest";
import { ecdsaP256 } from "../../signature/ecdsa.ts";
import { ed25519 } from "../../signature/ed25519.ts";
import { privateKeyPem } from "../../signature/pem.ts";
import { rsaPssSha512 } from "../../signature/rsa-pss.ts";
import type { PairScheme } from "../../signature/scheme.ts";
import type { RequestMessage } from "../message.ts";
import { contentDigest, signatureBase } from "./base.ts";
import { httpMessageSignatures } from "./http-message-signatures.ts";
import type { HttpMessageSignaturesPolicy } from "./policy.ts";

interface Vectors {
  readonly request: {
    readonly fields: Readonly<Record<string, string>>;
    readonly body: string;
    readonly contentDigest: string;
  };
  readonly b25: { readonly secret: string; readonly input: string; readonly signature: string };
  readonly b26: { readonly key: Readonly<Record<string, string>>; readonly input: string; readonly signature: string };
}

const VECTORS = JSON.parse(readFileSync(new URL("testing/rfc-9421-vectors.json", import.meta.url), "utf8")) as Vectors;

const POLICY: HttpMessageSignaturesPolicy = {
  style: "http-message-signatures",
  algorithms: {
    ed25519: "ed25519",
    "rsa-pss-sha512": "rsa-pss-sha512",
    "ecdsa-p256-sha256": "ecdsa-p256-sha256",
  },
  party: "Client-Id",
  requestComponents: ["@method", "@request-target", "content-digest"],
  answerComponents: ["@status", "content-digest"],
  digest: "sha-256",
  nonce: true,
  label: "sig1",
};
const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };
const envelope = httpMessageSignatures(POLICY);

/** The base of the vectors' request under the components of an input. */
function baseOf(input: string): Uint8Array {
  const names = [...(input.split(")")[0] ?? "").matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name);
  return signatureBase(
    names.map((name) => [`"${name}"`, VECTORS.request.fields[name] ?? ""]),
    input,
  );
}

describe("RFC 9421", () => {
  test("appendix B.2.5 is signed by HMAC exactly as it stands there", () => {
    const { secret, input, signature } = VECTORS.b25;
    const made = createHmac("sha256", Buffer.from(secret, "base64")).update(baseOf(input)).digest("base64");
    expect(made).toBe(signature);
  });

  test("appendix B.2.6 is signed by Ed25519 exactly as it stands there", () => {
    const { key, input, signature } = VECTORS.b26;
    const pem = privateKeyPem(createPrivateKey({ format: "jwk", key: key as never }));
    const made = ed25519.privateKey(pem).sign(baseOf(input));
    expect(Buffer.from(made).toString("base64")).toBe(signature);
  });

  test("the digest of the appendix's body is that of RFC 9530", () => {
    const body = new TextEncoder().encode(VECTORS.request.body);
    expect(contentDigest({ ...POLICY, digest: "sha-512" }, body)).toBe(VECTORS.request.contentDigest);
  });

  test("a component whose value holds a line break is not signed", () => {
    expect(() => signatureBase([['"@method"', "POST\nx"]], "()")).toThrow(RangeError);
  });
});

const ALGORITHMS: readonly (readonly [string, PairScheme])[] = [
  ["ed25519", ed25519],
  ["rsa-pss-sha512", rsaPssSha512],
  ["ecdsa-p256-sha256", ecdsaP256],
];

describe.each(ALGORITHMS)("the client http-message-signatures, by %s", (alg, scheme) => {
  const { privatePem, publicPem } = scheme.generate();
  const message: RequestMessage = {
    method: "POST",
    target: "/v1/payments?a=%E4%B8%AD",
    party: "P1",
    serial: "KEY-1",
    algorithm: alg,
    timestamp: "1700000000",
    nonce: "nonce-0001",
    body: new TextEncoder().encode('{"amount":1}'),
  };
  const unsigned: Request = {
    method: message.method,
    url: `https://bank.test${message.target}`,
    headers: { "Content-Digest": contentDigest(POLICY, message.body), "Client-Id": "P1" },
  };
  const verifying = (pem: string) =>
    httpbis.verifyMessage.bind(undefined, {
      keyLookup: async () => ({ id: "KEY-1", algs: [alg], verify: createVerifier(pem, alg) }),
      tolerance: 1e9,
    });

  test("what it signs, this envelope opens and verifies", async () => {
    const signed = await httpbis.signMessage(
      {
        key: signerOf(alg, privatePem),
        name: "theirs",
        fields: ["client-id", "content-digest", "@request-target", "@method"],
        params: ["nonce", "keyid", "alg", "created"],
        paramValues: { created: new Date(1_700_000_000_000), nonce: message.nonce },
      },
      unsigned,
    );
    const headers = Object.entries(signed.headers).map(([name, value]) => [name, String(value)] as const);
    const opened = envelope.openRequest({ ...message, headers }, BOUNDS);
    expect(opened).toMatchObject({ ok: true, party: "P1", serial: "KEY-1", algorithm: alg, nonce: message.nonce });
    if (!opened.ok) return;
    expect(scheme.publicKey(publicPem).verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
  });

  test("what this envelope seals, it verifies, and not under another key", async () => {
    const sealed = envelope.sealRequest(message, scheme.privateKey(privatePem).sign(envelope.requestBase(message)));
    const received: Request = { ...unsigned, headers: Object.fromEntries(sealed.headers) };
    expect(await verifying(publicPem)(received)).toBe(true);
    await expect(verifying(scheme.generate().publicPem)(received)).resolves.not.toBe(true);
  });
});

/** The client's signer of an algorithm. Its own for RSA-PSS takes the longest salt, where RFC 9421 section 3.3.1 has 64 bytes. */
function signerOf(alg: string, pem: string): SigningKey {
  const own = createSigner(pem, alg, "KEY-1");
  const padded = { key: pem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
  return alg === "rsa-pss-sha512" ? { ...own, sign: async (bytes) => sign("sha512", bytes, padded) } : own;
}
