import { describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { seededStream } from "../suites/random.ts";
import { drawnSubject } from "./packs/drawn-subject.ts";
import { judgeVaried } from "./packs/judge.ts";
import type { Subject } from "./packs/judge.ts";
import { folderOf } from "./packs/pack-folder.ts";
import { drawn, variedPack } from "./packs/varied-pack.ts";
import { VARIATIONS } from "./packs/variations.ts";
import { numberOf } from "./sample.ts";

/*
 * Our own simulator passes its own judge on any pack that `pack check` accepts. Other packs are drawn each day; more by
 * `npm run packs`, which takes the seeds that are printed here. docs/recipes/variation.md
 */

/** Of the seed of the samples, so that a day can be judged again. */
const TODAY = numberOf() ?? 0;

/** How many packs of a day are judged; a thousand by command. */
const PACKS = 20;

/** What a run passes at the least; a platform of one notification has few lines. */
const LEAST = { bank: 50, platform: 20 };

describe("our own simulator passes its own judge", () => {
  test.for(Array.from({ length: PACKS }, (_, index) => TODAY * PACKS + index))(
    "on a pack that varies another",
    async (seed) => {
      const { pack, role } = drawnSubject(seed);
      const judged = await judgeVaried({ packFolder: folderOf(pack), role, seed, effort: "smoke" });
      const again = `npm run packs -- --seed ${seed} --count 1 --shrink`;
      console.log(`${again}: ${pack} ${role}: ${judged.variations.join(", ") || "nothing varies"}`);
      expect({ again, alarms: judged.alarms, undecided: judged.undecided }).toEqual({
        again,
        alarms: [],
        undecided: [],
      });
      expect(judged.passed).toBeGreaterThan(LEAST[role]);
    },
  );
});

/** Packs of which the judge has once said something wrong, and the requirements that it was about. */
const ONCE_WRONG: readonly (Omit<Subject, "packFolder" | "effort" | "role"> &
  Partial<Pick<Subject, "effort">> & {
    readonly pack: string;
    /** Default the bank. */
    readonly role?: Subject["role"];
    readonly why: string;
  })[] = [
  {
    why: "the member that tells success apart is no field of a closed schema",
    pack: "form-gateway",
    seed: 1,
    variations: ["closed schemas"],
    only: "{CON-01,IDM-01}",
  },
  {
    why: "what a capture takes is not what was held, at any depth",
    pack: "vocabulary",
    seed: 1,
    variations: ["amounts stand deeper"],
    only: "CON-06",
  },
  {
    why: "a fixture is not used up where nothing tells what was paid",
    pack: "cooperation",
    seed: 47,
    variations: ["open schemas", "fewer interfaces"],
    only: "{LIF-20,LIF-21,IDM-17}",
  },
  {
    why: "a way to a code reads an amount at any depth",
    pack: "vocabulary",
    seed: 1,
    variations: ["amounts stand deeper", "amounts as texts"],
    only: "ERR-04",
    effort: "standard",
  },
  {
    why: "strange texts come with an amount that the rules take",
    pack: "vocabulary",
    seed: 1,
    variations: ["free texts"],
    only: "PAR-09",
    effort: "standard",
  },
  {
    why: "an empty parameter of a form is one that is left out, and no text is that of another resource",
    pack: "form-gateway",
    seed: 5,
    variations: ["free texts"],
    only: "{CON-03,CAN-06}",
    effort: "standard",
  },
  {
    why: "an order that is seeded has a number that its query takes",
    pack: "cooperation",
    role: "platform",
    seed: 123,
    variations: ["other lengths of numbers", "a text acknowledges"],
    only: "{CON-01,DAT-05,NOT-06}",
  },
  {
    why: "what is made upon two things is modelled with both",
    pack: "form-gateway",
    seed: 4,
    variations: ["a permit for one use"],
    only: "LIF-23",
  },
  {
    why: "a party that is enrolled later is told at its target, too",
    pack: "vocabulary",
    seed: 2002,
    variations: ["several parties, enrolled later"],
    only: "NOT-16",
  },
  {
    why: "what its time alone ends is not waited for",
    pack: "vocabulary",
    seed: 3,
    variations: ["free texts"],
    only: "ERR-12",
    effort: "standard",
  },
];

describe("a pack that once raised a false alarm raises none", () => {
  test.for(ONCE_WRONG)("$why", async ({ why: _why, pack, ...subject }) => {
    const judged = await judgeVaried({ effort: "smoke", role: "bank", ...subject, packFolder: folderOf(pack) });
    expect(judged.variations).toEqual(subject.variations);
    expect([judged.alarms, judged.undecided]).toEqual([[], []]);
  });
});

describe("variations of packs", () => {
  const bases = ["vocabulary", "form-gateway"].map((name) => loadPack(folderOf(name)));

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
