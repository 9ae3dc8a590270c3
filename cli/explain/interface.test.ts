import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { compilePack } from "../../core/pack/compile.ts";
import { packNames, readPack } from "../../hosting/packs.ts";
import { packView } from "../../suites/pack-view.ts";
import { interfaceLines } from "./interface.ts";

const shown = packNames().flatMap((name) => {
  const source = readPack(name, ".", "test");
  const pack = packView(source);
  return source.interfaces.map((one) => [`${name} ${one.id}`, { pack, one, source }] as const);
});

test.each(shown)("%s is explained with its fields and an example", async (_name, { pack, one }) => {
  const text = stripVTControlCharacters((await interfaceLines(pack, one, "en")).join("\n"));
  expect(text).not.toContain("undefined");
  expect(text).toMatch(new RegExp(`^example\n  ${one.http.method} /`, "m"));
});

test("fields are explained with type, unit, length, bounds and their values", async () => {
  const pay = shown.find(([name]) => name === "cooperation payment.create")?.[1];
  if (pay === undefined) throw new Error("the reference pack pays");
  const text = (await interfaceLines(pay.pack, pay.one, "en")).join("\n");
  for (const words of [
    /out_trade_no +required {2}string, 6 to 32 characters/,
    /amount +required {2}object, in minor units \(CNY: 1\/100\); Amount/,
    /amount\.value +required {2}integer, 1 to 10000000000000/,
    /attach +optional {2}string/,
    /state +required {2}string, one of PROCESSING, SUCCEEDED/,
  ])
    expect(text).toMatch(words);
});

test("an example without placeholders satisfies the pack's schema", async () => {
  const echo = shown.find(([name]) => name === "cooperation echo")?.[1];
  if (echo === undefined) throw new Error("the reference pack echoes");
  const lines = await interfaceLines(echo.pack, echo.one, "en");
  const body = lines.slice(lines.findIndex((line) => line.startsWith("  {"))).join("");
  expect(compilePack(echo.source).validators("echo").body(JSON.parse(body))).toBeUndefined();
});
