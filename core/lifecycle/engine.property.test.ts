import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendar } from "../calendar/calendar.ts";
import { Ledger } from "../ledger/ledger.ts";
import { feeOf } from "../money/fee.ts";
import { compilePack } from "../pack/compile.ts";
import { loadPack } from "../pack/load.ts";
import { RowMap } from "../unit/row-map.ts";
import { runUnit } from "../unit/run.ts";
import type { Json, Reading, Unit } from "../unit/unit.ts";
import { Workspace } from "../unit/workspace.ts";
import { createEngine } from "./engine.ts";
import type { CallResult } from "./call-result.ts";
import type { PartyRecord } from "./party.ts";
import { joinKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Timer } from "./timer.ts";

const pack = compilePack(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));
const { manifest } = pack.source;
const dates = calendar(manifest.timeZone, manifest.policies.cutover.at);
const PARTY: PartyRecord = { party_id: "P1001", index: "0001", notify_prefixes: [] };
const OPENING = 10_000;
const ACCOUNTS = ["6222000000000001", "6222000000000002", "6222000000000003"] as const;
const SETTLEMENTS = ["now", "late-success", "late-failure"] as const;
const FINAL = new Map(
  pack.source.lifecycles.map((lifecycle) => [
    lifecycle.resource,
    new Set(
      Object.entries(lifecycle.states)
        .filter(([, state]) => state.final === true)
        .map(([name]) => name),
    ),
  ]),
);

/** The pack's rules over a map, with a clock that only the script moves. */
class World {
  readonly rows = new RowMap();
  readonly ledger = new Ledger(manifest.accounts, (timeMs) => dates.businessDate(timeMs));
  now = Date.parse("2026-11-22T12:00:00+08:00");
  #draws = 0;
  readonly engine = createEngine(pack, this.ledger, {
    currencies: manifest.currencies,
    fee: (rule, amount) => feeOf(manifest.fees, rule, amount),
    calendar: dates,
    table: () => ({ rows: 0, bytes: new Uint8Array(0) }),
    party: () => PARTY,
    self: () => ({ base_url: "", role: "bank", party_id: "BANK01" }),
    keys: () => [],
  });

  constructor() {
    this.do((work) =>
      this.ledger.post(
        work,
        {
          kind: "opening",
          debit: "cash:opening",
          credit: "settlement:P1001",
          amount: { value: 500, currency: "CNY" },
          reference: "opening",
        },
        this.now,
      ),
    );
    for (const [index, account_no] of ACCOUNTS.entries()) {
      this.do((work) =>
        this.engine.place(
          work,
          "account",
          "OPEN",
          {
            account_no,
            holder_name: "甲",
            id_no: "1",
            mobile: "1",
            sms_code: "123456",
            settlement: SETTLEMENTS[index] ?? "now",
            refunds: index === 1 ? "late" : "now",
            payouts: "now",
          },
          this.#moment(),
        ),
      );
      this.do((work) =>
        this.ledger.post(
          work,
          {
            kind: "opening",
            debit: "cash:opening",
            credit: `customer:${account_no}`,
            amount: { value: OPENING, currency: "CNY" },
            reference: "opening",
          },
          this.now,
        ),
      );
    }
  }

  do<T>(step: (work: Workspace) => Reading<T>): T {
    return runUnit(
      this.rows,
      (function* (): Unit<T> {
        const work = new Workspace();
        return work.outcome(yield* step(work));
      })(),
    );
  }

  #moment(): { now: number; entropy: Uint8Array } {
    this.#draws += 1;
    const entropy = new Uint8Array(16);
    new DataView(entropy.buffer).setUint32(0, this.#draws);
    new DataView(entropy.buffer).setUint32(8, 7);
    return { now: this.now, entropy };
  }

  call(id: string, request: Readonly<Record<string, Json>>): CallResult {
    return this.do((work) =>
      this.engine.call(work, {
        interface: pack.interface(id),
        party: PARTY,
        request: { party_id: "P1001", ...request },
        ...this.#moment(),
      }),
    );
  }

  /** Time passes, and what falls due in it happens in order. */
  wait(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const { keys, values } = this.rows.scan({ collection: "timer", from: "", below: "\x7f", limit: 1 });
      const [key, timer] = [keys[0], values[0]];
      if (key === undefined || Number(key.slice(0, 15)) > until) break;
      this.now = Math.max(this.now, Number(key.slice(0, 15)));
      const engine = this.engine;
      const moment = this.#moment();
      this.do(function* (work) {
        work.put("timer", key, undefined);
        return yield* engine.fire(work, timer as unknown as Timer, moment);
      });
    }
    this.now = until;
  }

  all(resource: string): readonly Row[] {
    return this.rows.scan({ collection: `row.${resource}`, from: "", below: "\x7f", limit: 10_000 })
      .values as unknown as Row[];
  }
}

