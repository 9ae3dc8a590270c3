import { constants, createHash, createPrivateKey, sign as cryptoSign } from "node:crypto";
import { FlattenedSign, flattenedVerify, importPKCS8, importSPKI } from "jose";
import { describe, expect, test } from "vitest";
import { ecdsaP256 } from "../../signature/ecdsa.ts";
import { ed25519 } from "../../signature/ed25519.ts";
import { rsaPssSha256 } from "../../signature/rsa-pss.ts";
import type { PairScheme } from "../../signature/scheme.ts";
import { explain } from "../explanation/explain.ts";
import type { RequestMessage } from "../message.ts";
import { detachedJws } from "./detached-jws.ts";
import type { DetachedJwsPolicy } from "./policy.ts";

const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };
const POLICY: DetachedJwsPolicy = {
  style: "detached-jws",
  header: "x-jws-signature",
  algorithms: { PS256: "rsa-pss-sha256", ES256: "ecdsa-p256-sha256", EdDSA: "ed25519" },
  parameters: { party: "http://openbanking.org.uk/iss", timestamp: "http://openbanking.org.uk/iat" },
  constants: { typ: "JOSE", "http://openbanking.org.uk/tan": "openbanking.test" },
  crit: ["http://openbanking.org.uk/iat", "http://openbanking.org.uk/iss", "http://openbanking.org.uk/tan"],
  payload: "base64url",
};
const BARE: DetachedJwsPolicy = { ...POLICY, payload: "unencoded" };

const SCHEMES: Readonly<Record<string, PairScheme>> = { PS256: rsaPssSha256, ES256: ecdsaP256, EdDSA: ed25519 };
const PAIRS = Object.fromEntries(Object.entries(SCHEMES).map(([alg, scheme]) => [alg, scheme.generate()]));
const body = new TextEncoder().encode('{"Data":{"Amount":"1.00","备注":"ab"}}');

const messageOf = (algorithm: string): RequestMessage => ({
  method: "POST",
  target: "/open-banking/v3.1/pisp/domestic-payments",
  party: "0015800001041REAAY",
  serial: "KEY-1",
  algorithm,
  timestamp: "1700000000",
  nonce: "",
  body,
});
const headerOf = (algorithm: string) => ({
  alg: algorithm,
  kid: "KEY-1",
  "http://openbanking.org.uk/tan": "openbanking.test",
  "http://openbanking.org.uk/iss": "0015800001041REAAY",
  "http://openbanking.org.uk/iat": 1_700_000_000,
  crit: ["http://openbanking.org.uk/tan", "http://openbanking.org.uk/iat", "http://openbanking.org.uk/iss"],
});
const CRIT = { crit: Object.fromEntries((POLICY.crit ?? []).map((name) => [name, true])) };

const opening = (policy: DetachedJwsPolicy, value: string) =>
  detachedJws(policy).openRequest({ ...messageOf("EdDSA"), headers: [["X-JWS-Signature", value]] }, BOUNDS);

