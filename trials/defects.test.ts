import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../core/run/event.ts";
import type { Role } from "../core/pack/types.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Defect } from "../simulator/defects/defect.ts";
import { CHECKS } from "../suites/checks/index.ts";
import { englishRuns } from "../tests/english-runs.ts";
import { settingFor, settingInWords } from "./defect-setting.ts";
import type { Setting } from "./defect-setting.ts";
import { sampled } from "./sample.ts";
import { openTrial } from "./trial.ts";
import type { Variant } from "./trial.ts";

/*
 * What the suites are worth: each defect of the catalogue is served and judged, and must fail by the requirement that
 * it names; and by each line that failed, the simulator without it passes.
 */

/** Requirements that are judged at the end, by what the whole run saw, need a run that saw something. */
const WATCHED = new Set(CHECKS.filter(({ when }) => when === "end").map(({ requirement }) => requirement));
const FEEDING = "contract.valid-request,errors.declared";

/** What else some of them need to have seen: what shows a defect is not in every run. */
const FED_BY: Readonly<Record<string, string>> = {
  "platform LAW-02": "notification.refunds-at-once",
  "platform LAW-10": "notification.refunds-at-once",
};

/** What the last checks of a run have to look at. */
const FED = (id: string): boolean => id.startsWith("contract.valid-request/");

/** Every one that a defect asks for. */
const SETTINGS: readonly Setting[] = [
  ...new Map(DEFECTS.map((defect) => [settingInWords(settingFor(defect)), settingFor(defect)])).values(),
];

/** All defects in as many days. */
const DAYS = 8;

const today = sampled(DEFECTS, DAYS, ({ role, requirement }) => `${role} ${requirement.split("-")[0]}`);

/** How often an undecided trial is held at most: others use the machine at the same time. */
const TIMES_ASKED = 5;

/** A service level takes many calls to tell, and a slow sender its time. */
const effortFor = (requirement: string) =>
  (["CON-08", "PAR-11"].includes(requirement) ? "exhaustive" : "standard") as "standard" | "exhaustive";

/** A busy machine answers late, and that is no matter of pre-flight's. */
const PATIENT = { limits: { timeoutMs: 60_000 } };

/** Goes through pre-flight and is judged, as with users: what ended there would not be judged. */
async function judged(
  variant: Variant,
  only: string,
  effort: "standard" | "exhaustive",
  stopAfter: (one: CheckFinished) => boolean,
): Promise<readonly CheckFinished[]> {
  const trial = await openTrial(variant);
  try {
    const ended = (await trial.preflight({ statement: PATIENT })).filter(({ ok }) => !ok);
    if (ended.length > 0)
      throw new Error(
        `pre-flight ends the run: ${ended.map(({ name, message }) => `${name}: ${message.en}`).join("; ")}`,
      );
    return await trial.judge({ only, effort, stopAfter });
  } finally {
    await trial.close();
  }
}

/** What lines ended with in Chinese that has English prose in it, each with its defect. */
const english = new Set<string>();

/** Takes in what a line ended with. */
function heard({ name }: Defect, { check, reason, finding }: CheckFinished): void {
  const said = finding?.inChinese ?? finding;
  const texts = [reason?.zh, finding?.summary.zh, finding?.likelyCause?.zh, said?.expected, said?.seen];
  const minimal =
    finding?.minimal === undefined ? undefined : (finding.inChinese?.minimal ?? finding.minimal.description);
  for (const text of [...texts, minimal])
    for (const words of englishRuns(text ?? "")) english.add(`${name}, ${check}: ${words}`);
}

/** Requirements of which the checks look at a moment from some seconds off where the calls leave no less, and pass then. */
const FROM_AFAR: ReadonlySet<string> = new Set(["LIF-14", "LIF-26"]);

/** The lines by which defects were found. */
const found = new Map<string, { readonly role: Role; readonly setting: Setting; readonly check: string }>();

