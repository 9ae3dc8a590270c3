import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { simulatedRuntime } from "../core/runtime/simulated.ts";
import type { SimulatedRuntime } from "../core/runtime/simulated.ts";
import type { TestBank } from "./testing/bank.ts";
import type { TestAnswer } from "./testing/client.ts";
import { cooperationPack } from "./testing/packs.ts";
import { bankInWorld } from "./testing/world.ts";

const pack = cooperationPack();
const FEN = (yuan: string): number => Math.round(Number(yuan) * 100);

interface Bill {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly footer: readonly string[];
  readonly text: string;
}

async function open(startAt: string): Promise<{
  world: SimulatedRuntime;
  bank: TestBank;
  to: (at: string) => Promise<void>;
  bill: (date: string) => Promise<Bill>;
  wait: <T>(promise: Promise<T>) => Promise<T>;
}> {
  const world = simulatedRuntime({ seed: 11, startAt: Date.parse(startAt) });
  const bank = await world.runUntil(bankInWorld(world, { pack, flushMs: 0 }));
  const wait = <T>(promise: Promise<T>): Promise<T> => world.runUntil(promise);
  return {
    world,
    bank,
    wait,
    to: (at) => world.run(Date.parse(at)),
    bill: async (date) => {
      const told = await wait(bank.client.get(`/v1/bills/${date}`));
      expect(told.code).toBeUndefined();
      const file = await wait(bank.client.get(`/v1/bills/${date}/file`));
      expect(file.status).toBe(200);
      expect(createHash("sha256").update(file.bytes).digest("hex")).toBe(told.json["hash_value"]);
      const lines = file.text.split("\r\n");
      expect(lines.pop()).toBe("");
      const names = (lines[0] ?? "").split(",");
      const rows = lines
        .slice(1, -1)
        .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell])));
      expect(told.json["row_count"]).toBe(rows.length);
      return { rows, footer: (lines.at(-1) ?? "").split(","), text: file.text };
    },
  };
}

const succeeded = (answer: TestAnswer): void =>
  expect([answer.code, answer.json["state"]]).toEqual([undefined, "SUCCEEDED"]);

/** Opening balance and what is on the bill give the closing balance; so do the file's own totals. */
function holdsTogether(bill: Bill, opening: number): number {
  let balance = opening;
  let [credits, debits] = [0, 0];
  for (const row of bill.rows) {
    const amount = FEN(row["amount"] ?? "");
    if (row["direction"] === "credit") credits += amount;
    else debits += amount;
    balance += row["direction"] === "credit" ? amount : -amount;
    expect(FEN(row["balance_after"] ?? "")).toBe(balance);
  }
  expect(bill.footer.map(Number)).toEqual([bill.rows.length, credits / 100, debits / 100]);
  return balance;
}

const CUTS = [
  { name: "an ordinary midnight", before: "2026-11-22", after: "2026-11-23" },
  { name: "the night before the leap day", before: "2028-02-28", after: "2028-02-29" },
  { name: "the night after the leap day", before: "2028-02-29", after: "2028-03-01" },
  { name: "the end of a common February", before: "2027-02-28", after: "2027-03-01" },
  { name: "the end of a month", before: "2026-11-30", after: "2026-12-01" },
  { name: "the end of a year", before: "2026-12-31", after: "2027-01-01" },
];

describe.each(CUTS)("$name", ({ before, after }) => {
  test("payments, refunds and payouts around the cut are each in exactly one bill", async () => {
    const { bank, wait, to, bill } = await open(`${before}T23:59:50+08:00`);
    const bound = bank.scenario("customer.funded")["binding_id"] ?? "";
    const payee = bank.scenario("payout.payee");
    const settlement = async (): Promise<number> =>
      (await wait(bank.client.get("/v1/settlement/balance", "&currency=CNY"))).json["posted"]?.["value"] ?? Number.NaN;

    await to(`${before}T23:59:59.999+08:00`);
    succeeded(await wait(bank.client.pay("eve-0001", bound, 10_050)));
    succeeded(await wait(bank.client.refund("eve-refund", "eve-0001", 50)));
    succeeded(await wait(bank.client.payOut("eve-payout", payee, 300)));
    const closing = await settlement();
    await to(`${after}T00:00:00+08:00`);
    const paid = await wait(bank.client.pay("morning-0001", bound, 20_000));
    succeeded(paid);
    expect(paid.json["business_date"]).toBe(after);
    succeeded(await wait(bank.client.refund("morning-refund", "eve-0001", 70)));
    succeeded(await wait(bank.client.payOut("morning-payout", payee, 500)));
    const nextClosing = await settlement();

    await to(`${after}T00:10:00+08:00`);
    const first = await bill(before);
    expect(first.rows.map((row) => `${row["kind"]} ${row["reference"]}`)).toEqual([
      "opening settlement.funded",
      "payment eve-0001",
      "fee eve-0001",
      "refund eve-refund",
      "payout eve-payout",
      "fee eve-payout",
    ]);
    expect(holdsTogether(first, 0)).toBe(closing);

    await to(`${after}T23:59:59.999+08:00`);
    succeeded(await wait(bank.client.pay("night-0001", bound, 1)));
    const lastClosing = await settlement();
    await to(new Date(Date.parse(`${after}T00:10:00+08:00`) + 86_400_000).toISOString());
    const second = await bill(after);
    // A fee of a payment of one fen rounds to nothing, and nothing is not booked.
    expect(second.rows.map((row) => `${row["kind"]} ${row["reference"]}`)).toEqual([
      "payment morning-0001",
      "fee morning-0001",
      "refund morning-refund",
      "payout morning-payout",
      "fee morning-payout",
      "payment night-0001",
    ]);
    expect(holdsTogether(second, closing)).toBe(lastClosing);
    expect(lastClosing).toBe(nextClosing + 1);
    // Twice the same bytes, also after the days that followed.
    expect((await bill(before)).text).toBe(first.text);
    const ids = [...first.rows, ...second.rows].map((row) => row["entry_id"]);
    expect(new Set(ids).size).toBe(ids.length);
    bank.simulator.stop();
    expect(bank.internalErrors).toEqual([]);
  });
});

