import { appendFileSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { moneyFaults, Orders } from "./money.ts";
import type { Booked } from "./money.ts";
import { OrdersFile, readOrders } from "./orders.ts";
import type { OrderLine } from "./orders.ts";

const intent = (number: string, amount = 100, of?: string): OrderLine => ({
  kind: "intent",
  number,
  resource: of === undefined ? "payment" : "refund",
  amount,
  account: "B1",
  ...(of === undefined ? {} : { of }),
});

const ordersOf = (...lines: readonly OrderLine[]): Orders => {
  const orders = new Orders();
  for (const line of lines) orders.take(line);
  return orders;
};

const told = (number: string, outcome: string): OrderLine => ({ kind: "told", number, outcome });

describe("the money verdict", () => {
  const paid = (booked: Booked | undefined, outcome = "succeeded") =>
    moneyFaults(ordersOf(intent("N1"), told("N1", outcome)).values(), () => booked).map(({ kind }) => kind);

  test("finds nothing where what succeeded is booked once", () => {
    expect(paid({ moved: -100, entries: 1 })).toEqual([]);
    const refund = ordersOf(intent("R1", 40, "N1"), told("R1", "succeeded"));
    expect(moneyFaults(refund.values(), () => ({ moved: 40, entries: 1 }))).toEqual([]);
  });

  test.each([
    ["lost", { moved: 0, entries: 0 }, "succeeded"],
    ["doubled", { moved: -200, entries: 2 }, "succeeded"],
    ["wrong-amount", { moved: -99, entries: 1 }, "succeeded"],
    ["unaccepted", { moved: -100, entries: 1 }, "refused"],
    ["unaccepted", { moved: -100, entries: 1 }, "failed"],
    ["unsettled", { moved: -100, entries: 1 }, "open"],
    ["unsettled", { moved: 0, entries: 0 }, "unknown"],
  ] as const)("tells %s: %j booked, %s told", (kind, booked, outcome) => {
    expect(paid(booked, outcome)).toEqual([kind]);
  });

  test("tells an order that was accepted and is not known later", () => {
    const orders = ordersOf(intent("N1"), told("N1", "open"), told("N1", "absent"));
    expect(moneyFaults(orders.values(), () => ({ moved: 0, entries: 0 }))).toMatchObject([{ kind: "forgotten" }]);
  });

  test("finds one lost and one doubled order in a million", () => {
    const orders = new Orders();
    for (let index = 0; index < 1_000_000; index += 1) {
      orders.take(intent(`N${index}`));
      orders.take(told(`N${index}`, "succeeded"));
    }
    const faults = moneyFaults(orders.values(), ({ number }) =>
      number === "N777777"
        ? { moved: 0, entries: 0 }
        : number === "N123456"
          ? { moved: -200, entries: 2 }
          : { moved: -100, entries: 1 },
    );
    expect(faults.map(({ kind, number }) => `${kind} ${number}`)).toEqual(["doubled N123456", "lost N777777"]);
  });
});

describe("the file of orders", () => {
  const path = (): string => join(mkdtempSync(join(tmpdir(), "liantiao-orders-")), "orders.ndjson");

  test("gives back what was written, also in many pieces", () => {
    const file = path();
    const written = new OrdersFile(file, 2 ** 30);
    const lines = Array.from({ length: 20_000 }, (_, index) => intent(`N${index}-支付`));
    for (const line of lines) written.append(line);
    written.close();
    const read: OrderLine[] = [];
    readOrders(file, (line) => read.push(line));
    expect(read).toEqual(lines);
  });

  test("leaves a last line out that was cut off", () => {
    const file = path();
    const written = new OrdersFile(file, 2 ** 30);
    written.append(intent("N1"));
    written.close();
    appendFileSync(file, '{"kind":"told","num');
    const read: OrderLine[] = [];
    readOrders(file, (line) => read.push(line));
    expect(read).toEqual([intent("N1")]);
  });

  test("says when its size is reached, and is readable by its owner alone", () => {
    const file = path();
    const written = new OrdersFile(file, 500);
    expect(written.hasRoom).toBe(true);
    for (let index = 0; index < 8; index += 1) written.append(intent(`N${index}`));
    expect(written.hasRoom).toBe(false);
    written.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