describe.each(Object.keys(SCHEMES))("jose as the other side, by %s", (alg) => {
  const pair = PAIRS[alg] ?? { privatePem: "", publicPem: "" };
  const scheme = SCHEMES[alg] as PairScheme;

  test.each([
    ["base64url", POLICY],
    ["unencoded", BARE],
  ] as const)("what jose signs over a payload in %s, this envelope opens and verifies", async (payload, policy) => {
    const bare = payload === "unencoded";
    const header = headerOf(alg);
    const signed = await new FlattenedSign(body)
      .setProtectedHeader(bare ? { ...header, b64: false, crit: ["b64", ...header.crit] } : header)
      .sign(await importPKCS8(pair.privatePem, alg), CRIT);
    const opened = opening(policy, `${signed.protected ?? ""}..${signed.signature}`);
    expect(opened).toMatchObject({
      ok: true,
      party: "0015800001041REAAY",
      serial: "KEY-1",
      algorithm: alg,
      timestamp: "1700000000",
      nonce: undefined,
    });
    if (!opened.ok) return;
    expect(scheme.publicKey(pair.publicPem).verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
  });

  test.each([
    ["base64url", POLICY],
    ["unencoded", BARE],
  ] as const)("what this envelope seals over a payload in %s, jose verifies", async (payload, policy) => {
    const envelope = detachedJws(policy);
    const message = messageOf(alg);
    const sealed = envelope.sealRequest(
      message,
      scheme.privateKey(pair.privatePem).sign(envelope.requestBase(message)),
    );
    const [header = "", , signature = ""] = (sealed.headers[0]?.[1] ?? "").split(".");
    const given = payload === "unencoded" ? body : Buffer.from(body).toString("base64url");
    const key = await importSPKI(pair.publicPem, alg);
    const verified = await flattenedVerify({ protected: header, payload: given, signature }, key, CRIT);
    expect(verified.protectedHeader?.kid).toBe("KEY-1");
    await expect(flattenedVerify({ protected: header, payload: "e30", signature }, key, CRIT)).rejects.toThrow(
      /signature verification failed/,
    );
  });
});

describe("a detached JWS", () => {
  const signature = "c2lnbmF0dXJl";
  const encoded = (header: unknown): string =>
    Buffer.from(typeof header === "string" ? header : JSON.stringify(header)).toString("base64url");
  const right = headerOf("EdDSA");

  test.each([
    ["alg none", { ...right, alg: "none" }, /alg is none of/],
    ["an algorithm that is not agreed", { ...right, alg: "RS256" }, /alg is none of/],
    ["a key of its own", { ...right, jwk: { kty: "OKP" } }, /jwk brings a key/],
    ["a certificate chain", { ...right, x5c: ["MII"] }, /x5c brings a key/],
    ["no crit", { ...right, crit: undefined }, /crit must list exactly/],
    ["an unknown name in crit", { ...right, crit: [...right.crit, "exp"], exp: 1 }, /crit must list exactly/],
    ["a name twice in crit", { ...right, crit: [...right.crit.slice(0, 2), right.crit[0]] }, /crit must list exactly/],
    ["crit that lists what is not there", { ...right, "http://openbanking.org.uk/tan": undefined }, /is not there/],
    ["another trust anchor", { ...right, "http://openbanking.org.uk/tan": "x" }, /must be "openbanking.test"/],
    ["b64", { ...right, b64: false }, /b64 must be left out/],
    ["the time as a text", { ...right, "http://openbanking.org.uk/iat": "1700000000" }, /whole number/],
    ["no kid", { ...right, kid: undefined }, /kid is missing/],
    ["the caller as a number", { ...right, "http://openbanking.org.uk/iss": 7 }, /iss is missing or is no text/],
    ["a member twice", JSON.stringify(right).replace("{", '{"alg":"none",'), /./],
    ["a list", [right], /no JSON object/],
  ])("with %s is refused", (_what, header, words) => {
    const opened = opening(POLICY, `${encoded(header)}..${signature}`);
    expect(opened).toMatchObject({ ok: false, stage: "signature", field: "x-jws-signature" });
    if (!opened.ok) expect(opened.message.en).toMatch(words);
  });

  test.each([
    ["the payload in it", `${encoded(right)}.e30.${signature}`],
    ["two parts", `${encoded(right)}.${signature}`],
    ["four parts", `${encoded(right)}..${signature}.${signature}`],
    ["padding behind the header", `${encoded(right)}=..${signature}`],
    ["an empty signature", `${encoded(right)}..`],
    ["nothing", ""],
  ])("with %s is refused", (_what, value) => {
    expect(opening(POLICY, value)).toMatchObject({ ok: false, stage: "signature" });
  });

  test("with a parameter that crit does not list is taken", () => {
    expect(opening(POLICY, `${encoded({ ...right, cty: "json" })}..${signature}`)).toMatchObject({ ok: true });
  });
});

describe("mistakes with a detached JWS", () => {
  const envelope = detachedJws(POLICY);
  const cases = (alg: string) => {
    const message = messageOf(alg);
    const base = Buffer.from(envelope.requestBase(message));
    const header = base.subarray(0, base.indexOf(".")).toString();
    return { message, base, header };
  };
  const caused = (alg: string, signature: string): string | undefined => {
    const pair = PAIRS[alg] ?? { privatePem: "", publicPem: "" };
    return explain(envelope, {
      kind: "request",
      message: cases(alg).message,
      signature,
      key: (SCHEMES[alg] as PairScheme).publicKey(pair.publicPem),
      otherKeys: [],
      now: 1_700_000_000_000,
    }).cause?.id;
  };
  const signed = (alg: string, bytes: Uint8Array): string =>
    Buffer.from((SCHEMES[alg] as PairScheme).privateKey(PAIRS[alg]?.privatePem ?? "").sign(bytes)).toString(
      "base64url",
    );
  const { base, header } = cases("EdDSA");

  test.each([
    ["payload-otherwise-encoded", "as it is", Buffer.concat([Buffer.from(`${header}.`), body])],
    ["payload-otherwise-encoded", "in base64", Buffer.from(`${header}.${Buffer.from(body).toString("base64")}`)],
    ["payload-left-out", "with an empty payload", Buffer.from(`${header}.`)],
    [
      "header-unencoded",
      "over JSON",
      Buffer.from(base.toString().replace(header, Buffer.from(header, "base64url").toString())),
    ],
    ["digest-signed", "over a hash", createHash("sha256").update(base).digest()],
  ])("%s is found, signed %s", (id, _how, bytes) => {
    expect(caused("EdDSA", signed("EdDSA", bytes))).toBe(id);
  });

  test("a signature in base64 or hexadecimal is found", () => {
    const raw = Buffer.from(signed("EdDSA", base), "base64url");
    expect(caused("EdDSA", `${raw.toString("base64").replace(/=*$/, "")}==`)).toBe("encoding-base64");
    expect(caused("EdDSA", raw.toString("hex"))).toBe("encoding-hex");
  });

  test("PKCS#1 v1.5, another salt and DER are found", () => {
    const rsa = createPrivateKey(PAIRS["PS256"]?.privatePem ?? "");
    const of = cases("PS256").base;
    expect(caused("PS256", cryptoSign("sha256", of, rsa).toString("base64url"))).toBe("rsa-pkcs1");
    const padded = { key: rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
    expect(caused("PS256", cryptoSign("sha256", of, padded).toString("base64url"))).toBe("pss-salt-length");
    const ec = createPrivateKey(PAIRS["ES256"]?.privatePem ?? "");
    expect(caused("ES256", cryptoSign("sha256", cases("ES256").base, ec).toString("base64url"))).toBe("ecdsa-der");
  });

  test("each mistake's id stands once, and a forgery stays unexplained", () => {
    const ids = envelope.mistakes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(caused("EdDSA", signed("EdDSA", Buffer.from("something else")))).toBeUndefined();
  });
});
