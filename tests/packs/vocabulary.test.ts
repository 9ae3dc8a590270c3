import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { joinKey } from "../../core/lifecycle/rows.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Json } from "../../core/unit/unit.ts";
import { balanceOfBooks, startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { namedKey } from "../../simulator/testing/keys.ts";

/** A pack that is not the reference pack runs on the same simulator: a financing application that people decide. */

const money = (value: number, currency = "CNY"): Json => ({ value, currency });
const KEY = joinKey(["P1001", "APPLICATION-1"]);

async function withApplication(): Promise<TestBank> {
  const pack = compilePack(loadPack(fileURLToPath(new URL("../../specs/vocabulary", import.meta.url))));
  const algorithm =
    Object.entries(pack.source.manifest.policies.envelope.algorithms).find(([, scheme]) => scheme === "ed25519")?.[0] ??
    "";
  const key = (serial: string): ReturnType<typeof namedKey> => ({ ...namedKey(serial), algorithm });
  const bank = await startBank({
    pack,
    ownKeys: [key("BANK01-KEY-1")],
    parties: [{ id: "P1001", key: key("P1001-KEY-1"), notifyUrl: "https://platform.test/notify" }],
    options: { deliver: false },
  });
  const submitted = await bank.client.call("POST", pack.interface("application.submit").http.path, {
    party_id: "P1001",
    out_application_no: "APPLICATION-1",
    amount: money(5_000_000),
    tenure_months: 12,
  });
  expect(submitted.json["state"]).toBe("SUBMITTED");
  return bank;
}

describe("an approval", () => {
  it("an approval pays out the amount that was approved, and tells it", async () => {
    const bank = await withApplication();
    expect(
      await bank.simulator.operate({
        resource: "application",
        key: KEY,
        transition: "approve",
        input: { amount: money(3_000_000) },
      }),
    ).toMatchObject({ kind: "done", row: { state: "APPROVED", approved: money(3_000_000) } });
    expect((await bank.client.get("/v1/applications/APPLICATION-1")).json).toMatchObject({
      state: "APPROVED",
      amount: money(5_000_000),
      approved: money(3_000_000),
    });
    expect((await bank.rows("outbox")).map(({ value }) => value["body"])).toMatchObject([
      { event: "application.decision", application: { state: "APPROVED", approved: money(3_000_000) } },
    ]);
    const loans = (await bank.rows("account")).find(({ key }) => key.startsWith(encodeURIComponent("loans:")));
    expect(loans?.value["posted"]).toBe(3_000_000);
    expect(await balanceOfBooks(bank)).toBe(0);
    expect(bank.internalErrors).toEqual([]);
    bank.simulator.stop();
  });

  it.each<readonly [what: string, input: Readonly<Record<string, Json>>, result: object]>([
    [
      "of more than was applied for",
      { amount: money(5_000_001) },
      { kind: "refusal", code: "APPROVAL_EXCEEDS_APPLICATION" },
    ],
    ["in another currency", { amount: money(1, "USD") }, { kind: "refusal", code: "CURRENCY_NOT_SUPPORTED" }],
    ["of no amount", {}, { kind: "bad-input", field: "/amount" }],
  ])("an approval %s leaves the application open", async (_what, input, result) => {
    const bank = await withApplication();
    expect(
      await bank.simulator.operate({ resource: "application", key: KEY, transition: "approve", input }),
    ).toMatchObject(result);
    expect((await bank.client.get("/v1/applications/APPLICATION-1")).json["state"]).toBe("SUBMITTED");
    expect(await bank.simulator.operate({ resource: "application", key: KEY, transition: "reject" })).toMatchObject({
      kind: "done",
      row: { state: "REJECTED" },
    });
    bank.simulator.stop();
  });
});
