import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BANK_KEY, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { askControl, CONTROL_TOKEN } from "../testing/control-client.ts";
import type { Told } from "../testing/control-client.ts";
import { cooperationPack } from "../testing/packs.ts";
import { controlApp } from "./control.ts";

const pack = cooperationPack();
let bank: TestBank;
let admin: (method: string, path: string, body: unknown) => Promise<Told>;
beforeEach(async () => {
  bank = await startBank({ pack });
  const control = controlApp(bank.simulator, { token: CONTROL_TOKEN });
  admin = async (method, path, body) => askControl(control, method, path, body);
});
afterEach(() => {
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

describe("changing the keys that it signs with", () => {
  const hour = 3_600_000;
  const listed = async (): Promise<readonly (readonly [string, string | undefined])[]> =>
    ((await bank.client.get("/v1/keys")).json["keys"] ?? []).map((one) => [String(one["serial"]), one["expires_at"]]);
  const signedWith = async (): Promise<string | undefined> =>
    (await bank.client.get("/v1/keys")).headers["wechatpay-serial"];
  const at = (ms: number): string => new Date(ms).toISOString();

  test("key rotation lists the successor at once, switches at its moment, and goes back", async () => {
    const now = bank.simulator.clock.runtime.now();
    expect((await admin("POST", "/hooks/rotate", { from: at(now + hour), until: at(now + 2 * hour) })).status).toBe(
      204,
    );
    const [first, second, ...none] = await listed();
    expect([first?.[0], Date.parse(first?.[1] ?? ""), second?.[1], none]).toEqual([
      BANK_KEY.serial,
      Math.floor((now + 2 * hour) / 1000) * 1000,
      undefined,
      [],
    ]);
    expect(await signedWith()).toBe(BANK_KEY.serial);
    await admin("POST", "/clock", { advance_seconds: 3_601 });
    expect([await signedWith(), (await listed()).length]).toEqual([second?.[0], 2]);
    // Another order replaces the one before.
    await admin("POST", "/hooks/rotate", { from: at(now + 3 * hour) });
    expect([await signedWith(), (await listed()).some(([serial]) => serial === second?.[0])]).toEqual([
      BANK_KEY.serial,
      false,
    ]);
    expect((await admin("POST", "/hooks/rotate", { from: null })).status).toBe(204);
    expect(await listed()).toEqual([[BANK_KEY.serial, undefined]]);
  });

  test.each([
    [{}, "moment"],
    [{ from: "soon" }, "moment"],
    [{ from: "2020-01-01T00:00:00Z" }, "past"],
    [{ from: "2099-01-01T00:00:00Z", until: 5 }, "until"],
  ])("key rotation is refused for %j", async (order, hint) => {
    const told = await admin("POST", "/hooks/rotate", order);
    expect([told.status, String(told.json["error"]).includes(hint), (await listed()).length]).toEqual([400, true, 1]);
  });
});
