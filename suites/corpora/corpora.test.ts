import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../core/json/strict-json.ts";
import { doubtfulJson } from "./doubtful-json.ts";
import { invalidJson, spoiltObjects } from "./invalid-json.ts";
import { naughtyStrings } from "./naughty-strings.ts";
import { respelt, VALID_JSON } from "./valid-json.ts";

const LIMITS = { bytes: 65_536, members: 1_000, depth: 16 };
const VALID = { party_id: "P1", amount: { value: 1, currency: "CNY" }, description: "a/b \u4e2d" };

function readable(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

describe("the corpora", () => {
  test("both parsers refuse every invalid text of the corpora, each listed once", () => {
    const all = [...invalidJson(), ...spoiltObjects(JSON.stringify(VALID))];
    expect(invalidJson().length).toBeGreaterThanOrEqual(250);
    expect(new Set(invalidJson().map((one) => one.name)).size).toBe(invalidJson().length);
    expect(all.filter((one) => readable(one.bytes)).map((one) => one.name)).toEqual([]);
    expect(all.filter((one) => parseStrictJson(one.bytes, LIMITS).ok).map((one) => one.name)).toEqual([]);
  });

  test("JSON.parse reads every valid text, and each respelling as the same object", () => {
    expect(VALID_JSON.filter((text) => !readable(new TextEncoder().encode(text)))).toEqual([]);
    for (const [, text] of respelt(VALID)) {
      expect(JSON.parse(text)).toEqual(VALID);
      expect(parseStrictJson(new TextEncoder().encode(text), LIMITS)).toMatchObject({ ok: true });
    }
  });

  test("some doubtful texts are read by JSON.parse and some are refused", () => {
    const read = doubtfulJson().filter((one) => readable(one.bytes)).length;
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(doubtfulJson().length - 5);
  });

  test("naughty strings are well-formed and different", () => {
    const texts = naughtyStrings().map((one) => one.text);
    expect(texts.every((text) => text.isWellFormed() && text.length > 0)).toBe(true);
    expect(texts.length).toBeGreaterThanOrEqual(250);
  });
});
