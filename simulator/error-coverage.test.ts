import { afterAll, describe, expect, test } from "vitest";
import { memoryStore } from "./store/memory.ts";
import { P1001, startBank } from "./testing/bank.ts";
import type { TestBank } from "./testing/bank.ts";
import type { TestAnswer } from "./testing/client.ts";
import { Gate, turns } from "./testing/gate.ts";
import { namedKey } from "./testing/keys.ts";
import { cooperationPack } from "./testing/packs.ts";

const pack = cooperationPack();
/** The modules of payments; those that come beside them are judged whole by `trials/modules.test.ts`. */
const MODULES = ["account", "keys", "payment", "payout", "reconciliation"];
const elsewhere = new Set(
  (pack.source.modules ?? []).flatMap(({ name, holds }) => (MODULES.includes(name) ? [] : holds.errors)),
);
const DECLARED = pack.source.errors
  .map(({ code }) => code)
  .filter((code) => !elsewhere.has(code))
  .toSorted();
const seen = new Set<string>();

type Provoke = (bank: TestBank) => Promise<TestAnswer>;
interface Way {
  /** `state`: the bank is in a situation that calls for it; `request`: the message does; `fault`: only a switched-on fault does. */
  readonly by: "state" | "request" | "fault";
  readonly provoke: Provoke;
  readonly gate?: Gate;
  readonly maxInFlight?: number;
}

const state = (provoke: Provoke): Way => ({ by: "state", provoke });
const request = (provoke: Provoke): Way => ({ by: "request", provoke });
const fault = (name: string): Way => ({
  by: "fault",
  provoke: async (bank) => {
    bank.simulator.switchboard.switchOn({ name });
    return echo(bank);
  },
});

const P = { party_id: "P1001" };
const echo = (bank: TestBank, broken = {}): Promise<TestAnswer> =>
  bank.client.call("POST", "/v1/echo", { ...P, message: "x" }, broken);
const binding = (bank: TestBank, scenario = "customer.funded"): string => bank.scenario(scenario)["binding_id"] ?? "";
const good = async (call: Promise<TestAnswer>): Promise<TestAnswer> => {
  const answer = await call;
  expect(answer.code, answer.text).toBeUndefined();
  return answer;
};

const applyFor = (bank: TestBank, number: string, more = {}): Promise<TestAnswer> => {
  const { holder_name, account_no, id_no, mobile } = bank.scenario("customer.applies");
  return bank.client.call("POST", "/v1/bindings", {
    ...P,
    out_bind_no: number,
    holder_name,
    account_no,
    id_type: "01",
    id_no,
    mobile,
    ...more,
  });
};
const applied = async (bank: TestBank, number: string): Promise<{ id: string; code: string }> => {
  const id = (await good(applyFor(bank, number))).json["binding_id"] ?? "";
  const row = (await bank.rows("row.binding")).find(({ value }) => value["binding_id"] === id);
  return { id, code: String(row?.value["sms_code"]) };
};
const confirm = (bank: TestBank, id: string, code: string): Promise<TestAnswer> =>
  bank.client.call("POST", `/v1/bindings/${id}/confirm`, { ...P, sms_code: code });
const other = (code: string): string => (code === "000000" ? "111111" : "000000");
const frozen = async (bank: TestBank): Promise<void> => {
  const payee = String(bank.scenario("payout.payee")["payee_account_no"]);
  expect((await bank.simulator.operate({ resource: "account", key: payee, transition: "freeze" })).kind).toBe("done");
};