describe(`each defect fails by its requirement (${today.note})`, () => {
  test.concurrent.for([...today.items])("$name fails by $requirement", async (defect: Defect) => {
    const { requirement, role } = defect;
    const setting = settingFor(defect);
    const feeding = [FEEDING, FED_BY[`${role} ${requirement}`]].filter((one) => one !== undefined).join(",");
    const only = WATCHED.has(requirement) ? `{${requirement},${feeding}}` : requirement;
    const isFound = (one: CheckFinished): boolean => one.verdict === "fail" && one.requirement === requirement;
    const once = (): Promise<readonly CheckFinished[]> =>
      judged({ role, wrappers: defect, ...setting }, only, effortFor(requirement), isFound);
    let lines = await once();
    // What was open settled before a busy machine came to ask: the check was inconclusive, so it is asked again. A pass
    // is asked again only of checks that look from farther off where calls are slow.
    const undecided = (): boolean =>
      !lines.some(isFound) &&
      lines.some(
        (one) => one.requirement === requirement && (one.verdict === "inconclusive" || FROM_AFAR.has(requirement)),
      );
    for (let asked = 1; asked < TIMES_ASKED && undecided(); asked += 1) lines = await once();
    for (const line of lines) heard(defect, line);
    const fail = lines.find(isFound);
    if (fail === undefined)
      throw new Error(
        `${defect.name} was not found by ${requirement}: ${JSON.stringify(lines.map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error]))}`,
      );
    // How fast a machine is that runs many trials at once is no matter of the simulator's.
    if (requirement !== "CON-08") found.set(fail.check, { role, setting, check: fail.check });
  });
});

test("what the defects were found by is said in Chinese without English prose", () => {
  expect([...english]).toEqual([]);
});

/** How many conforming simulators share the lines of one kind at most, and how many defects are enough for one more. */
const SHARES = 4;
const DEFECTS_A_SHARE = 12;

describe("the conforming simulator passes the lines that found the defects", () => {
  const kinds = (["bank", "platform"] as const).flatMap((role) =>
    SETTINGS.flatMap((setting) => {
      const defects = today.items.filter(
        (one) => one.role === role && settingInWords(settingFor(one)) === settingInWords(setting),
      );
      const shares = Math.min(SHARES, Math.ceil(defects.length / DEFECTS_A_SHARE));
      return Array.from({ length: shares }, (_, share) => ({
        role,
        setting,
        words: settingInWords(setting),
        share,
        shares,
      }));
    }),
  );
  test.concurrent.for(kinds)("$role, $words, $share", async ({ role, setting, words, share, shares }) => {
    const lines = new Set(
      [...found.values()]
        .filter((one) => one.role === role && settingInWords(one.setting) === words)
        .map(({ check }) => check)
        .filter((_check, index) => index % shares === share),
    );
    if (lines.size === 0) return;
    const trial = await openTrial({ role, ...setting });
    try {
      const first = await trial.judge({ effort: "exhaustive", wanted: (id) => lines.has(id) || FED(id) });
      // What a busy machine left undecided is judged once more; a fail stays one.
      const open = new Set(
        first.filter(({ check, verdict }) => lines.has(check) && verdict === "inconclusive").map(({ check }) => check),
      );
      const again =
        open.size === 0 ? [] : await trial.judge({ effort: "exhaustive", wanted: (id) => open.has(id) || FED(id) });
      const judgedLines = [
        ...first.filter(({ check }) => lines.has(check) && !open.has(check)),
        ...again.filter(({ check }) => open.has(check)),
      ];
      expect(
        judgedLines
          .filter(({ verdict }) => verdict !== "pass")
          .map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error]),
      ).toEqual([]);
      expect(judgedLines.map(({ check }) => check).toSorted()).toEqual([...lines].toSorted());
      expect(trial.crashes).toEqual([]);
    } finally {
      await trial.close();
    }
  });
});

test("the catalogue names each defect once, and requirements that the pack has", () => {
  expect(DEFECTS.length).toBe(new Set(DEFECTS.map(({ name }) => name)).size);
  const requirements = new Set(CHECKS.map(({ requirement }) => requirement));
  expect(DEFECTS.filter(({ requirement }) => !requirements.has(requirement))).toEqual([]);
});
