import { AlipaySdk } from "alipay-sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestKey } from "../../simulator/testing/keys.ts";
import { PARTY, rsaKey, startAlipay } from "./alipay-gateway.ts";
import type { AlipayGateway } from "./alipay-gateway.ts";

/*
 * Alipay's own client for Node against the pack alipay-v2, over a real socket and unmodified: it signs our requests,
 * verifies every answer (`validateSign`) and a notification with code that shares nothing with ours.
 */

type Form = Readonly<Record<string, string>>;

describe("alipay-sdk against the pack alipay-v2", () => {
  const [bankKey, partyKey, strangeKey] = [rsaKey("ALIPAY-1"), rsaKey("P1001-1"), rsaKey("STRANGE-1")];
  const zone = process.env["TZ"];
  let alipay: AlipayGateway;

  const clientWith = (key: TestKey, trusted: TestKey = bankKey): AlipaySdk =>
    new AlipaySdk({
      appId: PARTY,
      keyType: "PKCS8",
      privateKey: key.privatePem,
      alipayPublicKey: trusted.publicPem,
      gateway: alipay.url,
      camelcase: false,
    });
  const exec = (method: string, bizContent: object, notifyUrl?: string, client = clientWith(partyKey)) =>
    client.exec(
      method,
      { biz_content: bizContent, ...(notifyUrl === undefined ? {} : { notify_url: notifyUrl }) },
      { validateSign: true },
    );

  beforeAll(async () => {
    // The client writes local times of the machine that it runs on.
    process.env["TZ"] = "Asia/Shanghai";
    alipay = await startAlipay(bankKey, partyKey);
  });

  afterAll(async () => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    await alipay.close();
    expect(alipay.bank.internalErrors).toEqual([]);
  });

  const pay = (number: string, more: object = {}) => ({
    out_trade_no: number,
    scene: "bar_code",
    auth_code: alipay.bank.scenario("buyer.funded")["auth_code"],
    subject: "测试商品 a+b=c & 50%",
    total_amount: "12.34",
    ...more,
  });

  test("alipay-sdk pays, queries, refunds and believes every answer", async () => {
    const paid = await exec("alipay.trade.pay", pay("SDK-000001"), alipay.notifyUrl);
    expect(paid).toMatchObject({ code: "10000", out_trade_no: "SDK-000001", total_amount: "12.34" });
    const queried = await exec("alipay.trade.query", { out_trade_no: "SDK-000001" });
    expect(queried).toMatchObject({ code: "10000", trade_status: "TRADE_SUCCESS", trade_no: paid["trade_no"] });
    const refund = { out_trade_no: "SDK-000001", out_request_no: "SDK-R00001", refund_amount: "2.34" };
    expect(await exec("alipay.trade.refund", refund)).toMatchObject({ code: "10000", refund_fee: "2.34" });
    const { refund_amount: _amount, ...key } = refund;
    expect(await exec("alipay.trade.fastpay.refund.query", key)).toMatchObject({ refund_amount: "2.34" });
  });

  test("alipay-sdk prepares a trade and closes it", async () => {
    const order = { out_trade_no: "SDK-000002", subject: "x", total_amount: "1.00" };
    expect(await exec("alipay.trade.precreate", order)).toMatchObject({ code: "10000" });
    expect(await exec("alipay.trade.close", { out_trade_no: "SDK-000002" })).toMatchObject({ code: "10000" });
    expect(await exec("alipay.trade.query", { out_trade_no: "SDK-000002" })).toMatchObject({
      trade_status: "TRADE_CLOSED",
    });
  });

  test("alipay-sdk believes refusals too, and reads their codes", async () => {
    expect(await exec("alipay.trade.query", { out_trade_no: "SDK-999999" })).toMatchObject({
      code: "40004",
      sub_code: "ACQ.TRADE_NOT_EXIST",
    });
    // It looks for the signed text under the method's name, and so verifies no error_response.
    expect(await clientWith(partyKey).exec("alipay.no.such")).toMatchObject({ sub_code: "isv.invalid-method" });
    const refused = await exec("alipay.trade.query", { out_trade_no: "SDK-000001" }, undefined, clientWith(strangeKey));
    expect(refused).toMatchObject({ code: "40002", sub_code: "isv.invalid-signature" });
  });

  test("alipay-sdk believes the notification, and none that was changed", async () => {
    const form: Form = Object.fromEntries(new URLSearchParams(await alipay.notified));
    expect(form).toMatchObject({ app_id: PARTY, out_trade_no: "SDK-000001", trade_status: "TRADE_SUCCESS" });
    expect(clientWith(partyKey).checkNotifySignV2({ ...form })).toBe(true);
    expect(clientWith(partyKey).checkNotifySignV2({ ...form, total_amount: "0.01" })).toBe(false);
    expect(clientWith(partyKey, strangeKey).checkNotifySignV2({ ...form })).toBe(false);
  });

  test("alipay-sdk rejects an answer that another key has signed", async () => {
    const wary = clientWith(partyKey, strangeKey);
    await expect(exec("alipay.trade.query", { out_trade_no: "SDK-000001" }, undefined, wary)).rejects.toThrow(
      "验签失败",
    );
  });
});
