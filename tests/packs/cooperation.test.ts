import { describe, expect, it } from "vitest";
import { joinKey } from "../../core/lifecycle/rows.ts";
import type { CallResult } from "../../core/lifecycle/call-result.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { namedKey } from "../../simulator/testing/keys.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";

/** What the reference pack says, seen on the wire and in the rows. Notifications stay in the outbox. */

const PLATFORM = { id: "P1001", key: namedKey("P1001-KEY-1"), notifyUrl: "https://platform.test/notify" };
const bankThatKeepsNotifications = (): Promise<TestBank> =>
  startBank({ parties: [PLATFORM], options: { deliver: false } });

const money = (value: number): Json => ({ value, currency: "CNY" });

const moment = (bank: TestBank): { now: number; entropy: Uint8Array } => ({
  now: bank.simulator.clock.runtime.now(),
  entropy: new Uint8Array(16),
});

async function notified(bank: TestBank): Promise<readonly Json[]> {
  return (await bank.rows("outbox")).map(({ value }) => value["body"] as Json);
}

describe("payouts", () => {
  it.each([
    ["payout.payee", 0],
    ["payout.returned", 1],
  ] as const)("payouts to %s leave %i timers behind", async (scenario, timers) => {
    const bank = await bankThatKeepsNotifications();
    expect((await bank.client.payOut("PAYOUT-1", bank.scenario(scenario), 500)).json["state"]).toBe("SUCCEEDED");
    expect((await bank.rows("timer")).map(({ value }) => value["transition"])).toEqual(
      Array.from({ length: timers }, () => "return"),
    );
    bank.simulator.stop();
  });
});

describe("what fails after it was taken", () => {
  it("a refund or payout that fails later says why, in answers and notifications", async () => {
    const bank = await bankThatKeepsNotifications();
    const { client, simulator } = bank;
    await client.pay("ORDER-0001", bank.scenario("refund.settles-late")["binding_id"] ?? "", 500);
    expect((await client.refund("REFUND-0001", "ORDER-0001", 500)).json["state"]).toBe("PROCESSING");
    expect((await client.payOut("PAYOUT-0001", bank.scenario("payout.settles-late"), 500)).json["state"]).toBe(
      "PROCESSING",
    );
    for (const [resource, number] of [
      ["refund", "REFUND-0001"],
      ["payout", "PAYOUT-0001"],
    ] as const) {
      expect(await simulator.operate({ resource, key: joinKey(["P1001", number]), transition: "fail" })).toMatchObject({
        kind: "done",
      });
      expect((await client.get(`/v1/${resource}s/${number}`)).json).toMatchObject({
        state: "FAILED",
        fail_code: "ACCOUNT_FROZEN",
      });
      expect(await notified(bank)).toContainEqual(
        expect.objectContaining({
          [resource]: expect.objectContaining({ state: "FAILED", fail_code: "ACCOUNT_FROZEN" }),
        }),
      );
    }
    expect(bank.internalErrors).toEqual([]);
    simulator.stop();
  });
});

