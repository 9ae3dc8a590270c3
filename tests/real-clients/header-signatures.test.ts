import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { AlipaySdk } from "alipay-sdk";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";
import type { VerifyConfig } from "http-message-signatures";
import { FlattenedSign, flattenedVerify, importPKCS8, importSPKI } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { openSigningKey, openVerifyingKey, pairScheme } from "../../core/signature/schemes.ts";
import { startServer } from "../../simulator/http/server.ts";
import type { RunningServer } from "../../simulator/http/server.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";

/*
 * Clients that we did not write, over a real socket, each on the pack of its signatures: they sign our requests and
 * judge our answers and a notification with code that shares nothing with ours.
 */

const PARTY = "P1001";
const runtime = liveRuntime();

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly url: string;
  readonly method: string;
}

interface Side {
  readonly bank: TestBank;
  readonly url: string;
  readonly partyKey: TestKey;
  readonly bankKey: TestKey;
  /** The notifications that have come. */
  readonly received: readonly Message[];
  close(): Promise<void>;
}

function keyOf(serial: string, algorithm: string, scheme: string): TestKey {
  const { privatePem, publicPem } = pairScheme(scheme).generate();
  const [signing, verifying] = [
    openSigningKey(scheme, { privateKey: privatePem }),
    openVerifyingKey(scheme, { publicKey: publicPem }),
  ];
  if (signing.kind !== "private" || verifying.kind !== "public") throw new TypeError(`${scheme} has no pairs`);
  return { serial, algorithm, privatePem, publicPem, privateKey: signing, publicKey: verifying };
}

