import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import type { Meanings, PackSource } from "../../core/pack/types.ts";
import { wordsOf } from "../../core/pack/words.ts";
import { retell } from "../dialect/retell.ts";
import { packView } from "../pack-view.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";
import { words } from "./words.ts";

const source = (name: string): PackSource => loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));
const ALL = { interfaces: ["*"], except: [], requirementsExcept: [] };
const looked = (pack: PackSource, role: "bank" | "platform" = "bank", profile = ALL): ReturnType<typeof words.look> =>
  words.look(
    { pack: packView(pack), statement: { role, profile } } as unknown as RunScope,
    undefined as unknown as Session,
  );

const OTHER: Meanings = { fields: { out_trade_no: "mer_order_id" }, states: { SUCCEEDED: "TRADE_OK" } };
const TURNED: Meanings = { fields: { mer_order_id: "out_trade_no" }, states: { TRADE_OK: "SUCCEEDED" } };

describe("the words that checks look for", () => {
  test.each([
    ["cooperation", "bank"],
    ["cooperation", "platform"],
    ["vocabulary", "bank"],
    ["vocabulary", "platform"],
  ] as const)("the words that checks look for are in the pack %s for a %s", async (name, role) => {
    expect(await looked(source(name), role)).toMatchObject({ ok: true });
  });

  test("a pack in other words, unexplained, stops the run before any check", async () => {
    const finding = await looked(retell(source("cooperation"), wordsOf({ means: OTHER })));
    expect(finding).toMatchObject({ ok: false, attribution: "configuration" });
    expect(finding.message.en).toMatch(/out_trade_no in payment\.[a-z]+ and \d more/);
    expect(finding.message.en).toContain("SUCCEEDED in payment.query");
    expect(finding.remedy?.en).toContain('"means"');
  });

  test("the words that checks look for are there when the pack explains its own", async () => {
    const told = retell(source("cooperation"), wordsOf({ means: OTHER }));
    expect(await looked({ ...told, manifest: { ...told.manifest, means: TURNED } })).toMatchObject({
      ok: true,
      message: { en: "the pack says what 2 of its words mean" },
    });
  });

  test("the words are demanded only for the interfaces that the statement claims", async () => {
    const told = retell(source("cooperation"), wordsOf({ means: OTHER }));
    expect(await looked(told, "bank", { ...ALL, interfaces: ["echo", "account.*"] })).toMatchObject({ ok: true });
  });
});
