import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { schemaValidator } from "../../core/pack/annotation.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Schema } from "../../core/pack/types.ts";
import { packView } from "../pack-view.ts";
import { seededStream } from "../random.ts";
import { realValue } from "./real-value.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));
const now = Date.parse("2026-11-22T21:00:00+08:00");

function valueOf(name: string, schema: Schema): string {
  return String(realValue(name, schema, schema, { pack, random: seededStream(7, name), now }));
}
const text = (more: object): Schema => ({ type: "string", ...more }) as Schema;

test.each(["cooperation", "vocabulary"])("a time of the pack %s is RFC 3339 with an offset", (name) => {
  const { messages } = loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));
  const validate = schemaValidator().compile((messages["common"] as { $defs: { time: object } }).$defs.time);
  for (const right of ["2026-11-22T21:00:00+08:00", "2024-02-29T23:59:59.123+00:00", "2026-11-22T21:00:00-03:30"])
    expect(validate(right), right).toBe(true);
  for (const wrong of [
    "2047-36-25T38:33:3251..06+84:20",
    "2026-02-30T12:00:00+08:00",
    "2026-11-22T24:00:00+08:00",
    "2026-11-22T21:00:00..5+08:00",
    "2026-11-22T21:00:00+25:00",
  ])
    expect(validate(wrong), wrong).toBe(false);
});

describe("a generated value", () => {
  test("a generated time or date is the present moment", () => {
    const common = (name: string): Schema =>
      pack.schemas.locate(`messages/common.json#/$defs/${name}`, true).schema as Schema;
    expect(valueOf("occurred_at", common("time"))).toBe("2026-11-22T21:00:00+08:00");
    expect(valueOf("from", common("date"))).toBe("2026-11-22");
  });

  test("a generated currency, address or phone is valid in its field", () => {
    expect(valueOf("fee_currency", text({ pattern: "^[A-Z]{3}$" }))).toBe("CNY");
    expect(new URL(valueOf("return_url", text({ maxLength: 256 }))).protocol).toBe("https:");
    expect(valueOf("payer", text({ pattern: "^1[0-9]{10}$", "x-sensitive": "mobile" }))).toMatch(/^138\d{8}$/u);
  });

  test("generated identity and account numbers carry their check digits", () => {
    const identity = valueOf("id_no", text({ pattern: "^[0-9]{17}[0-9X]$", "x-sensitive": "identity" }));
    const weighed = Array.from(identity).reduce(
      (sum, digit, at) => sum + (digit === "X" ? 10 : Number(digit)) * (2 ** (17 - at) % 11),
      0,
    );
    expect(weighed % 11).toBe(1);
    const account = valueOf("account_no", text({ pattern: "^[0-9]{16,19}$", "x-sensitive": "account" }));
    const luhn = Array.from(account, Number)
      .toReversed()
      .reduce((sum, digit, at) => sum + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
    expect(luhn % 10).toBe(0);
  });
});