/** How each declared code is met on the simulator. */
const WAYS: Readonly<Record<string, Way>> = {
  ROUTE_NOT_FOUND: request((bank) => bank.client.call("GET", "/v1/nothing")),
  METHOD_NOT_ALLOWED: request((bank) => bank.client.call("DELETE", "/v1/payments")),
  PAYLOAD_TOO_LARGE: request((bank) => echo(bank, { body: "too-large" })),
  UNSUPPORTED_MEDIA_TYPE: request((bank) => echo(bank, { contentType: "text/plain" })),
  SIGN_ERROR: request((bank) => echo(bank, { key: namedKey("a stranger") })),
  TIMESTAMP_OUT_OF_WINDOW: request((bank) => echo(bank, { timestamp: "1000000000" })),
  NONCE_REUSED: state(async (bank) => {
    await good(echo(bank, { nonce: "nonce-used-twice" }));
    return echo(bank, { nonce: "nonce-used-twice" });
  }),
  MALFORMED_BODY: request((bank) =>
    bank.client.call("POST", "/v1/echo", new TextEncoder().encode('{"party_id":"P1001","message":"x"')),
  ),
  PARAM_ERROR: request((bank) => bank.client.call("POST", "/v1/echo", { ...P, massage: "x" })),
  PARTY_MISMATCH: request((bank) => bank.client.call("POST", "/v1/echo", { party_id: "P1002", message: "x" })),
  CONTEXT_INCONSISTENT: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank), 100));
    return bank.client.pay("order-0001", binding(bank), 101);
  }),
  ORDER_PROCESSING: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank, "payment.settles-late-success"), 100));
    return bank.client.close("order-0001");
  }),
  ORDER_PAID: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank), 100));
    return bank.client.close("order-0001");
  }),
  ORDER_CLOSED: state(async (bank) => {
    await good(bank.client.close("order-0001"));
    return bank.client.pay("order-0001", binding(bank), 100);
  }),
  BINDING_NOT_FOUND: request((bank) => bank.client.get("/v1/bindings/bnd_nobody")),
  ORDER_NOT_FOUND: request((bank) => bank.client.get("/v1/payments/order-none")),
  REFUND_NOT_FOUND: request((bank) => bank.client.get("/v1/refunds/refund-none")),
  PAYOUT_NOT_FOUND: request((bank) => bank.client.get("/v1/payouts/payout-none")),
  ACCOUNT_NOT_FOUND: request((bank) =>
    bank.client.payOut("payout-0001", { payee_name: "无名氏", payee_account_no: "6222000000000000" }, 100),
  ),
  SMS_ATTEMPTS_EXHAUSTED: state(async (bank) => {
    const { id, code } = await applied(bank, "bind-0001");
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect((await confirm(bank, id, other(code))).code).toBe("SMS_CODE_WRONG");
    return confirm(bank, id, code);
  }),
  SMS_CODE_EXPIRED: state(async (bank) => {
    const { id, code } = await applied(bank, "bind-0001");
    bank.simulator.clock.advance(301_000);
    return confirm(bank, id, code);
  }),
  CURRENCY_NOT_SUPPORTED: request((bank) =>
    bank.client.pay("order-0001", binding(bank), 1, { amount: { value: 100, currency: "USD" } }),
  ),
  NOTIFY_URL_NOT_ALLOWED: request((bank) =>
    bank.client.pay("order-0001", binding(bank), 100, { notify_url: "https://evil.test/notify" }),
  ),
  STATEMENT_RANGE: request((bank) =>
    bank.client.get("/v1/settlement/statement", "&from_date=2026-11-22&to_date=2026-11-21"),
  ),
  BINDING_NOT_ACTIVE: state(async (bank) => {
    await good(bank.client.call("POST", `/v1/bindings/${binding(bank)}/cancel`, P));
    return bank.client.pay("order-0001", binding(bank), 100);
  }),
  ORDER_NOT_REFUNDABLE: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank, "payment.settles-late-failure"), 100));
    return bank.client.refund("refund-0001", "order-0001", 100);
  }),
  IDENTITY_MISMATCH: state((bank) => applyFor(bank, "bind-0001", { mobile: "13800138000" })),
  ACCOUNT_FROZEN: state(async (bank) => {
    await frozen(bank);
    return bank.client.payOut("payout-0001", bank.scenario("payout.payee"), 100);
  }),
  SMS_CODE_WRONG: state(async (bank) => {
    const { id, code } = await applied(bank, "bind-0001");
    return confirm(bank, id, other(code));
  }),
  REFUND_COUNT_EXCEEDED: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank), 100));
    for (let index = 0; index < 50; index += 1) await good(bank.client.refund(`refund-${index}`, "order-0001", 1));
    return bank.client.refund("refund-51", "order-0001", 1);
  }),
  REFUND_EXCEEDS_PAYMENT: state(async (bank) => {
    await good(bank.client.pay("order-0001", binding(bank), 100));
    await good(bank.client.refund("refund-0001", "order-0001", 60));
    return bank.client.refund("refund-0002", "order-0001", 41);
  }),
  INSUFFICIENT_FUNDS: state((bank) => bank.client.pay("order-0001", binding(bank, "customer.low-balance"), 101)),
  SETTLEMENT_INSUFFICIENT: state(async (bank) => {
    const available =
      (await good(bank.client.get("/v1/settlement/balance", "&currency=CNY"))).json["available"]?.["value"] ?? 0;
    // The fee of 100 fen is what no longer fits.
    return bank.client.payOut("payout-0001", bank.scenario("payout.payee"), available - 99);
  }),
  BINDING_EXISTS: state(async (bank) => {
    const [first, second] = [await applied(bank, "bind-0001"), await applied(bank, "bind-0002")];
    await good(confirm(bank, first.id, first.code));
    return confirm(bank, second.id, second.code);
  }),
  BILL_NOT_FOUND: request((bank) => bank.client.get("/v1/bills/2099-01-01")),
  BILL_NOT_READY: state((bank) =>
    bank.client.get(
      `/v1/bills/${new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai", dateStyle: "short" }).format(bank.simulator.clock.runtime.now())}`,
    ),
  ),
  NOTIFICATION_MISMATCH: state(async (bank) => {
    const platform = await startBank({ pack, role: "platform", parties: [{ ...P1001, id: "BANK01" }] });
    const payment = (await good(bank.client.pay("order-never-made", binding(bank), 100))).json;
    const answer = await platform.client.call("POST", "/notify/payment", {
      notify_id: "ntf_000001",
      event: "payment.result",
      occurred_at: "2026-11-22T12:00:00+08:00",
      payment,
    });
    platform.simulator.stop();
    expect(platform.internalErrors).toEqual([]);
    return answer;
  }),
  FREQUENCY_LIMITED: {
    ...state(async (bank) => {
      WAYS["FREQUENCY_LIMITED"]?.gate?.hold();
      const waiting = bank.client.get("/v1/keys");
      await turns();
      const refused = await bank.client.get("/v1/keys");
      WAYS["FREQUENCY_LIMITED"]?.gate?.release();
      await good(waiting);
      return refused;
    }),
    gate: new Gate(),
    maxInFlight: 1,
  },
  SERVICE_UNAVAILABLE: fault("service-unavailable"),
  SYSTEM_ERROR: fault("server-error"),
};

