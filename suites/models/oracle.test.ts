import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import type { Scenario } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { Mismatch, Oracle, agrees } from "./oracle.ts";
import { groupOf } from "./steps.ts";
import { universe } from "./universe.ts";

const source = loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url)));
const scenario = (id: string): Scenario => source.scenarios.find((one) => one.id === id) as Scenario;
const money = (value: number): Json => ({ value, currency: "CNY" });
const pay = { party_id: "P1", out_trade_no: "NUMBER-A", binding_id: "theirs", amount: money(100), description: "tea" };
const back = { party_id: "P1", out_refund_no: "REFUND-A", out_trade_no: "NUMBER-A", amount: money(60) };
const view = (state: string, refunded = 0): Json => ({
  ...pay,
  state,
  refunded: money(refunded),
  transaction_id: "whatever",
  created_at: "2026-11-22T21:00:00+08:00",
});

function oracle(): Oracle {
  const rules = universe(source, "bank", { party_id: "P1", index: "0001", notify_prefixes: [] }, 1_790_000_000_000);
  return new Oracle(
    rules,
    rules.begin(scenario("customer.funded"), { binding_id: "theirs" }, [
      scenario("payment.settles-late-success"),
      scenario("refund.settles-late"),
    ]),
  );
}
const good = (json: Json): { readonly status: number; readonly code: undefined; readonly json: Json } => ({
  status: 200,
  code: undefined,
  json,
});
const refused = (
  status: number,
  code: string,
): { readonly status: number; readonly code: string; readonly json: Json } => ({ status, code, json: { code } });

describe("the oracle", () => {
  test("the oracle accepts a payment that succeeds at once or after processing", () => {
    for (const states of [
      ["SUCCEEDED", "SUCCEEDED"],
      ["PROCESSING", "PROCESSING", "SUCCEEDED"],
    ]) {
      const one = oracle();
      const [first, ...then] = states;
      one.hear("payment.create", pay, good(view(first as string)));
      for (const state of then)
        one.hear("payment.query", { party_id: "P1", out_trade_no: "NUMBER-A" }, good(view(state)));
      expect(one.possible).toBeGreaterThan(0);
    }
  });

  test("the oracle refuses a succeeded payment that goes back or fails", () => {
    const one = oracle();
    one.hear("payment.create", pay, good(view("SUCCEEDED")));
    const query = { party_id: "P1", out_trade_no: "NUMBER-A" };
    expect(() => one.hear("payment.query", query, good(view("PROCESSING")))).toThrow(Mismatch);
    expect(() => one.hear("payment.query", query, good(view("FAILED")))).toThrow(Mismatch);
    one.hear("payment.query", query, good(view("SUCCEEDED")));
  });

  test("the oracle counts refunds, and accepts a repeated payment as it was or is", () => {
    const one = oracle();
    one.hear("payment.create", pay, good(view("SUCCEEDED")));
    one.hear("refund.create", back, good({ ...back, state: "SUCCEEDED", refund_id: "r" }));
    expect(() =>
      one.hear(
        "refund.create",
        { ...back, out_refund_no: "REFUND-B" },
        good({ ...back, out_refund_no: "REFUND-B", state: "SUCCEEDED" }),
      ),
    ).toThrow(/REFUND_EXCEEDS_PAYMENT/);
    one.hear("refund.create", { ...back, out_refund_no: "REFUND-B" }, refused(403, "REFUND_EXCEEDS_PAYMENT"));
    one.hear("payment.create", pay, good(view("SUCCEEDED", 0)));
    one.hear("payment.create", pay, good(view("SUCCEEDED", 60)));
    expect(() => one.hear("payment.create", pay, good(view("SUCCEEDED", 59)))).toThrow(Mismatch);
  });

  test("the oracle gives up after too many unknown outcomes", () => {
    const one = oracle();
    const followed = Array.from({ length: 30 }, (_each, index) =>
      one.hearNothing("payment.create", { ...pay, out_trade_no: `NUMBER-${index}` }),
    );
    expect([followed[0], followed.at(-1)]).toEqual([true, false]);
    expect(one.possible).toBeLessThanOrEqual(128);
  });

  test("the oracle demands the right code, and a tombstone that holds", () => {
    const one = oracle();
    const close = { party_id: "P1", out_trade_no: "NUMBER-A" };
    one.hear("payment.close", close, good({ ...close, state: "CLOSED", created_at: "x" }));
    expect(() => one.hear("payment.create", pay, good(view("SUCCEEDED")))).toThrow(/ORDER_CLOSED/);
    expect(() => one.hear("payment.create", pay, refused(409, "ORDER_PAID"))).toThrow(Mismatch);
    one.hear("payment.create", pay, refused(409, "ORDER_CLOSED"));
  });

  test("the oracle compares exactly what can be known", () => {
    expect(agrees({ id: "x", amount: 1 }, { id: "a", amount: 1 }, { id: "b", amount: 1 })).toBe(true);
    expect(agrees({ id: "x", amount: 2 }, { id: "a", amount: 1 }, { id: "b", amount: 1 })).toBe(false);
    expect(agrees(undefined, { amount: 1 }, { amount: 1 })).toBe(false);
    expect(agrees({ more: 1 }, { fee: 0 }, { fee: 0 })).toBe(true);
  });

  test("the oracle names the field that differs from what comes nearest", () => {
    const one = oracle();
    one.hear("payment.create", pay, good(view("SUCCEEDED")));
    const differing = (told: Parameters<Oracle["hear"]>[2]): unknown => {
      try {
        one.hear("payment.create", pay, told);
      } catch (mismatch) {
        return (mismatch as Mismatch).differing;
      }
      return undefined;
    };
    expect(differing(good(view("SUCCEEDED", 59)))).toEqual(["/refunded/value"]);
    expect(differing(refused(409, "ORDER_PAID"))).toEqual([]);
  });

  test("the interfaces of a group are read off the lifecycles", () => {
    const { interfaces, numbers } = groupOf(source, "bank", "payment");
    expect(interfaces.map((one) => one.id).sort()).toEqual([
      "payment.close",
      "payment.create",
      "payment.query",
      "refund.create",
      "refund.query",
    ]);
    expect([...numbers].sort()).toEqual(["out_refund_no", "out_trade_no"]);
  });

  test("a group has what its members are made upon, unless the model knows it", () => {
    const payout = { resource: "payout", key: { out_payout_no: "$request.out_payout_no" }, else: "PAYOUT_NOT_FOUND" };
    const uponPayouts = {
      ...source,
      lifecycles: source.lifecycles.map((one) =>
        one.resource === "refund"
          ? { ...one, transitions: one.transitions.map((each) => ({ ...each, load: { ...each.load, payout } })) }
          : one,
      ),
    };
    const ids = (known: readonly string[]): readonly string[] =>
      groupOf(uponPayouts, "bank", "payment", known).interfaces.map(({ id }) => id);
    expect(ids([])).toContain("payout.create");
    expect(ids(["payout"])).not.toContain("payout.create");
  });
});
