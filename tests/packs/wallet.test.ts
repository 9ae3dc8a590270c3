import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestAnswer, TestClient } from "../../simulator/testing/client.ts";
import { serve } from "../../simulator/testing/socket.ts";
import { openTrial } from "../../trials/trial.ts";
import { walletPack } from "./wallet-pack.ts";
import { writtenPack } from "../../core/pack/testing/written-pack.ts";

const source = walletPack();
const folder = writtenPack(source);

describe("a wallet over a socket", () => {
  let bank: TestBank;
  let client: TestClient;
  let close: () => Promise<void>;
  beforeAll(async () => {
    bank = await startBank({ pack: compilePack(loadPack(folder)), options: { deliver: false } });
    ({ client, close } = await serve(bank));
  });
  afterAll(async () => {
    bank.simulator.stop();
    await close();
  });
  const mch = { mch_id: "P1001" };
  const create = (trade_no: string, more: object): Promise<TestAnswer> =>
    client.call("POST", "/wallet/trades", { ...mch, trade_no, total_amount: "88.80", ...more });

  it("plays a pack that has nothing wrong", () => {
    expect(checkPack(loadPack(folder))).toEqual([]);
    expect(bank.internalErrors).toEqual([]);
  });

  it("takes yuan and local times as texts, and keeps a list as it came", async () => {
    const goods = [{ id: "G1", tags: ["a", { b: 1 }] }];
    const made = await create("TRADE-0001", {
      total_amount: "0.5",
      time_expire: "20270101083000",
      goods_detail: goods,
    });
    expect([made.status, made.json]).toEqual([
      200,
      {
        trade_no: "TRADE-0001",
        trade_state: "NOTPAY",
        total_amount: "0.50",
        transaction_id: expect.stringMatching(/^4200[0-9]{24}$/u),
        gmt_create: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u),
        time_expire: "20270101083000",
        goods_detail: goods,
      },
    ]);
    const [row] = (await bank.rows("row.trade")).map(({ value }) => value);
    expect(row).toMatchObject({
      amount: { value: 50, currency: "CNY" },
      expires: Date.parse("2027-01-01T08:30:00+08:00"),
    });
    expect((await client.call("GET", "/wallet/trades/TRADE-0001?mch_id=P1001")).json).toEqual(made.json);
  });

  it("refuses an amount with more decimals than the currency has", async () => {
    const lax = JSON.parse(JSON.stringify(source).replaceAll("[0-9]{1,2}$", "[0-9]{1,3}$")) as typeof source;
    const other = await startBank({ pack: compilePack(lax) });
    const body = { ...mch, trade_no: "TRADE-0002", total_amount: "0.505" };
    const refused = await other.client.call("POST", "/wallet/trades", body);
    expect([refused.status, refused.code]).toEqual([400, "TRADE.AMOUNT"]);
    expect((await other.client.call("GET", "/wallet/trades/TRADE-0002?mch_id=P1001")).code).toBe("TRADE.NOT_EXIST");
    other.simulator.stop();
  });

  it("keeps no list of more than 64 Ki characters", async () => {
    const { engine, store } = bank.simulator;
    const fields = { party_id: "P1001", trade_no: "TRADE-BIG", goods: ["x".repeat(65_536)] };
    const placing = store.transact(function* (): Unit<unknown> {
      const work = new Workspace();
      const moment = { now: bank.runtime.now(), entropy: new Uint8Array(16) };
      return work.outcome(yield* engine.place(work, "trade", "NOTPAY", fields, moment));
    });
    await expect(placing).rejects.toThrow(/goods has 65540 characters as JSON, and at most 65536 are kept/u);
  });

  it("amends by PATCH, and closes behind a colon", async () => {
    await create("TRADE-0003", {});
    const amended = await client.call("PATCH", "/wallet/trades/TRADE-0003", { ...mch, attach: "note" });
    expect([amended.status, amended.json["attach"]]).toEqual([200, "note"]);
    expect((await client.call("POST", "/wallet/trades/TRADE-0003:close", mch)).status).toBe(204);
    expect((await client.call("PATCH", "/wallet/trades/TRADE-0003", { ...mch, attach: "late" })).code).toBe(
      "TRADE.CLOSED",
    );
    expect((await client.call("POST", "/wallet/trades/TRADE-0003:shut", mch)).code).toBe("METHOD_NOT_ALLOWED");
  });

  it("takes a code once, and has what was paid with it in the file of the day", async () => {
    const codes = [await client.call("POST", "/wallet/codes", mch), await client.call("POST", "/wallet/codes", mch)];
    const [first = "", second = ""] = codes.map(({ json }) => json["auth_code"]);
    expect(first).not.toBe(second);
    const pay = (trade_no: string, auth_code: string, total_amount: string): Promise<TestAnswer> =>
      client.call("POST", "/wallet/codes:pay", { ...mch, trade_no, auth_code, total_amount, subject: "coffee" });
    const paid = await pay("-PAID-2", first, "1.20");
    expect([paid.status, paid.json["trade_state"]]).toEqual([200, "PAID"]);
    expect((await pay("PAID-AGAIN", first, "1.20")).code).toBe("CODE.USED");
    expect((await pay("-PAID-1", second, "2.05")).status).toBe(200);
    const date = String(paid.json["gmt_create"]).slice(0, 10);
    const file = await client.call("GET", `/wallet/bills/${date}?mch_id=P1001`);
    expect(file.text).toBe("商户订单号,金额\n`-PAID-2,`1.20\n`-PAID-1,`2.05\n总笔数,总金额\n`2,`3.25\n");
    const other = await client.call("GET", "/wallet/bills/2020-01-01?mch_id=P1001");
    expect(other.text).toBe("商户订单号,金额\n总笔数,总金额\n`0,`0.00\n");
  });
});

it("the bank that plays a wallet passes what the pack demands of it", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: folder });
  try {
    const lines = await trial.judge({});
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]),
    ).toEqual([]);
    const judged = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of [
      "parsing.naughty-strings/code.pay",
      "contract.generated/code.pay",
      "errors.wrong-route/trade.close",
      "contract.valid-request/trade.amend",
      "idempotency.copies/trade.create",
    ])
      expect(judged).toContain(check);
    expect(trial.crashes).toEqual([]);
  } finally {
    await trial.close();
  }
});