const number = fc.nat(4);
const value = fc.integer({ min: 1, max: 4_000 });
type Act = (world: World, bindings: string[]) => void;
const acts: readonly fc.Arbitrary<Act>[] = [
  fc.tuple(number, fc.nat(3), value).map(
    ([order, which, amount]): Act =>
      (world, bindings) =>
        void world.call("payment.create", {
          out_trade_no: `order-${order}`,
          binding_id: bindings[which] ?? "bnd_nobody",
          amount: { value: amount, currency: "CNY" },
          description: "x",
        }),
  ),
  fc.tuple(number, number, value).map(
    ([refund, order, amount]): Act =>
      (world) =>
        void world.call("refund.create", {
          out_refund_no: `refund-${refund}`,
          out_trade_no: `order-${order}`,
          amount: { value: amount, currency: "CNY" },
        }),
  ),
  number.map(
    (order): Act =>
      (world) =>
        void world.call("payment.close", { out_trade_no: `order-${order}` }),
  ),
  fc.tuple(number, fc.nat(2), value).map(
    ([payout, to, amount]): Act =>
      (world) =>
        void world.call("payout.create", {
          out_payout_no: `payout-${payout}`,
          payee_name: "甲",
          payee_account_no: ACCOUNTS[to] ?? "",
          amount: { value: amount, currency: "CNY" },
          purpose: "01",
        }),
  ),
  fc.tuple(number, fc.nat(2)).map(([bind, account]): Act => (world, bindings) => {
    const applied = world.call("binding.apply", {
      out_bind_no: `bind-${bind}`,
      holder_name: "甲",
      account_no: ACCOUNTS[account] ?? "",
      id_type: "01",
      id_no: "1",
      mobile: "1",
    });
    if (applied.kind === "answer" && !applied.replayed)
      bindings.push(String((applied.body as Record<string, Json>)["binding_id"]));
  }),
  fc.tuple(fc.nat(3), fc.boolean()).map(
    ([which, right]): Act =>
      (world, bindings) =>
        void world.call("binding.confirm", {
          binding_id: bindings[which] ?? "bnd_nobody",
          sms_code: right ? "123456" : "000000",
        }),
  ),
  fc.nat(3).map(
    (which): Act =>
      (world, bindings) =>
        void world.call("binding.cancel", { binding_id: bindings[which] ?? "bnd_nobody" }),
  ),
  fc.constantFrom(500, 2_000, 60_000, 400_000).map(
    (ms): Act =>
      (world) =>
        world.wait(ms),
  ),
];

describe("any sequence of calls", () => {
  test("any sequence of calls keeps money, refund limits and final states", () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.oneof(...acts), { minLength: 10, maxLength: 60 }), (script) => {
        const world = new World();
        const bindings: string[] = [];
        for (const act of [
          // So that most scripts come to paying at all.
          ...ACCOUNTS.map((account_no, index): Act => () => {
            const applied = world.call("binding.apply", {
              out_bind_no: `bind-first-${index}`,
              holder_name: "甲",
              account_no,
              id_type: "01",
              id_no: "1",
              mobile: "1",
            });
            const binding_id = String(((applied as { body?: Json }).body as Record<string, Json>)["binding_id"]);
            bindings.push(binding_id);
            world.call("binding.confirm", { binding_id, sms_code: "123456" });
          }),
          ...script,
        ]) {
          const before = new Map(
            ["payment", "refund", "payout", "binding", "closure"].flatMap((resource) =>
              world
                .all(resource)
                .map(
                  (row) =>
                    [JSON.stringify([resource, pack.lifecycle(resource).key.map((name) => row[name])]), row] as const,
                ),
            ),
          );
          act(world, bindings);
          let sum = 0;
          for (const [index, balance] of world.rows
            .scan({ collection: "account", from: "", below: "\x7f", limit: 100 })
            .values.entries()) {
            const key =
              world.rows.scan({ collection: "account", from: "", below: "\x7f", limit: 100 }).keys[index] ?? "";
            const kind = manifest.accounts[decodeURIComponent(key).split(":")[0] ?? ""];
            const { posted, reserved } = balance as { posted: number; reserved: number };
            sum += kind?.normal === "debit" ? posted : -posted;
            if (kind?.neverNegative === true) expect(posted - reserved).toBeGreaterThanOrEqual(0);
          }
          expect(sum).toBe(0);
          const active = world
            .all("binding")
            .filter(({ state }) => state === "ACTIVE")
            .map((row) => row["account_no"]);
          expect(new Set(active).size).toBe(active.length);
          const refunds = world.all("refund");
          for (const payment of world.all("payment")) {
            const mine = refunds.filter(
              (refund) =>
                refund["out_trade_no"] === payment["out_trade_no"] &&
                ["PROCESSING", "SUCCEEDED"].includes(refund.state),
            );
            const refunded = mine.reduce((total, refund) => total + (refund["amount"] as { value: number }).value, 0);
            expect(refunded).toBeLessThanOrEqual((payment["amount"] as { value: number }).value);
            expect((payment["refunded"] as { value: number } | undefined)?.value ?? 0).toBe(refunded);
            expect(payment["refund_count"]).toBe(mine.length);
          }
          for (const resource of ["payment", "refund", "payout", "binding", "closure"]) {
            for (const row of world.all(resource)) {
              reached.add(`${resource} ${row.state}`);
              const was = before.get(JSON.stringify([resource, pack.lifecycle(resource).key.map((name) => row[name])]));
              if (was !== undefined && FINAL.get(resource)?.has(was.state) === true) expect(row.state).toBe(was.state);
              if (resource === "binding") expect(Number(row["attempts"])).toBeLessThanOrEqual(3);
            }
          }
          // A number is paid or closed, not both.
          const closed = new Set(world.all("closure").map((row) => row["out_trade_no"]));
          for (const payment of world.all("payment")) expect(closed.has(payment["out_trade_no"] ?? "")).toBe(false);
        }
        // In the end nothing is pending, and all money is where it was but for what was paid.
        world.wait(86_400_000);
        expect(world.rows.scan({ collection: "hold", from: "", below: "\x7f", limit: 10 }).keys).toEqual([]);
        for (const payment of world.all("payment")) expect(payment.state).not.toBe("PROCESSING");
      }),
      { numRuns: 60, seed: 20261122 },
    );
    // The scripts did come to where the rules matter.
    for (const state of [
      "payment SUCCEEDED",
      "payment FAILED",
      "payment PROCESSING",
      "refund SUCCEEDED",
      "refund PROCESSING",
      "payout SUCCEEDED",
      "binding ACTIVE",
      "binding CANCELLED",
      "binding EXPIRED",
      "closure CLOSED",
    ])
      expect(reached).toContain(state);
  });
});

