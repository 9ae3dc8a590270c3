import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinKey } from "../../core/lifecycle/rows.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import { openSealingKey } from "../../core/sealing/secret.ts";
import { rsa2048 } from "../../core/signature/rsa.ts";
import { sm2 } from "../../core/signature/sm2.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestClient } from "../../simulator/testing/client.ts";
import { RSA, SM2 } from "../../simulator/testing/keys.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";

/* Orders, refunds and the bill of a day as WeChat Pay APIv3 has them. Its SDKs are tried in tests/real-clients. */

const DAY_MS = 86_400_000;
const NOTIFY = "http://127.0.0.1:9/notify";

const SCHEMES = { [RSA]: rsa2048, [SM2]: sm2 };

function keyOf(algorithm: typeof RSA | typeof SM2, serial: string): TestKey {
  const scheme = SCHEMES[algorithm];
  const { privatePem, publicPem } = scheme.generate();
  const [privateKey, publicKey] = [scheme.privateKey(privatePem), scheme.publicKey(publicPem)];
  return { serial, algorithm, privatePem, publicPem, privateKey, publicKey };
}

let bank: TestBank;
let client: TestClient;
beforeAll(async () => {
  const pack = compilePack(loadPack(fileURLToPath(new URL("../../specs/wechat-v3", import.meta.url))));
  const sealing = (algorithm: string) =>
    openSealingKey(pack.source.manifest.policies, "0123456789abcdef0123456789ABCDEF", algorithm);
  bank = await startBank({
    pack,
    parties: [
      { id: "P1001", key: keyOf(RSA, "MERCHANT1"), notifyPrefixes: [NOTIFY], sealing: sealing(RSA) },
      { id: "P1002", key: keyOf(SM2, "MERCHANT2"), notifyPrefixes: [NOTIFY], sealing: sealing(SM2) },
    ],
    ownKeys: [keyOf(RSA, "WECHAT1"), keyOf(SM2, "WECHAT2")],
    options: { deliver: false },
  });
  client = bank.client;
});
afterAll(() => {
  expect(bank.internalErrors).toEqual([]);
  bank.simulator.stop();
});

const order = (scenario: string, out_trade_no: string, total: number) =>
  client.call("POST", "/v3/pay/transactions/native", {
    appid: bank.scenario(scenario)["appid"] ?? "",
    mchid: "P1001",
    description: "一杯咖啡, 大杯",
    out_trade_no,
    notify_url: NOTIFY,
    amount: { total },
  });
const query = (out_trade_no: string) =>
  client.call("GET", `/v3/pay/transactions/out-trade-no/${out_trade_no}?mchid=P1001`);
const closed = (out_trade_no: string) =>
  client.call("POST", `/v3/pay/transactions/out-trade-no/${out_trade_no}/close`, { mchid: "P1001" });

test("certificates are those of the merchant's algorithm, sealed as goes with it", async () => {
  const list = async (merchant: TestClient, query = "") => {
    const { text } = await merchant.call("GET", `/v3/certificates${query}`);
    const { data } = JSON.parse(text) as {
      readonly data: readonly {
        readonly serial_no: string;
        readonly encrypt_certificate: { readonly algorithm: string };
      }[];
    };
    return data.map((one) => [one.serial_no, one.encrypt_certificate.algorithm]);
  };
  expect(await list(client)).toEqual([["WECHAT1", "AEAD_AES_256_GCM"]]);
  expect(await list(bank.clientOf("P1002"))).toEqual([["WECHAT2", "AEAD_SM4_GCM"]]);
  expect(await list(client, "?algorithm_type=ALL")).toEqual([
    ["WECHAT1", "AEAD_AES_256_GCM"],
    ["WECHAT2", "AEAD_AES_256_GCM"],
  ]);
});

test("an open order is answered with the same code again, and with its end after that", async () => {
  const first = await order("payer.waits", "OPEN-0001", 100);
  expect((await order("payer.waits", "OPEN-0001", 100)).json).toEqual(first.json);
  expect((await order("payer.waits", "OPEN-0001", 101)).code).toBe("INVALID_REQUEST");
  await bank.simulator.operate({ resource: "transaction", key: joinKey(["P1001", "OPEN-0001"]), transition: "pay" });
  expect((await query("OPEN-0001")).json).toMatchObject({ trade_state: "SUCCESS", trade_state_desc: "支付成功" });
  expect((await order("payer.waits", "OPEN-0001", 100)).code).toBe("ORDER_PAID");
  expect((await closed("OPEN-0001")).code).toBe("ORDER_PAID");

  await order("payer.waits", "OPEN-0002", 100);
  expect([(await closed("OPEN-0002")).status, (await closed("OPEN-0002")).status]).toEqual([204, 204]);
  expect((await order("payer.waits", "OPEN-0002", 100)).code).toBe("ORDER_CLOSED");
});

test("the bill of a day has its orders and refunds under the real titles, and totals", async () => {
  await order("payer.pays", "BILL-0001", 1234);
  const refund = {
    out_trade_no: "BILL-0001",
    out_refund_no: "BILL-R1",
    amount: { refund: 34, total: 1234, currency: "CNY" },
  };
  expect((await client.call("POST", "/v3/refund/domestic/refunds", refund)).json).toMatchObject({ status: "SUCCESS" });
  const paid = await query("BILL-0001");
  const date = String(paid.json["success_time"]).slice(0, 10);
  bank.simulator.clock.advance(2 * DAY_MS);
  const told = (await client.call("GET", `/v3/bill/tradebill?bill_date=${date}&bill_type=ALL`)).json;
  const file = await client.call("GET", String(told["download_url"]).replace("https://bank.test", ""));
  // A decoder takes the byte order mark away.
  expect(createHash("sha1").update(`\uFEFF${file.text}`).digest("hex")).toBe(told["hash_value"]);

  const [titles, ...lines] = file.text.split("\r\n");
  expect(titles).toBe(
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
  );
  const own = lines.filter((line) => line.includes("`BILL-0001,"));
  expect(own).toHaveLength(2);
  expect(own[0]).toContain(
    '`SUCCESS,`OTHERS,`CNY,`12.34,`0.00,`0,`0,`0.00,`0.00,`,`,"`一杯咖啡, 大杯",`,`0.00000,`0.00%,`12.34,`0.00,`',
  );
  expect(own[1]).toContain("`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030");
  expect(own[1]).toContain(",`BILL-R1,`0.34,`0.00,`ORIGINAL,`SUCCESS,");
  expect(lines.slice(-3)).toEqual([
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
    "`3,`13.34,`0.34,`0.00,`0.00000,`13.34,`0.34",
    "",
  ]);
  const refunds = await client.call("GET", `/v3/bill/tradebill?bill_date=${date}&bill_type=REFUND`);
  const only = await client.call("GET", String(refunds.json["download_url"]).replace("https://bank.test", ""));
  expect(only.text.split("\r\n").at(-2)).toBe("`1,`0.00,`0.34,`0.00,`0.00000,`0.00,`0.34");
});
