import { createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { requestTarget } from "../../core/runtime/wire.ts";
import { parseAuthorization } from "../../core/envelope/authorization-header/authorization.ts";
import { requestBase } from "../../core/envelope/authorization-header/base.ts";
import { headerPolicy } from "../../core/envelope/testing/policies.ts";
import { decodeBase64Strict } from "../../core/signature/base64.ts";
import { ed25519 } from "../../core/signature/ed25519.ts";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { Draft } from "./draft.ts";
import { withFields } from "./draft.ts";
import type { Tamper } from "./sealed-request.ts";
import { seal, TamperWithoutEffect } from "./sealed-request.ts";

const { scope } = fakeRun(() => "timeout");
const session = new Session(scope, "test.seal", new AbortController().signal);

async function statement(cursor: string): Promise<Draft> {
  return withFields(await session.request("account.balance"), { cursor });
}

describe("a sealed request", () => {
  test.each(["a'b", "(a)*!", "a/b?c&d=e#f", "中文 +%", ".."])("signs the target that is sent for %j", async (value) => {
    const request = session.seal(await statement(value));
    const policy = headerPolicy(scope.pack.policies.envelope);
    const [, header] = request.headers.find(([name]) => name === policy.authorization.header) ?? [];
    const said = parseAuthorization(policy, header);
    if (!said.ok) throw new Error("the header cannot be read");
    const base = requestBase(policy, {
      method: request.method,
      target: requestTarget(request.url),
      timestamp: said.timestamp,
      nonce: said.nonce,
      body: request.body,
    });
    const own = scope.statement.parties[0].key;
    const publicPem = createPublicKey("privateKey" in own ? own.privateKey : "").export({
      type: "spki",
      format: "pem",
    });
    expect(ed25519.publicKey(String(publicPem)).verify(base, decodeBase64Strict(said.signature) ?? base)).toBe(true);
    // Any parser of URLs on the way writes it as it is.
    expect(new URL(request.url).href).toBe(request.url);
    expect(new URL(request.url).searchParams.get("cursor")).toBe(value);
  });
});

describe("a signed prefix", () => {
  test.each([
    [undefined, "/bank/v1"],
    ["", ""],
    ["/inner", "/inner"],
  ])("a signature under the signed prefix %j covers %j ahead of the path", async (signedPrefix, covered) => {
    const draft = await session.request("echo", { message: "m" });
    const sealing = {
      envelope: scope.pack.envelope,
      baseUrl: "http://gateway.invalid/bank/v1",
      ...(signedPrefix === undefined ? {} : { signedPrefix }),
      signer: session.party,
      timestampSeconds: 1,
      times: scope.pack.times,
      nonce: "n".repeat(24),
      timeoutMs: 1,
      codecOf: scope.pack.codecOf,
      places: [],
      keys: () => ({}),
      sealedUnder: [],
      secret: undefined,
      encryption: undefined,
      fresh: (count: number) => new Uint8Array(count),
    };
    const signed: string[] = [];
    const seen: string[] = [];
    const request = seal(draft, sealing, {
      target: (target) => (seen.push(target), target),
      signed: (message) => (signed.push(message.target), message),
      mayKeep: true,
    });
    expect(request.url).toBe("http://gateway.invalid/bank/v1/v1/echo");
    expect(signed).toEqual([`${covered}/v1/echo`]);
    // A check that changes the path stays below the base path.
    expect(seen).toEqual(["/v1/echo"]);
  });
});

describe("a tamper", () => {
  const without: Readonly<Record<string, Tamper>> = {
    target: { target: (target) => target.replaceAll("never there", "x") },
    body: { body: (bytes) => Uint8Array.from(bytes) },
    timestamp: { timestamp: (now) => now },
    nonce: { nonce: (nonce) => nonce },
    signer: { signer: session.party },
    signed: { signed: (parts) => ({ ...parts, body: Buffer.from(parts.body) }) },
    sign: { sign: (base, signer) => signer.sign(base) },
    signature: { signature: (bytes) => bytes.slice() },
    identity: { identity: (identity) => ({ ...identity }) },
    // Nothing is encrypted here.
    ciphertext: { ciphertext: () => new Uint8Array(16) },
    carried: { carried: () => new Uint8Array(16) },
    claims: { claims: (claims) => ({ ...claims }) },
    headers: { headers: (headers) => [...headers] },
    wire: { wire: (request) => ({ ...request, body: request.body.slice() }) },
  };

  test.each(Object.keys(without))("a tamper that leaves its %s as it was is an error of the harness", async (layer) => {
    const draft = await session.request("echo", { message: "m" });
    const seal = (): unknown => session.seal(draft, { tamper: without[layer] ?? {} });
    expect(seal).toThrow(TamperWithoutEffect);
    expect(seal).toThrow(`"${layer === "sign" ? "signature" : layer}"`);
    expect(() => session.seal(draft, { tamper: { ...without[layer], mayKeep: true } })).not.toThrow();
  });

  test("a tamper that changes its layer is sealed", async () => {
    const draft = await session.request("echo", { message: "m" });
    const request = session.seal(draft, { tamper: { body: () => new TextEncoder().encode("{}") } });
    expect(new TextDecoder().decode(request.body)).toBe("{}");
  });
});
