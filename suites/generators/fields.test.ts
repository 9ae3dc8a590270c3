import { expect, test } from "vitest";
import { fakeRun } from "../testing/fake-scope.ts";
import { isFreeText, leaves, put, valueAt } from "./fields.ts";

const { pack } = fakeRun(() => "timeout").scope;

test("leaves are found through references and objects, with their schemas", () => {
  const found = leaves(pack.interface("payment.create").request.body, pack.schemas);
  expect(found.map((leaf) => leaf.pointer)).toEqual([
    "/party_id",
    "/out_trade_no",
    "/binding_id",
    "/amount/value",
    "/amount/currency",
    "/description",
    "/attach",
    "/notify_url",
  ]);
  expect(found.filter(isFreeText).map((leaf) => [leaf.pointer, leaf.required, leaf.schema["maxLength"]])).toEqual([
    ["/description", true, 127],
    ["/attach", false, 128],
  ]);
  expect(found.find((leaf) => leaf.pointer === "/amount/value")?.schema["minimum"]).toBe(1);
});

test("names and numbers of people are kept out of the free text fields", () => {
  expect(leaves(pack.interface("binding.apply").request.body, pack.schemas).filter(isFreeText)).toEqual([]);
});

test("a value is put and read only where its parents exist", () => {
  expect(put({ a: { b: 1 } }, ["a", "b"], 2)).toEqual({ a: { b: 2 } });
  expect(put({ x: 1 }, ["a", "b"], 2)).toEqual({ x: 1 });
  expect(valueAt({ a: { b: 1 } }, ["a", "b"])).toBe(1);
  expect(valueAt({ a: [1] }, ["a", "0"])).toBeUndefined();
});
