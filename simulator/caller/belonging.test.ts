import { expect, test } from "vitest";
import { cooperationPack } from "../testing/packs.ts";
import { belongs } from "./belonging.ts";

const pack = cooperationPack();

const PAYMENT = {
  party_id: "P1001",
  out_trade_no: "order-000001",
  binding_id: "bnd_1",
  amount: { value: 100, currency: "CNY" },
};

test.each([
  ["what it repeats is what was sent", {}, true],
  [
    "it says more than was sent",
    { transaction_id: "T1", state: "SUCCEEDED", fee: { value: 1, currency: "CNY" } },
    true,
  ],
  ["it repeats the amount alone", { out_trade_no: undefined, party_id: undefined }, true],
  ["it leaves the currency out", { amount: { value: 100 } }, true],
  ["it has another number", { out_trade_no: "order-000002" }, false],
  ["it has another party", { party_id: "P1002" }, false],
  ["it has another amount", { amount: { value: 101, currency: "CNY" } }, false],
  ["it has another currency", { amount: { value: 100, currency: "USD" } }, false],
])("an answer is held against its request where %s", (_what, other, expected) => {
  const said = JSON.parse(JSON.stringify({ ...PAYMENT, ...other }));
  for (const answering of ["payment.create", "payment.query"])
    expect(
      belongs(pack.source, {
        asked: pack.interface("payment.create"),
        data: PAYMENT,
        answering: pack.interface(answering),
        said,
      }),
      answering,
    ).toBe(expected);
});
