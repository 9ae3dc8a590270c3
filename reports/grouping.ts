import type { CheckJudgement, RunJudgement } from "../core/run/judgement.ts";
import type { Bilingual } from "../core/run/verdict.ts";

/** Checks of one kind: `signature.cut/echo` and `signature.cut/payment.create` are two cases of `signature.cut`. */
export interface Family {
  readonly name: string;
  /** What tells the cases apart; empty for a check that stands alone. */
  readonly cases: readonly string[];
}

/** Ids of checks by family, in the order in which the families first come. */
export function families(checks: readonly string[]): readonly Family[] {
  const byName = Map.groupBy(checks, (check) => check.split("/")[0] ?? check);
  return [...byName].map(([name, group]) => ({
    name,
    cases: group.filter((check) => check !== name).map((check) => check.slice(name.length + 1)),
  }));
}

/** The first `most` families in words, and how many checks stand in the rest. */
export function inShort(
  checks: readonly string[],
  most = 6,
): { readonly shown: readonly string[]; readonly rest: number } {
  const all = families(checks);
  const said = ({ name, cases }: Family): string =>
    cases.length === 0 ? name : cases.length === 1 ? `${name}/${cases[0] ?? ""}` : `${name} × ${cases.length}`;
  return {
    shown: all.slice(0, most).map(said),
    rest: all.slice(most).reduce((sum, { cases }) => sum + Math.max(1, cases.length), 0),
  };
}

/** Checks that stand the same for one reason; a run that is stopped leaves hundreds of them. */
export interface OpenGroup {
  readonly standing: CheckJudgement["standing"];
  readonly reason: Bilingual | undefined;
  readonly checks: readonly CheckJudgement[];
}

/** Inconclusive checks by their reason, in the order in which the reasons first come. */
export function openGroups({ checks }: RunJudgement): readonly OpenGroup[] {
  const open = checks.filter(
    ({ standing }) => standing === "error" || standing === "inconclusive" || standing === "unfinished",
  );
  return [
    ...Map.groupBy(open, ({ standing, reason, error }) => JSON.stringify([standing, reason?.en, error])).values(),
  ].flatMap((group): OpenGroup[] =>
    group[0] === undefined ? [] : [{ standing: group[0].standing, reason: group[0].reason, checks: group }],
  );
}

/** Checks that were skipped for one reason. */
export interface SkipGroup {
  readonly cause: string;
  readonly reason: Bilingual;
  readonly excused: boolean;
  readonly checks: readonly CheckJudgement[];
}

/** Skipped checks by their reason, those that leave a requirement unproved first, then by how many. */
export function skipGroups({ checks }: RunJudgement): readonly SkipGroup[] {
  const skipped = checks.filter(({ standing }) => standing === "skipped");
  const groups = [
    ...Map.groupBy(skipped, ({ skipCause, reason, excused }) =>
      JSON.stringify([skipCause, reason?.en, excused === true]),
    ).values(),
  ];
  return groups
    .map((group): SkipGroup => ({
      cause: group[0]?.skipCause ?? "no cause stated",
      reason: group[0]?.reason ?? { en: "", zh: "" },
      excused: group[0]?.excused === true,
      checks: group,
    }))
    .toSorted((a, b) => Number(a.excused) - Number(b.excused) || b.checks.length - a.checks.length);
}

/** A finding, and the other failed checks that saw the same: most likely one cause. */
export interface FindingGroup {
  readonly first: CheckJudgement;
  readonly alike: readonly CheckJudgement[];
}

/**
 * Failed checks by what they saw, in the order of the judgement. Alike are checks of one area and level that expected the
 * same and saw the same, but for numbers that each exchange has of its own.
 */
export function findingGroups({ failures }: Pick<RunJudgement, "failures">): readonly FindingGroup[] {
  const groups = Map.groupBy(failures, (check) => {
    const { finding, level, requirement, waiver } = check;
    // Without a finding nothing says what was seen.
    return finding === undefined
      ? check.check
      : JSON.stringify([
          level,
          requirement.split("-")[0],
          waiver?.requirement,
          withoutNumbers(finding.expected),
          withoutNumbers(finding.seen),
        ]);
  });
  return [...groups.values()].flatMap(([first, ...alike]) => (first === undefined ? [] : [{ first, alike }]));
}

/** A text without ids, amounts and times; a status of three digits stays. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/[0-9A-Za-z_-]*[0-9][0-9A-Za-z_:+.-]{3,}/g, "#");
}