test("a bill is ready from ten past midnight for 90 days", async () => {
  const { bank, wait, to } = await open("2026-11-22T12:00:00+08:00");
  const code = async (date: string, path = ""): Promise<string | undefined> =>
    (await wait(bank.client.get(`/v1/bills/${date}${path}`))).code;
  for (const path of ["", "/file"]) {
    expect(await code("2026-11-22", path)).toBe("BILL_NOT_READY");
    expect(await code("2026-11-23", path)).toBe("BILL_NOT_FOUND");
    expect(await code("2026-08-24", path)).toBeUndefined();
    expect(await code("2026-08-23", path)).toBe("BILL_NOT_FOUND");
  }
  await to("2026-11-23T00:09:59.999+08:00");
  expect(await code("2026-11-22")).toBe("BILL_NOT_READY");
  await to("2026-11-23T00:10:00+08:00");
  expect(await code("2026-11-22")).toBeUndefined();
  expect(await code("2026-11-22", "/file")).toBeUndefined();
  bank.simulator.stop();
});

test("a payment that settles after midnight belongs to the next day, once", async () => {
  const { bank, wait, to, bill } = await open("2026-11-22T23:59:00+08:00");
  await to("2026-11-22T23:59:59+08:00");
  const late = await wait(
    bank.client.pay("late-0001", bank.scenario("payment.settles-late-success")["binding_id"] ?? "", 10_000),
  );
  expect(late.json["state"]).toBe("PROCESSING");
  await to("2026-11-23T00:00:05+08:00");
  const settled = await wait(bank.client.get("/v1/payments/late-0001"));
  expect([settled.json["state"], settled.json["business_date"], settled.json["settled_at"]]).toEqual([
    "SUCCEEDED",
    "2026-11-23",
    "2026-11-23T00:00:00+08:00",
  ]);
  await to("2026-11-24T00:10:00+08:00");
  const references = async (date: string): Promise<(string | undefined)[]> =>
    (await bill(date)).rows.map((row) => row["reference"]);
  expect(await references("2026-11-22")).not.toContain("late-0001");
  expect(await references("2026-11-23")).toEqual(["late-0001", "late-0001"]);
  bank.simulator.stop();
});

test("a late refund and a returned payout are dated when they are booked", async () => {
  const { bank, wait, to, bill } = await open("2026-11-22T23:59:00+08:00");
  succeeded(
    await wait(bank.client.pay("order-0001", bank.scenario("refund.settles-late")["binding_id"] ?? "", 10_000)),
  );
  await to("2026-11-22T23:59:59+08:00");
  expect((await wait(bank.client.refund("late-refund", "order-0001", 100))).json["state"]).toBe("PROCESSING");
  succeeded(await wait(bank.client.payOut("returned-0001", bank.scenario("payout.returned"), 700)));
  await to("2026-11-24T00:10:00+08:00");
  const rows = async (date: string): Promise<string[]> =>
    (await bill(date)).rows.map((row) => `${row["kind"]} ${row["reference"]}`);
  expect(await rows("2026-11-22")).toEqual([
    "opening settlement.funded",
    "payment order-0001",
    "fee order-0001",
    "payout returned-0001",
    "fee returned-0001",
  ]);
  // Both are due in the same millisecond.
  expect((await rows("2026-11-23")).sort()).toEqual(["refund late-refund", "return returned-0001"]);
  bank.simulator.stop();
});