describe("units", () => {
  const pay = { out_trade_no: "order-1", amount: { value: 100, currency: "CNY" }, description: "x" };
  const bound = (world: World): string => {
    const applied = world.call("binding.apply", {
      out_bind_no: "bind-1",
      holder_name: "甲",
      account_no: ACCOUNTS[0],
      id_type: "01",
      id_no: "1",
      mobile: "1",
    });
    const binding_id = String(((applied as { body?: Json }).body as Record<string, Json>)["binding_id"]);
    world.call("binding.confirm", { binding_id, sms_code: "123456" });
    return binding_id;
  };

  test("a unit that is run again with the same entropy gives the same answer", () => {
    const [one, other] = [new World(), new World()];
    expect(one.call("payment.create", { ...pay, binding_id: bound(one) })).toMatchObject({ kind: "answer" });
    const body = (world: World): Json | undefined =>
      (world.call("payment.query", { out_trade_no: "order-1" }) as { body?: Json }).body;
    other.call("payment.create", { ...pay, binding_id: bound(other) });
    expect(body(other)).toEqual(body(one));
  });

  test("a number repeated with other fields is inconsistent even after a decline", () => {
    const world = new World();
    const binding_id = bound(world);
    world.call("payment.create", { ...pay, binding_id });
    expect(world.call("payment.create", { ...pay, binding_id, description: "y" })).toEqual({
      kind: "refusal",
      code: "CONTEXT_INCONSISTENT",
    });
    expect(world.call("payment.create", { ...pay, binding_id })).toMatchObject({ kind: "answer", replayed: true });
  });

  test("a declined call is decided anew when its number comes again", () => {
    const world = new World();
    const binding_id = bound(world);
    const dear = { ...pay, binding_id, amount: { value: OPENING + 100, currency: "CNY" } };
    expect(world.call("payment.create", dear)).toEqual({ kind: "refusal", code: "INSUFFICIENT_FUNDS" });
    world.do((work) =>
      world.ledger.post(
        work,
        {
          kind: "opening",
          debit: "cash:opening",
          credit: `customer:${ACCOUNTS[0]}`,
          amount: { value: 100, currency: "CNY" },
          reference: "more",
        },
        world.now,
      ),
    );
    expect(world.call("payment.create", dear)).toMatchObject({ kind: "answer" });
  });

  test("a timer set for an earlier stay in a state is ignored in a later one", () => {
    const world = new World();
    const binding_id = bound(world);
    const key = joinKey(["P1001", binding_id]);
    const before = world.all("binding");
    world.do((work) =>
      world.engine.fire(
        work,
        { resource: "binding", key, transition: "expire", entered: 1 },
        { now: world.now, entropy: new Uint8Array(16) },
      ),
    );
    expect(world.all("binding")).toEqual(before);
  });
});
