import { describe, expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { cooperationPack, vocabularyPack } from "../testing/packs.ts";
import { START } from "../testing/world.ts";
import type { Fields, PeerCall, Reply } from "./attempt.ts";
import { callPeer } from "./caller.ts";
import type { Conclusion } from "./caller.ts";

const pack = cooperationPack();
const LOST: Reply = { kind: "unknown" };
const said = (body: Fields): Reply => ({ kind: "success", body });
const refusal = (code: string): Reply => ({ kind: "refusal", code, class: pack.error(code).class });
const PAID = said({ out_trade_no: "T1", state: "SUCCEEDED" });
const OPEN = said({ out_trade_no: "T1", state: "PROCESSING" });

/** Calls, each sending answered by the next reply; what was sent, after how many seconds. */
async function calling(
  id: string,
  ...replies: readonly Reply[]
): Promise<{
  readonly conclusion: Conclusion;
  readonly sent: readonly string[];
  readonly numbers: ReadonlySet<unknown>;
}> {
  const world = simulatedRuntime({ seed: 1, startAt: START });
  const sent: PeerCall[] = [];
  const at: string[] = [];
  const attempt = async (call: PeerCall): Promise<Reply> => {
    sent.push(call);
    at.push(`${(world.now() - START) / 1000} ${call.interface}`);
    return Promise.resolve(replies[sent.length - 1] ?? LOST);
  };
  const conclusion = await world.runUntil(
    callPeer(pack, world, attempt, {
      interface: id,
      party: "BANK01",
      url: "https://bank.test",
      data: { out_trade_no: "T1" },
    }),
  );
  return { conclusion, sent: at, numbers: new Set(sent.map(({ data }) => data["out_trade_no"])) };
}

describe("a caller", () => {
  test("a caller that asks after an hour tells meanwhile what it knows", async () => {
    const vocabulary = vocabularyPack();
    const world = simulatedRuntime({ seed: 1, startAt: START });
    const call: PeerCall = { interface: "application.submit", party: "BANK01", url: "https://bank.test", data: {} };
    const told: string[] = [];
    const replies = [LOST, said({ out_application_no: "A1", state: "SUBMITTED" })];
    const end = callPeer(
      vocabulary,
      world,
      () => Promise.resolve(replies.shift() ?? LOST),
      call,
      (soFar) => told.push(`${world.now() - START} ms: ${soFar.outcome}`),
    );
    expect(await world.runUntil(end)).toMatchObject({ outcome: "answered", answer: { state: "SUBMITTED" } });
    expect(told).toEqual(["0 ms: unknown"]);
    expect(world.now() - START).toBe(3_600_000);
  });

  test("a caller believes a final answer at once", async () => {
    expect(await calling("payment.create", PAID)).toMatchObject({
      conclusion: { outcome: "answered", answer: { state: "SUCCEEDED" } },
      sent: ["0 payment.create"],
    });
    expect(await calling("payment.create", refusal("INSUFFICIENT_FUNDS"))).toMatchObject({
      conclusion: { outcome: "refused", code: "INSUFFICIENT_FUNDS" },
      sent: ["0 payment.create"],
    });
    expect(await calling("payment.create", refusal("PARAM_ERROR"))).toMatchObject({
      conclusion: { outcome: "refused", code: "PARAM_ERROR" },
    });
  });

  test.each([
    ["a lost answer", LOST],
    ["SYSTEM_ERROR", refusal("SYSTEM_ERROR")],
    ["a payment under way", OPEN],
  ])("a caller asks about %s, by the pack's schedule", async (_what, first) => {
    expect(await calling("payment.create", first, LOST, refusal("SYSTEM_ERROR"), PAID)).toMatchObject({
      conclusion: { outcome: "answered", answer: { state: "SUCCEEDED" } },
      sent: ["0 payment.create", "1 payment.query", "3 payment.query", "8 payment.query"],
    });
  });

  test("a caller resends a lost call under the same number", async () => {
    const { conclusion, sent, numbers } = await calling("payment.create", LOST, refusal("ORDER_NOT_FOUND"), PAID);
    expect([conclusion.outcome, sent, [...numbers]]).toEqual([
      "answered",
      ["0 payment.create", "1 payment.query", "1 payment.create"],
      ["T1"],
    ]);
  });

  test("a caller resends later what was turned away", async () => {
    expect(
      (await calling("payment.create", refusal("FREQUENCY_LIMITED"), refusal("SERVICE_UNAVAILABLE"), PAID)).sent,
    ).toEqual(["0 payment.create", "1 payment.create", "3 payment.create"]);
  });

  test("a caller stops where a stranger answers", async () => {
    expect(await calling("payment.create", { kind: "stranger" })).toMatchObject({
      conclusion: { outcome: "unknown" },
      sent: ["0 payment.create"],
    });
  });

  test("a caller reports an unknown outcome, and keeps what it was told", async () => {
    expect((await calling("payment.create")).conclusion).toEqual({ outcome: "unknown" });
    expect((await calling("payment.create", OPEN)).conclusion).toMatchObject({
      outcome: "answered",
      answer: { state: "PROCESSING" },
    });
  });

  test("a caller repeats lost reads, and of the rest only calls with a number", async () => {
    expect((await calling("order.query", LOST, said({ state: "PAID" }))).sent).toEqual([
      "0 order.query",
      "1 order.query",
    ]);
    expect((await calling("settlement.balance", LOST, LOST)).sent).toHaveLength(4);
    expect((await calling("binding.apply", LOST, said({ state: "PENDING" }))).conclusion.outcome).toBe("answered");
  });
});
