import type { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { askControl, CONTROL_TOKEN } from "../testing/control-client.ts";
import type { Told } from "../testing/control-client.ts";
import { controlApp } from "./control.ts";

let bank: TestBank;
let control: Hono;
let orders: unknown[];
let away: number[];

beforeEach(async () => {
  orders = [];
  away = [];
  bank = await startBank({});
  control = controlApp(bank.simulator, {
    token: CONTROL_TOKEN,
    onRestart: async (awayMs) => void away.push(awayMs),
    hostHooks: { network: (order) => void orders.push(order) },
  });
});
afterEach(() => bank.simulator.stop());

const hook = (name: string, body: unknown): Promise<Told> => askControl(control, "POST", `/hooks/${name}`, body);

describe("the hook dependency", () => {
  test("has calls refused while it is down, and lets them through once it is up", async () => {
    expect((await hook("dependency", { up: false })).status).toBe(204);
    expect(bank.simulator.switchboard.active).toMatchObject([{ name: "service-unavailable", percent: 100 }]);
    // Down twice is down once.
    await hook("dependency", { up: false });
    expect(bank.simulator.switchboard.active).toHaveLength(1);
    expect((await hook("dependency", { up: true })).status).toBe(204);
    expect(bank.simulator.switchboard.active).toEqual([]);
  });

  test("says what it takes", async () => {
    const { status, json } = await hook("dependency", { up: "no" });
    expect([status, json["error"]]).toEqual([400, 'say {"up": false} or {"up": true}']);
  });
});

test("the hook vitals tells numbers alone", async () => {
  const { status, json } = await hook("vitals", {});
  expect(status).toBe(200);
  expect(Object.values(json).every((value) => typeof value === "number")).toBe(true);
  expect(json).toMatchObject({ calls_under_way: 0 });
  expect(Number(json["resident_bytes"])).toBeGreaterThan(1_000_000);
});

describe("the hook restart", () => {
  test("stays away for as long as it is told", async () => {
    expect((await hook("restart", { how: "kill", awaySeconds: 2 })).status).toBe(204);
    expect((await hook("restart", { how: "kill" })).status).toBe(204);
    expect(away).toEqual([2000, 0]);
  });

  test("refuses to stay away for longer than a hook may take", async () => {
    expect((await hook("restart", { how: "kill", awaySeconds: 60 })).status).toBe(400);
    expect(away).toEqual([]);
  });
});

test("a hook of the host is passed on as it was ordered, and no other is there", async () => {
  expect((await hook("network", { down: true })).status).toBe(204);
  expect(orders).toEqual([{ down: true }]);
  expect((await hook("disk", { full: true })).status).toBe(404);
});
