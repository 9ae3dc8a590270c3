import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { openTrial } from "./trial.ts";
import { xmlSignaturePack } from "./xml-signature-pack.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";

/*
 * Which of two equal members counts, how an amount is written and in which encoding are matters of forms and XML as of JSON:
 * the checks of that judge packs of each format, and a conforming bank passes them.
 */

const REQUIREMENTS = ["CAN-01", "CAN-02", "CAN-04", "CAN-05", "CAN-09", "PAR-01"];

const folderOf = (pack: string): string => fileURLToPath(new URL(`../specs/${pack}`, import.meta.url));

async function passes(packFolder: string): Promise<void> {
  const trial = await openTrial({ role: "bank", packFolder });
  try {
    const lines = await trial.judge({ only: `{${REQUIREMENTS.join(",")}}`, effort: "standard" });
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        // A bill that is not ready says nothing of how its request is read.
        .filter(({ reason }) => reason?.en.includes("was turned away with") !== true)
        .map(({ check, verdict, reason, finding, error }) => [check, verdict, reason?.en ?? error, finding?.seen]),
    ).toEqual([]);
    const judged = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ requirement }) => requirement));
    expect(REQUIREMENTS.filter((one) => !judged.has(one))).toEqual([]);
  } finally {
    await trial.close();
  }
}

testsOfTheDay("checks of canonical forms judge forms and XML", 4, {
  "form-gateway, forms": () => passes(folderOf("form-gateway")),
  "unionpay-acp, forms": () => passes(folderOf("unionpay-acp")),
  "epcc-like, XML": () => passes(folderOf("epcc-like")),
  "epcc-like with XML Signature": () => passes(xmlSignaturePack()),
});