describe("a binding", () => {
  async function applied(bank: TestBank): Promise<string> {
    const { holder_name, account_no, id_no, mobile } = bank.scenario("customer.applies");
    return (
      (
        await bank.client.call("POST", "/v1/bindings", {
          party_id: "P1001",
          out_bind_no: "BIND-0001",
          holder_name,
          account_no,
          id_type: "01",
          id_no,
          mobile,
        })
      ).json["binding_id"] ?? ""
    );
  }

  it("a binding is locked, and the platform told, by exactly the third wrong code", async () => {
    const bank = await bankThatKeepsNotifications();
    const bindingId = await applied(bank);
    const guess = async (): Promise<string | undefined> =>
      (await bank.client.call("POST", `/v1/bindings/${bindingId}/confirm`, { party_id: "P1001", sms_code: "000000" }))
        .code;
    expect([await guess(), await guess()]).toEqual(["SMS_CODE_WRONG", "SMS_CODE_WRONG"]);
    expect(await notified(bank)).toEqual([]);
    expect([await guess(), await guess()]).toEqual(["SMS_CODE_WRONG", "SMS_ATTEMPTS_EXHAUSTED"]);
    expect(await notified(bank)).toMatchObject([
      { event: "binding.change", binding: { binding_id: bindingId, state: "LOCKED" } },
    ]);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  it("a binding that a late confirmation finds expired is notified as expired", async () => {
    const bank = await bankThatKeepsNotifications();
    const bindingId = await applied(bank);
    const { engine, store } = bank.simulator;
    const row = (await bank.rows("row.binding")).find(({ value }) => value["binding_id"] === bindingId)?.value;
    const expired = Number(row?.["expires_at"]);
    const peer = bank.simulator.identity.peer("P1001");
    if (peer === undefined) throw new Error("P1001 is enrolled");
    const result = await store.transact(function* (): Unit<CallResult> {
      const work = new Workspace();
      return work.outcome(
        yield* engine.call(work, {
          interface: bank.pack.interface("binding.confirm"),
          party: peer.record,
          request: { party_id: "P1001", binding_id: bindingId, sms_code: "000000" },
          now: expired,
          entropy: new Uint8Array(16),
        }),
      );
    });
    expect(result).toEqual({ kind: "refusal", code: "SMS_CODE_EXPIRED" });
    expect(await notified(bank)).toMatchObject([{ binding: { binding_id: bindingId, state: "EXPIRED" } }]);
    bank.simulator.stop();
  });
});

describe("a statement", () => {
  it("a statement has a cursor exactly while more entries follow", async () => {
    const bank = await bankThatKeepsNotifications();
    const { binding_id } = bank.scenario("customer.funded");
    for (const number of ["ORDER-1", "ORDER-2", "ORDER-3", "ORDER-4"])
      await bank.client.pay(number, binding_id ?? "", 100);
    // From yesterday on: the cut-over may come between a payment and the question.
    const dates = bank.simulator.engine.evaluate(
      "from_date={$from}&to_date={$today}",
      { from: bank.simulator.engine.evaluate({ "date.add-days": ["$today", -1] }, {}, moment(bank)) },
      moment(bank),
    ) as string;
    const page = async (
      limit: number,
      cursor = "",
    ): Promise<{ readonly references: readonly string[]; readonly cursor: string | undefined }> => {
      const { json } = await bank.client.get(
        `/v1/bindings/${binding_id}/statement`,
        `&${dates}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      return {
        references: (json["entries"] as unknown as { reference: string }[]).map(({ reference }) => reference),
        cursor: json["next_cursor"],
      };
    };
    const all = (await page(200)).references;
    expect(all.slice(-4)).toEqual(["ORDER-1", "ORDER-2", "ORDER-3", "ORDER-4"]);
    // As many as there are: the page is full, and yet it is the last.
    expect(await page(all.length)).toEqual({ references: all, cursor: undefined });
    const first = await page(all.length - 1);
    expect(first).toEqual({ references: all.slice(0, -1), cursor: expect.any(String) });
    expect(await page(1, first.cursor)).toEqual({ references: ["ORDER-4"], cursor: undefined });
    bank.simulator.stop();
  });
});

describe("a bill", () => {
  it.each(["bill.get", "bill.download"])(
    "a bill as %s reads it has every entry of its day, however many they are",
    (id) => {
      const { entries } = cooperationPack().interface(id).read?.load ?? {};
      expect(entries).toEqual({
        entries: "settlement:{$request.party_id}",
        currency: "CNY",
        fromDate: "$request.bill_date",
        toDate: "$request.bill_date",
      });
    },
  );

  it("a bill is ready when the policy says, counted from cut-over", async () => {
    const { source } = cooperationPack();
    const { policies } = source.manifest;
    const pack = compilePack({
      ...source,
      manifest: {
        ...source.manifest,
        policies: { ...policies, cutover: { ...policies.cutover, billReadyAfterSeconds: 3_600 } },
      },
    });
    const bank = await startBank({ pack, parties: [PLATFORM], options: { deliver: false } });
    const { clock } = bank.simulator;
    const codeAt = async (time: string): Promise<string | undefined> => {
      clock.advance(Date.parse(time) - clock.runtime.now());
      return (await bank.client.get("/v1/bills/2031-05-01")).code;
    };
    expect([
      await codeAt("2031-05-01T23:00:00+08:00"),
      await codeAt("2031-05-02T00:59:50+08:00"),
      await codeAt("2031-05-02T01:00:10+08:00"),
    ]).toEqual(["BILL_NOT_READY", "BILL_NOT_READY", undefined]);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });
});

describe("an order of the platform", () => {
  const startPlatform = (): Promise<TestBank> =>
    startBank({
      role: "platform",
      parties: [{ id: "BANK01", key: namedKey("BANK01-KEY-1") }],
      ownKeys: [namedKey("P1001-KEY-1")],
    });
  const KEY = joinKey(["BANK01", "ORDER-0001"]);

  it("an order is created by the operator, queried by the bank, paid by notification", async () => {
    const platform = await startPlatform();
    const created = await platform.simulator.operate({
      resource: "order",
      transition: "create",
      input: { party_id: "BANK01", out_trade_no: "ORDER-0001", amount: money(1_250) },
    });
    expect(created).toMatchObject({
      kind: "done",
      row: { party_id: "BANK01", out_trade_no: "ORDER-0001", state: "CREATED", amount: money(1_250) },
    });
    const query = async (): Promise<unknown> => (await platform.client.get("/v1/orders/ORDER-0001")).json;
    expect(await query()).toEqual({
      party_id: "BANK01",
      out_trade_no: "ORDER-0001",
      state: "CREATED",
      amount: money(1_250),
    });
    const payment = {
      party_id: "P1001",
      out_trade_no: "ORDER-0001",
      transaction_id: "txn_0000000001",
      binding_id: "bnd_0000000001",
      state: "SUCCEEDED",
      amount: money(1_250),
      refunded: money(0),
      description: "x",
      created_at: "2026-11-22T21:00:00+08:00",
    };
    expect(
      (
        await platform.client.call("POST", "/notify/payment", {
          notify_id: "N0000001",
          event: "payment.result",
          occurred_at: "2026-11-22T21:00:00+08:00",
          payment,
        })
      ).status,
    ).toBe(204);
    expect(await query()).toMatchObject({ state: "PAID" });
    expect(platform.internalErrors).toEqual([]);
    platform.simulator.stop();
  });

  it("an order takes its number from the key too", async () => {
    const platform = await startPlatform();
    expect(
      await platform.simulator.operate({
        resource: "order",
        key: KEY,
        transition: "create",
        input: { amount: money(1) },
      }),
    ).toMatchObject({ kind: "done", row: { out_trade_no: "ORDER-0001" } });
    expect(
      await platform.simulator.operate({
        resource: "order",
        key: KEY,
        transition: "create",
        input: { amount: money(1) },
      }),
    ).toEqual({ kind: "not-now", state: "CREATED", from: ["ABSENT"] });
    platform.simulator.stop();
  });

  it.each<readonly [what: string, key: string | undefined, input: Readonly<Record<string, Json>>, field: string]>([
    ["without an amount", KEY, {}, "/amount"],
    ["of no money at all", KEY, { amount: money(0) }, "/amount/value"],
    ["with an undeclared field", KEY, { amount: money(1), amout: money(1) }, "/amout"],
    ["whose key and input differ", KEY, { amount: money(1), out_trade_no: "ORDER-0002" }, ""],
    ["without a number", undefined, { party_id: "BANK01", amount: money(1) }, "/out_trade_no"],
  ])("an order is refused when made %s", async (_what, key, input, field) => {
    const platform = await startPlatform();
    expect(
      await platform.simulator.operate({
        resource: "order",
        transition: "create",
        input,
        ...(key === undefined ? {} : { key }),
      }),
    ).toMatchObject({ kind: "bad-input", field });
    expect((await platform.rows("row.order")).map(({ key: made }) => made)).not.toContain(KEY);
    platform.simulator.stop();
  });
});
