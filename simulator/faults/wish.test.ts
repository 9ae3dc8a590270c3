import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import type { RawResponse } from "../http/raw.ts";
import { FAULTS } from "./index.ts";
import { WISH_HEADER } from "./wish.ts";

let bank: TestBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.simulator.stop());

async function wishing(wish: string, on: TestBank = bank): Promise<RawResponse> {
  const request = on.client.request("POST", "/v1/echo", { party_id: "P1001", message: "x" });
  return on.simulator.handle({ ...request, headers: [...request.headers, [WISH_HEADER, wish]] });
}

const codeOf = ({ body }: RawResponse): unknown =>
  body.length === 0 ? undefined : (JSON.parse(Buffer.from(body).toString()) as { readonly code?: string }).code;

const lastFaults = (on: TestBank = bank): unknown => on.simulator.journal.entries(1)[0]?.faults;

describe("a wish", () => {
  test("a wish for a fault is met by its call alone, and journalled", async () => {
    expect((await wishing("lost")).wire).toEqual({ kind: "reset" });
    expect(lastFaults()).toEqual(["answer-lost-after-commit"]);
    const next = await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "x" });
    expect([next.status, next.signed, lastFaults()]).toEqual([200, true, []]);
    expect(bank.simulator.switchboard.active).toEqual([]);
  });

  test("a wish takes settings of its fault", async () => {
    const from = Date.now();
    expect((await wishing("late;delayMs=80")).status).toBe(200);
    expect(Date.now() - from).toBeGreaterThanOrEqual(78);
    const wrong = await wishing("late;delayMs=0");
    expect([wrong.status, Buffer.from(wrong.body).toString()]).toEqual([
      400,
      expect.stringContaining("must be from 1 to"),
    ]);
  });

  test("a wish for a declared code is answered with it, signed and without effect", async () => {
    const data = {
      party_id: "P1001",
      out_trade_no: "wished-1",
      binding_id: bank.scenario("customer.funded")["binding_id"] ?? "",
      amount: { value: 100, currency: "CNY" },
      description: "x",
    };
    const request = bank.client.request("POST", "/v1/payments", data);
    const refused = await bank.simulator.handle({
      ...request,
      headers: [...request.headers, [WISH_HEADER, "INSUFFICIENT_FUNDS"]],
    });
    expect(codeOf(refused)).toBe("INSUFFICIENT_FUNDS");
    expect(lastFaults()).toEqual(["wish:INSUFFICIENT_FUNDS"]);
    const paid = await bank.client.call("POST", "/v1/payments", data);
    expect([paid.status, paid.json["state"]]).toEqual([200, "SUCCEEDED"]);
  });

  test("an unknown wish is refused with the list of what there is", async () => {
    const refused = await wishing("wrong-signatur");
    expect(refused.status).toBe(400);
    const text = Buffer.from(refused.body).toString();
    expect(text).toContain(WISH_HEADER);
    expect(text).toContain('Did you mean \\"wrong-signature\\"?');
    for (const { name, deliver } of FAULTS) if (deliver === undefined) expect(text).toContain(name);
  });

  test("outside test mode a wish is no more than an unknown header", async () => {
    const strict = await startBank({ options: { testMode: false } });
    expect([(await wishing("lost", strict)).status, (await wishing("nonsense", strict)).status]).toEqual([200, 200]);
    strict.simulator.stop();
  });
});
