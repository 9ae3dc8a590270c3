import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { journalView } from "../control/journal-view.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { BANK_KEY, P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { namedKey } from "../testing/keys.ts";
import { bankInWorld, BANK_ORIGIN, START } from "../testing/world.ts";

let bank: TestBank;
beforeAll(async () => {
  bank = await startBank({ parties: [P1001, { id: "P1002", key: namedKey("P1002-KEY-1") }] });
});
afterAll(() => bank.simulator.stop());

describe("the explanation of a wrong signature", () => {
  test("an answer in test mode shows the bytes verified and the bytes signed", async () => {
    const { json } = await bank.client.call(
      "POST",
      "/v1/echo",
      { party_id: "P1001", message: "一" },
      {
        base: (base) => base.slice(0, -1),
      },
    );
    const { verified, likely_cause: cause } = json["hint"] as never as Record<string, Record<string, never>>;
    const { bytes, text, hex } = verified as never as { bytes: number; text: string; hex: string };
    expect(text).toMatch(/^POST\\n\/v1\/echo\\n\d+\\n.*"message":"\\xe4\\xb8\\x80"\}\\n$/);
    expect(Buffer.from(hex, "hex").length).toBe(bytes);
    expect(cause).toMatchObject({
      id: "missing-last-newline",
      family: "base",
      proven: true,
      first_difference: bytes - 1,
      signed: { bytes: bytes - 1, text: text.slice(0, -2), hex: hex.slice(0, -2) },
    });
  });

  test("journal and journal view keep the explanation of a refused request", async () => {
    await bank.client.call(
      "POST",
      "/v1/echo",
      { party_id: "P1001", message: "x" },
      { key: namedKey("P1002-KEY-1"), serial: "P1001-KEY-1" },
    );
    const [entry] = bank.simulator.journal.entries(1);
    expect(entry?.explanation).toMatchObject({ likely_cause: { id: "wrong-key" } });
    expect(JSON.stringify(entry?.explanation)).toContain("P1002 P1002-KEY-1");
    if (entry !== undefined)
      expect(journalView(entry, redaction(bank.pack.source)).explanation).toEqual(entry.explanation);
  });

  test("personal data is masked in both texts, in every spelling", async () => {
    const data = { party_id: "P1001", message: "x", account_no: "6222020200112233445", holder_name: "欧阳小明" };
    const sent = JSON.stringify(data);
    await bank.client.call("POST", "/v1/echo", data, {
      base: (base) =>
        base.replace(
          sent,
          sent.replaceAll(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`),
        ),
    });
    const shown = JSON.stringify(bank.simulator.journal.entries(1)[0]?.explanation);
    expect(shown).toContain("body-reserialised");
    for (const secret of [
      "6222020200112233445",
      Buffer.from("6222020200112233445").toString("hex"),
      "6b27",
      Buffer.from("欧阳小明").toString("hex"),
    ])
      expect(shown).not.toContain(secret);
  });

  test("a signature of the request before is named so", async () => {
    const first = bank.client.request("POST", "/v1/echo", { party_id: "P1001", message: "first" });
    await bank.simulator.handle(first);
    const response = await bank.simulator.handle({
      ...first,
      body: Buffer.from('{"party_id":"P1001","message":"second"}'),
    });
    expect(Buffer.from(response.body).toString()).toContain("signature-of-another-message");
  });

  test("outside test mode neither answer nor journal explains anything", async () => {
    const strict = await startBank({ options: { testMode: false } });
    const wrong = await strict.client.call(
      "POST",
      "/v1/echo",
      { party_id: "P1001", message: "x" },
      { base: (base) => `${base} ` },
    );
    const lost = await strict.client.call("POST", "/v1/Echo", { party_id: "P1001", message: "x" });
    const broken = await strict.client.call("POST", "/v1/echo", { party_id: "P1001", message: 1 });
    strict.simulator.stop();
    expect([wrong, lost, broken].map(({ json }) => json["hint"])).toEqual([undefined, undefined, undefined]);
    expect(strict.simulator.journal.entries().map(({ explanation }) => explanation)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("a caller's journal explains an answer whose signature is wrong", async () => {
  const world = simulatedRuntime({ seed: 5, startAt: START });
  const there = await world.runUntil(bankInWorld(world, { parties: [P1001], options: { deliver: false } }));
  const platform = await world.runUntil(
    startBank({ role: "platform", runtime: world, parties: [{ id: "BANK01", key: BANK_KEY }], ownKeys: [P1001.key] }),
  );
  there.simulator.switchboard.switchOn({ name: "stale-timestamp", interface: "echo", times: 1 });
  await world.runUntil(
    platform.simulator.call({
      interface: "echo",
      party: "BANK01",
      url: BANK_ORIGIN,
      data: { party_id: "P1001", message: "x" },
    }),
  );
  const [entry] = platform.simulator.journal.entries();
  expect(entry).toMatchObject({ direction: "out", explanation: { likely_cause: { id: "timestamp-stale" } } });
  there.simulator.stop();
  platform.simulator.stop();
});

describe("a request that matches no interface", () => {
  const call = async (
    method: string,
    target: string,
  ): Promise<{ readonly id: unknown; readonly differences: unknown }> => {
    const { json } = await bank.client.call(
      method,
      target,
      method === "GET" ? undefined : { party_id: "P1001", message: "x" },
    );
    const hint = json["hint"] as unknown as
      | {
          readonly nearest_interface?: { readonly id: string };
          readonly differences?: readonly { readonly id: string }[];
        }
      | undefined;
    return { id: hint?.nearest_interface?.id, differences: hint?.differences?.map(({ id }) => id) };
  };

  test.each([
    ["case", "POST", "/v1/Echo", "echo", ["case"]],
    ["slash at the end", "POST", "/v1/echo/", "echo", ["slash"]],
    ["two slashes", "POST", "/v1//echo", "echo", ["slash"]],
    ["prefix", "POST", "/api/v1/echo", "echo", ["prefix"]],
    ["missing beginning", "POST", "/echo", "echo", ["prefix"]],
    ["segment", "POST", "/v1/ehco", "echo", ["segment"]],
    ["method", "GET", "/v1/echo", "echo", ["method"]],
    ["method and case", "PUT", "/v1/ECHO", "echo", ["case", "method"]],
  ])("the nearest interface is named, with its difference in %s", async (_what, method, target, id, differences) => {
    expect(await call(method, target)).toEqual({ id, differences });
  });

  test("nothing is named where no interface is near", async () => {
    expect(await call("POST", "/status/all/of/it")).toEqual({ id: undefined, differences: undefined });
  });
});

test("a broken schema is told by place, rule and masked value", async () => {
  const { json, code } = await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "" });
  expect(code).toBe("PARAM_ERROR");
  expect(json["hint"]).toMatchObject({ pointer: "/message", rule: "minLength", value: '""' });
  const [entry] = bank.simulator.journal.entries(1);
  expect(entry?.explanation).toEqual(json["hint"]);
});
