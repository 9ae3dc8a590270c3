import { verify } from "node:crypto";
import { AlipaySdk } from "alipay-sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { generateBodySecret, openBodyKey } from "../../core/sealing/body/key.ts";
import type { BodySealingPolicy } from "../../core/sealing/body/policy.ts";
import { startServer } from "../../simulator/http/server.ts";
import type { RunningServer } from "../../simulator/http/server.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";
import { encryptedPack } from "../../trials/encrypted-pack.ts";
import type { Encryptable } from "../../trials/encrypted-pack.ts";
import { rsaKey } from "./alipay-gateway.ts";

/*
 * Alipay's own client for Node with `needEncrypt`, unmodified, over a real socket: it encrypts with code that shares
 * nothing with ours, and decrypts our answers.
 */

const PARTY = "P1001";

interface Gateway {
  readonly url: string;
  readonly bank: TestBank;
  readonly secret: string;
  readonly partyKey: TestKey;
  readonly bankKey: TestKey;
  close(): Promise<void>;
}

async function gatewayOf(name: Encryptable, algorithm: string): Promise<Gateway> {
  const pack = compilePack(loadPack(encryptedPack(name)));
  const policy = pack.source.manifest.policies.bodySealing as BodySealingPolicy;
  const secret = generateBodySecret(policy);
  const [partyKey, bankKey] = [rsaKey("P1001-1"), rsaKey("ALIPAY-1")].map((key) => ({ ...key, algorithm })) as [
    TestKey,
    TestKey,
  ];
  const bank = await startBank({
    runtime: liveRuntime(),
    pack,
    parties: [{ id: PARTY, key: partyKey, sealing: openBodyKey(policy, secret) }],
    ownKeys: [bankKey],
  });
  const server: RunningServer = await startServer({ app: bank.simulator.app, hostname: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    bank,
    secret,
    partyKey,
    bankKey,
    close: async () => {
      expect(bank.internalErrors).toEqual([]);
      await server.abort();
      bank.simulator.stop();
    },
  };
}

const pemBody = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");

const clientOf = ({ url, partyKey, bankKey, secret }: Gateway, encryptKey = secret): AlipaySdk =>
  new AlipaySdk({
    appId: PARTY,
    keyType: "PKCS8",
    privateKey: pemBody(partyKey.privatePem),
    alipayPublicKey: pemBody(bankKey.publicPem),
    gateway: `${url}/gateway.do`,
    endpoint: url,
    encryptKey,
    camelcase: false,
  });

describe("alipay-sdk with needEncrypt against the encrypted form of alipay-v2", () => {
  const zone = process.env["TZ"];
  let gateway: Gateway;

  beforeAll(async () => {
    // The client writes local times of the machine that it runs on.
    process.env["TZ"] = "Asia/Shanghai";
    gateway = await gatewayOf("alipay-v2", "RSA2");
  });
  afterAll(async () => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    await gateway.close();
  });

  const order = { out_trade_no: "AES-000001", total_amount: "12.34", subject: "测试商品 a+b=c & 50%" };
  const pay = () => ({ ...order, scene: "bar_code", auth_code: gateway.bank.scenario("buyer.funded")["auth_code"] });
  const exec = (method: string, bizContent: object, client = clientOf(gateway), needEncrypt = true) =>
    client.exec(method, { biz_content: bizContent, ...(needEncrypt ? { needEncrypt } : {}) });

  test("alipay-sdk pays and queries with encrypted content", async () => {
    const paid = await exec("alipay.trade.pay", pay());
    expect(paid).toMatchObject({ code: "10000", out_trade_no: "AES-000001", total_amount: "12.34" });
    const queried = await exec("alipay.trade.query", { out_trade_no: "AES-000001" });
    expect(queried).toMatchObject({ code: "10000", trade_status: "TRADE_SUCCESS", trade_no: paid["trade_no"] });
  });

  test("an encrypted answer is signed with its quotes, as Alipay's Java SDK reads it", () => {
    // The SDK for Node looks for an object where the signed text stands, and verifies no encrypted answer of v2.
    const [entry] = gateway.bank.simulator.journal.entries().filter((one) => one.interface === "trade.query");
    const text = Buffer.from(entry?.response?.body ?? "").toString();
    const [, signed = "", sign = ""] =
      /^\{"alipay_trade_query_response":("[^"]+"),"sign":"([^"]+)"\}$/u.exec(text) ?? [];
    expect(verify("sha256", Buffer.from(signed), gateway.bankKey.publicPem, Buffer.from(sign, "base64"))).toBe(true);
  });

  test("alipay-sdk is refused in clear, and with another secret", async () => {
    const inClear = await exec("alipay.trade.query", { out_trade_no: "AES-000001" }, clientOf(gateway), false);
    expect(inClear).toMatchObject({ code: "40002" });
    const policy = gateway.bank.pack.source.manifest.policies.bodySealing as BodySealingPolicy;
    const other = clientOf(gateway, generateBodySecret(policy));
    expect(await exec("alipay.trade.query", { out_trade_no: "AES-000001" }, other)).toMatchObject({
      code: "40002",
      sub_code: "isv.invalid-format",
    });
  });
});

describe("alipay-sdk with needEncrypt against the encrypted form of alipay-v3", () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await gatewayOf("alipay-v3", "ALIPAY-SHA256withRSA");
  });
  afterAll(() => gateway.close());

  test("alipay-sdk pays, verifies the encrypted answer and decrypts it", async () => {
    const paid = await clientOf(gateway).curl("POST", "/v3/alipay/trade/pay", {
      needEncrypt: true,
      body: {
        app_id: PARTY,
        out_trade_no: "aes-order-1",
        agreement_no: gateway.bank.scenario("customer.funded")["agreement_no"],
        total_amount: { value: "1.00", currency: "CNY" },
        subject: "一杯咖啡",
      },
    });
    expect(paid.data).toMatchObject({ out_trade_no: "aes-order-1", trade_status: "TRADE_SUCCESS" });
  });

  test("alipay-sdk reads the code of a refusal, and is refused in clear", async () => {
    const asked = { app_id: PARTY, out_trade_no: "no-such-order" };
    const client = clientOf(gateway);
    await expect(
      client.curl("POST", "/v3/alipay/trade/query", { needEncrypt: true, body: asked }),
    ).rejects.toMatchObject({ code: "TRADE_NOT_EXIST" });
    await expect(client.curl("POST", "/v3/alipay/trade/query", { body: asked })).rejects.toMatchObject({
      responseHttpStatus: 415,
    });
  });
});