/** A bank of a pack that listens, and a receiver of its notifications. */
async function sideOf(pack: string, algorithm: string): Promise<Side> {
  const compiled = compilePack(loadPack(fileURLToPath(new URL(`../../specs/${pack}`, import.meta.url))));
  const scheme = compiled.envelope.algorithms[algorithm] ?? "";
  const [partyKey, bankKey] = [keyOf("P1001-KEY", algorithm, scheme), keyOf("BANK01-KEY", algorithm, scheme)];
  const received: Message[] = [];
  const receiver: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { headers, url = "", method = "" } = request;
      received.push({ headers: headers as Record<string, string>, body, url, method });
      response.writeHead(204).end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const notifyUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/told`;
  let server: RunningServer | undefined;
  const bank = await startBank({
    runtime,
    pack: compiled,
    parties: [{ id: PARTY, key: partyKey, notifyUrl }],
    ownKeys: [bankKey],
    options: { baseUrl: () => server?.url ?? "" },
  });
  server = await startServer({ app: bank.simulator.app, hostname: "127.0.0.1", port: 0 });
  const listening = server;
  return {
    bank,
    url: listening.url,
    partyKey,
    bankKey,
    received,
    close: async () => {
      expect(bank.internalErrors).toEqual([]);
      bank.simulator.stop();
      await listening.close();
      receiver.close();
    },
  };
}

const wrongly = (text: string): string => (text.startsWith("A") ? "B" : "A") + text.slice(1);

describe("alipay-sdk on the pack alipay-v3", () => {
  let side: Side;
  let client: AlipaySdk;
  const clientWith = (alipayPublicKey: string, privateKey = side.partyKey.privatePem): AlipaySdk =>
    new AlipaySdk({ appId: PARTY, privateKey, alipayPublicKey, keyType: "PKCS8", endpoint: side.url });
  const pemBody = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");

  beforeAll(async () => {
    side = await sideOf("alipay-v3", "ALIPAY-SHA256withRSA");
    client = clientWith(pemBody(side.bankKey.publicPem), pemBody(side.partyKey.privatePem));
  });
  afterAll(() => side.close());

  const order = (outTradeNo: string) => ({
    app_id: PARTY,
    out_trade_no: outTradeNo,
    agreement_no: side.bank.scenario("customer.funded")["agreement_no"],
    total_amount: { value: "1.00", currency: "CNY" },
    subject: "一杯咖啡",
  });

  test("the client pays, queries, refunds and verifies every answer", async () => {
    const paid = await client.curl("POST", "/v3/alipay/trade/pay", { body: order("sdk-order-1") });
    expect(paid.responseHttpStatus).toBe(200);
    expect(paid.data).toMatchObject({ out_trade_no: "sdk-order-1", trade_status: "TRADE_SUCCESS" });
    const asked = { app_id: PARTY, out_trade_no: "sdk-order-1" };
    const queried = await client.curl("POST", "/v3/alipay/trade/query", { body: asked });
    expect(queried.data).toEqual(paid.data);
    const refunded = await client.curl("POST", "/v3/alipay/trade/refund", {
      body: { ...asked, out_request_no: "sdk-refund-1", total_amount: { value: "0.40", currency: "CNY" } },
    });
    expect(refunded.data).toMatchObject({ out_request_no: "sdk-refund-1", trade_status: "TRADE_SUCCESS" });
    const closing = client.curl("POST", "/v3/alipay/trade/close", { body: asked });
    await expect(closing).rejects.toMatchObject({ code: "TRADE_HAS_SUCCESS" });
  });

  test("the client's signature under another key is refused", async () => {
    const stranger = pairScheme("rsa2048").generate();
    const other = clientWith(pemBody(side.bankKey.publicPem), pemBody(stranger.privatePem));
    await expect(other.curl("POST", "/v3/alipay/trade/pay", { body: order("sdk-order-2") })).rejects.toMatchObject({
      code: "INVALID_SIGNATURE",
      responseHttpStatus: 401,
    });
  });

  test("the client rejects an answer of another bank's key", async () => {
    const stranger = pairScheme("rsa2048").generate();
    const other = clientWith(pemBody(stranger.publicPem), pemBody(side.partyKey.privatePem));
    await expect(other.curl("POST", "/v3/alipay/trade/pay", { body: order("sdk-order-3") })).rejects.toMatchObject({
      code: "response-signature-verify-error",
    });
  });
});

describe("jose on the pack open-banking-jws", () => {
  let side: Side;
  beforeAll(async () => {
    side = await sideOf("open-banking-jws", "PS256");
  });
  afterAll(() => side.close());

  const NAMES = ["iat", "iss", "tan"].map((name) => `http://openbanking.org.uk/${name}`);
  const CRIT = { crit: Object.fromEntries(NAMES.map((name) => [name, true])) };
  const signed = async (body: string): Promise<string> => {
    const { protected: header, signature } = await new FlattenedSign(new TextEncoder().encode(body))
      .setProtectedHeader({
        alg: "PS256",
        kid: side.partyKey.serial,
        "http://openbanking.org.uk/iat": Math.floor(Date.now() / 1000),
        "http://openbanking.org.uk/iss": PARTY,
        "http://openbanking.org.uk/tan": "openbanking.org.uk",
        crit: NAMES,
      })
      .sign(await importPKCS8(side.partyKey.privatePem, "PS256"), CRIT);
    return `${header ?? ""}..${signature}`;
  };
  /** @throws where the signature of a message is not right. */
  const verified = async (header: string | null | undefined, body: string): Promise<unknown> => {
    const [text = "", , signature = ""] = (header ?? "").split(".");
    const payload = Buffer.from(body).toString("base64url");
    await flattenedVerify(
      { protected: text, payload, signature },
      await importSPKI(side.bankKey.publicPem, "PS256"),
      CRIT,
    );
    return JSON.parse(body) as unknown;
  };
  const calling = async (method: string, path: string, said?: unknown, change = (value: string) => value) => {
    const body = said === undefined ? "" : JSON.stringify(said);
    const answer = await fetch(side.url + path, {
      method,
      headers: { "Content-Type": "application/json", "x-jws-signature": change(await signed(body)) },
      ...(said === undefined ? {} : { body }),
    });
    return { status: answer.status, said: await verified(answer.headers.get("x-jws-signature"), await answer.text()) };
  };
  const PAYMENTS = "/open-banking/v3.1/pisp/domestic-payments";
  const payment = (number: string) => ({
    organisation_id: PARTY,
    end_to_end_identification: number,
    consent_id: side.bank.scenario("customer.funded")["consent_id"],
    instructed_amount: { value: "1.00", currency: "CNY" },
    reference: "a cup of coffee",
  });

  test("it pays, queries, and verifies answers and the notification", async () => {
    const paid = await calling("POST", PAYMENTS, payment("jose-order-1"));
    expect(paid).toMatchObject({ status: 200, said: { status: "SUCCEEDED" } });
    const queried = await calling("GET", `${PAYMENTS}/jose-order-1?organisation_id=${PARTY}`);
    expect(queried).toEqual(paid);
    await expect.poll(() => side.received.length).toBeGreaterThan(0);
    const [told] = side.received;
    const said = await verified(told?.headers["x-jws-signature"], told?.body ?? "");
    expect(said).toMatchObject({ payment: { end_to_end_identification: "jose-order-1" } });
    await expect(verified(told?.headers["x-jws-signature"], `${told?.body ?? ""} `)).rejects.toThrow(/verification/);
  });

  test("its signature with a sign changed is refused, and the refusal is signed", async () => {
    const refused = await calling("POST", PAYMENTS, payment("jose-order-2"), (value) =>
      value.replace(/\.\.(.*)$/, (_all, text: string) => `..${wrongly(text)}`),
    );
    expect(refused).toMatchObject({ status: 401, said: { code: "SIGN_ERROR" } });
  });
});

