import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "./load.ts";
import { successMark } from "./success-mark.ts";
import type { Interface } from "./types.ts";

const source = loadPack(fileURLToPath(new URL("../../specs/form-gateway", import.meta.url)));
const query = source.interfaces.find(({ id }) => id === "trade.query") as Interface;
const body = { result_code: "SUCCESS", out_trade_no: "T1" };

test("the member that tells success is taken from an answer whose schema lacks it", () => {
  expect(successMark(source, query)(body)).toEqual({ out_trade_no: "T1" });
});

test("a member that the schema has as a field stays in the answer", () => {
  const schema = { type: "object", properties: { result_code: { type: "string" }, out_trade_no: { type: "string" } } };
  expect(successMark(source, { ...query, response: { ...query.response, body: schema } })(body)).toEqual(body);
});
