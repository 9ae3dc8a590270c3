import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrary } from "./arbitrary.ts";
import { momentWriting } from "./moments.ts";
import { schemaSource } from "./schema-source.ts";

const NOON = "2026-11-22T12:00:00+08:00";

describe("how a schema writes a moment", () => {
  test.each([
    [{ format: "date-time" }, "paid_at", NOON],
    [{ format: "date" }, "day", "2026-11-22"],
    [{ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+-]+$" }, "x", NOON],
    [{ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$" }, "x", "2026-11-22T04:00:00Z"],
    [{ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}$" }, "x", "2026-11-22 12:00:00"],
    [{ pattern: "^[0-9]{14}$" }, "pay_time", "20261122120000"],
    [{ pattern: "^[0-9]{8}$" }, "trade_date", "20261122"],
  ])("the pattern %j of the field %s takes the moment %s", (schema, name, written) => {
    expect(momentWriting(schema, name)?.(NOON)).toBe(written);
  });

  test.each([
    [{ pattern: "^[0-9]{14}$" }, "account_no"],
    [{ pattern: "^[0-9A-Za-z_-]{6,32}$" }, "out_trade_no"],
    [{ pattern: "^[A-Z]{3}$" }, "currency"],
    [{ maxLength: 32 }, "description"],
  ])("the pattern %j of the field %s is left as plain text", (schema, name) => {
    expect(momentWriting(schema, name)).toBeUndefined();
  });

  test("texts drawn from a loose pattern of times are times", () => {
    const loose = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9]*[+-][0-9]{2}:[0-9]{2}$";
    const drawn = fc.sample(arbitrary({ type: "string", pattern: loose }, schemaSource({})), { numRuns: 200, seed: 1 });
    expect(drawn.filter((one) => Number.isNaN(Date.parse(String(one))))).toEqual([]);
  });
});