describe("http-message-signatures on the pack rfc9421", () => {
  let side: Side;
  beforeAll(async () => {
    side = await sideOf("rfc9421", "ed25519");
  });
  afterAll(() => side.close());

  const digestOf = (body: string): string => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  const config = (): VerifyConfig => ({
    keyLookup: async ({ keyid }) =>
      keyid === side.bankKey.serial
        ? { id: keyid, algs: ["ed25519"], verify: createVerifier(side.bankKey.publicPem, "ed25519") }
        : null,
    requiredFields: ["content-digest"],
    tolerance: 300,
  });
  const calling = async (method: string, path: string, said?: unknown, change = (value: string) => value) => {
    const body = said === undefined ? "" : JSON.stringify(said);
    const url = side.url + path;
    const request = await httpbis.signMessage(
      {
        key: createSigner(side.partyKey.privatePem, "ed25519", side.partyKey.serial),
        fields: ["@method", "@request-target", "content-digest", "client-id"],
        params: ["created", "keyid", "alg", "nonce"],
        paramValues: { nonce: randomUUID() },
      },
      { method, url, headers: { "Content-Digest": digestOf(body), "Client-Id": PARTY } },
    );
    const { Signature = "", ...others } = request.headers as Record<string, string>;
    const answer = await fetch(url, {
      method,
      headers: { ...others, "Content-Type": "application/json", Signature: change(Signature) },
      ...(said === undefined ? {} : { body }),
    });
    const text = await answer.text();
    const headers = Object.fromEntries(answer.headers);
    expect(headers["content-digest"]).toBe(digestOf(text));
    expect(await httpbis.verifyMessage(config(), { status: answer.status, headers })).toBe(true);
    return { status: answer.status, said: JSON.parse(text) as unknown };
  };
  const CHARGES = "/payments/v1/charges";
  const charge = (number: string) => ({
    client_id: PARTY,
    payment_no: number,
    mandate_id: side.bank.scenario("customer.funded")["mandate_id"],
    amount: { value: 100, currency: "CNY" },
    description: "a cup of coffee",
  });

  test("it pays, queries, and verifies answers and the notification", async () => {
    const paid = await calling("POST", CHARGES, charge("rfc-order-1"));
    expect(paid).toMatchObject({ status: 200, said: { status: "SUCCEEDED" } });
    expect(await calling("GET", `${CHARGES}/rfc-order-1?client_id=${PARTY}`)).toEqual(paid);
    await expect.poll(() => side.received.length).toBeGreaterThan(0);
    const [told] = side.received;
    const { method = "", headers = {}, url = "", body = "" } = told ?? {};
    expect(headers["content-digest"]).toBe(digestOf(body));
    const request = { method, headers, url: `http://127.0.0.1${url}` };
    expect(await httpbis.verifyMessage(config(), request)).toBe(true);
    await expect(httpbis.verifyMessage(config(), { ...request, method: "PUT" })).resolves.toBe(false);
  });

  test("its signature with a sign changed is refused, and the refusal is signed", async () => {
    const refused = await calling("POST", CHARGES, charge("rfc-order-2"), (value) =>
      value.replace(/=:(.*)$/, (_all, text: string) => `=:${wrongly(text)}`),
    );
    expect(refused).toMatchObject({ status: 401, said: { code: "SIGN_ERROR" } });
  });
});

afterAll(() => runtime.close());