describe("every declared code is met", () => {
  test.each(Object.entries(WAYS).map(([code, way]) => ({ code, way })))(
    "$way.by gives $code",
    async ({ code, way }) => {
      const bank = await startBank({
        pack,
        parties: [P1001],
        store: memoryStore(way.gate === undefined ? {} : { flush: way.gate.flush }),
        options: way.maxInFlight === undefined ? {} : { maxInFlight: way.maxInFlight },
      });
      const answer = await way.provoke(bank);
      bank.simulator.stop();
      expect(bank.internalErrors).toEqual([]);
      expect(answer.code, answer.text).toBe(code);
      expect(answer.status).toBe(pack.error(code).status);
      expect(answer.signed).toBe(true);
      seen.add(code);
    },
  );

  test("the table provokes exactly the codes that the modules of payments declare", () => {
    expect(Object.keys(WAYS).sort()).toEqual(DECLARED);
  });

  test("the codes provoked by a fault are those that the pack ascribes to faults", () => {
    const byFault = Object.entries(WAYS)
      .filter(([, way]) => way.by === "fault")
      .map(([code]) => code);
    for (const code of byFault) expect(pack.error(code).stage).toBe("system");
  });
});

afterAll(() => {
  // Actually met, not only listed.
  expect([...seen].sort()).toEqual(DECLARED);
});