test("an empty day has an empty bill, and the statement agrees with the bills", async () => {
  const { bank, wait, to, bill } = await open("2026-11-22T12:00:00+08:00");
  const bound = bank.scenario("customer.funded")["binding_id"] ?? "";
  for (let index = 0; index < 7; index += 1) succeeded(await wait(bank.client.pay(`order-000${index}`, bound, 1_000)));
  await to("2026-11-24T12:00:00+08:00");
  succeeded(await wait(bank.client.pay("order-later", bound, 1_000)));
  await to("2026-11-25T12:00:00+08:00");
  const empty = await bill("2026-11-23");
  expect(empty.rows).toEqual([]);
  expect(empty.footer).toEqual(["0", "0.00", "0.00"]);
  const billed = [...(await bill("2026-11-22")).rows, ...(await bill("2026-11-24")).rows].map((row) => row["entry_id"]);
  const stated: string[] = [];
  let cursor = "";
  do {
    const page = await wait(
      bank.client.get(
        "/v1/settlement/statement",
        `&from_date=2026-11-22&to_date=2026-11-24&limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`,
      ),
    );
    expect(page.code).toBeUndefined();
    for (const entry of page.json["entries"] ?? []) stated.push(entry["entry_id"] ?? "");
    cursor = page.json["next_cursor"] ?? "";
  } while (cursor !== "");
  expect(stated).toEqual(billed);
  bank.simulator.stop();
});

describe("a clock that is stepped back over the cut-over", () => {
  test("after the clock steps back, payments and bills keep the day reached", async () => {
    const { bank, wait, to, bill } = await open("2026-11-22T23:59:00+08:00");
    const [funded, late] = [
      bank.scenario("customer.funded")["binding_id"] ?? "",
      bank.scenario("payment.settles-late-success")["binding_id"] ?? "",
    ];
    succeeded(await wait(bank.client.pay("eve-0001", funded, 100)));
    await to("2026-11-23T00:00:05+08:00");
    succeeded(await wait(bank.client.pay("morning-0001", funded, 200)));
    bank.simulator.clock.advance(-30_000);
    const again = await wait(bank.client.pay("again-0001", funded, 300));
    expect([again.json["business_date"], again.json["settled_at"]]).toEqual([
      "2026-11-23",
      "2026-11-22T23:59:35+08:00",
    ]);
    succeeded(await wait(bank.client.refund("again-refund", "eve-0001", 10)));
    expect((await wait(bank.client.pay("late-0001", late, 400))).json["state"]).toBe("PROCESSING");
    await to("2026-11-23T00:00:10+08:00");
    for (const number of ["again-0001", "late-0001"]) {
      const found = await wait(bank.client.get(`/v1/payments/${number}`));
      expect([found.json["state"], found.json["business_date"], String(found.json["settled_at"]).slice(0, 10)]).toEqual(
        ["SUCCEEDED", "2026-11-23", "2026-11-22"],
      );
    }
    const entries =
      (await wait(bank.client.get(`/v1/bindings/${funded}/statement`, "&from_date=2026-11-22&to_date=2026-11-23")))
        .json["entries"] ?? [];
    expect(entries.map((entry) => [entry["reference"], entry["business_date"]]).slice(-4)).toEqual([
      ["eve-0001", "2026-11-22"],
      ["morning-0001", "2026-11-23"],
      ["again-0001", "2026-11-23"],
      ["again-refund", "2026-11-23"],
    ]);
    await to("2026-11-24T00:15:00+08:00");
    const payments = async (date: string): Promise<(string | undefined)[]> =>
      (await bill(date)).rows.filter(({ kind }) => kind !== "fee" && kind !== "opening").map((row) => row["reference"]);
    expect(await payments("2026-11-22")).toEqual(["eve-0001"]);
    expect(await payments("2026-11-23")).toEqual(["morning-0001", "again-0001", "again-refund", "late-0001"]);
    bank.simulator.stop();
    expect(bank.internalErrors).toEqual([]);
  });

  test("after the clock steps back, a bill already given out stays as it is", async () => {
    const { bank, wait, to, bill } = await open("2026-11-22T23:50:00+08:00");
    const funded = bank.scenario("customer.funded")["binding_id"] ?? "";
    succeeded(await wait(bank.client.pay("eve-0001", funded, 100)));
    await to("2026-11-23T00:10:01+08:00");
    const given = await bill("2026-11-22");
    bank.simulator.clock.advance(-1_800_000);
    const again = await wait(bank.client.pay("again-0001", funded, 300));
    expect([again.json["business_date"], again.json["settled_at"]]).toEqual([
      "2026-11-23",
      "2026-11-22T23:40:01+08:00",
    ]);
    bank.simulator.clock.reset();
    expect((await bill("2026-11-22")).text).toBe(given.text);
    bank.simulator.stop();
  });

  test("after the clock steps back, a failed payment is dated by the day reached", async () => {
    const { bank, wait, to } = await open("2026-11-22T23:59:00+08:00");
    const failing = bank.scenario("payment.settles-late-failure")["binding_id"] ?? "";
    const ended = async (number: string): Promise<unknown> => {
      await wait(bank.client.pay(number, failing, 100));
      await to(new Date(bank.runtime.now() + 2_000).toISOString());
      const { json } = await wait(bank.client.get(`/v1/payments/${number}`));
      return [json["state"], json["business_date"]];
    };
    await to("2026-11-23T00:00:05+08:00");
    expect(await ended("first-0001")).toEqual(["FAILED", "2026-11-23"]);
    bank.simulator.clock.advance(-60_000);
    expect(await ended("second-0001")).toEqual(["FAILED", "2026-11-23"]);
    bank.simulator.stop();
  });
});
