import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { seededStream } from "../suites/random.ts";
import { judgeVaried } from "./packs/judge.ts";
import { drawn, variedPack } from "./packs/varied-pack.ts";
import { VARIATIONS } from "./packs/variations.ts";

/*
 * Our own simulator passes its own judge on any pack that `pack check` accepts. Other packs are drawn each day; more by
 * `npm run packs`, which takes the seeds that are printed here. docs/recipes/variation.md
 */

const folderOf = (name: string): string => fileURLToPath(new URL(`../specs/${name}`, import.meta.url));

/** Of a day, so that all runs of one day judge the same, and those of another day others. */
const TODAY = Math.floor(Date.now() / 86_400_000);

/** How many packs of a day are judged; a thousand by command. */
const PACKS = 3;

describe("our own simulator passes its own judge", () => {
  test.concurrent.for(Array.from({ length: PACKS }, (_, index) => TODAY * PACKS + index))(
    "on a pack that varies another",
    async (seed) => {
      const packFolder = folderOf("vocabulary");
      const judged = await judgeVaried({ packFolder, role: "bank", seed, effort: "smoke" });
      const again = `npm run packs -- --seed ${seed} --count 1 --shrink`;
      console.log(`${again}: ${judged.variations.join(", ") || "nothing varies"}`);
      expect({ again, alarms: judged.alarms, undecided: judged.undecided }).toEqual({
        again,
        alarms: [],
        undecided: [],
      });
      expect(judged.passed).toBeGreaterThan(50);
    },
  );
});

describe("variations of packs", () => {
  const bases = ["vocabulary", "cooperation"].map((name) => loadPack(folderOf(name)));

  test("each changes a pack into another that pack check accepts", () => {
    const accepted = VARIATIONS.filter(({ name }) =>
      bases.some((base) => [1, 2, 3].some((seed) => variedPack(base, seed, [name]).variations.length === 1)),
    );
    expect(accepted.map(({ name }) => name)).toEqual(VARIATIONS.map(({ name }) => name));
  });

  test("each draws the same from a seed, whatever stands beside it", () => {
    const [base] = bases;
    if (base === undefined) throw new Error("no pack");
    expect(variedPack(base, 7)).toEqual(variedPack(base, 7));
    for (const { name, vary } of VARIATIONS)
      expect(vary(base, seededStream(3, name))).toEqual(vary(base, seededStream(3, name)));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => drawn(seed).join())).size).toBeGreaterThan(1);
  });
});
