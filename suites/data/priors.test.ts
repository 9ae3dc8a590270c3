import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { CheckInconclusive } from "../outcome.ts";
import { packView } from "../pack-view.ts";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { usesUpPrior } from "./priors.ts";

const source = (name: string): PackSource => loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));
const cooperation = packView(source("cooperation"));
const vocabulary = packView(source("vocabulary"));

test.each([
  ["vocabulary", "exchange.create", true],
  ["vocabulary", "quote.create", false],
  ["cooperation", "refund.create", false],
  ["cooperation", "binding.confirm", false],
  ["cooperation", "payment.query", false],
])("in the pack %s, %s uses up the call that it depends on: %s", (name, id, expected) => {
  const pack = name === "cooperation" ? cooperation : vocabulary;
  expect(usesUpPrior(pack.interface(id), pack)).toBe(expected);
});

/** The reference pack, whose refunds are of what `from` says. */
function refunding(from: string): PackSource {
  const pack = source("cooperation");
  const { create, ...others } = (pack.messages["refund"] as { readonly $defs: Definitions }).$defs;
  const properties = { ...create?.properties, out_trade_no: { type: "string", "x-from": from } };
  return {
    ...pack,
    messages: { ...pack.messages, refund: { $defs: { ...others, create: { ...create, properties } } } },
  };
}

type Definitions = Readonly<Record<string, { readonly properties?: object }>>;

/** A refund request where a payment is answered as told, and its query with these states in turn, the last one again and again. */
async function madeUp(from: string, states: readonly string[], settleWithinSeconds = 20): Promise<unknown> {
  let asked = 0;
  const body = { payment_id: "PAY-1", state: "PROCESSING", transaction_id: "TX-1" };
  const { scope } = fakeRun(
    ({ method }) => ({
      status: 200,
      json:
        method === "POST"
          ? body
          : { ...body, state: states[Math.min(asked++, states.length - 1)], transaction_id: "TX-2" },
    }),
    { settleWithinSeconds },
    refunding(from),
  );
  const session = new Session(scope, "test.prior", new AbortController().signal);
  return session.request("refund.create").then(
    ({ body: made }) => made?.["out_trade_no"],
    (thrown: unknown) => thrown,
  );
}

test("a field of a prior may be another than that of its own name", async () => {
  expect(await madeUp("prior.payment.create#payment_id", ["PROCESSING"])).toBe("PAY-1");
});

test("a prior in a wanted state is asked for until it has come into it", async () => {
  expect(await madeUp("prior.payment.create#transaction_id@SUCCEEDED", ["PROCESSING", "SUCCEEDED"])).toBe("TX-2");
});

test("a prior that stays in another state leaves the check inconclusive", async () => {
  const thrown = await madeUp("prior.payment.create#transaction_id@SUCCEEDED", ["PROCESSING"], 0.3);
  expect(thrown).toBeInstanceOf(CheckInconclusive);
  expect(String(thrown)).toMatch(/did not come into the state SUCCEEDED within 0\.3 s \(last seen: PROCESSING\)/);
});

test("a prior that lacks the field leaves the check inconclusive", async () => {
  expect(await madeUp("prior.payment.create#nothing", ["PROCESSING"])).toBeInstanceOf(CheckInconclusive);
});
