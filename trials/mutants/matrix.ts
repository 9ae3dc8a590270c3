import type { MutantVerdict } from "./judge.ts";

/** The figures: what became of the mutants of each kind, by which requirements, and which are left. */
export function matrix(judged: readonly MutantVerdict[]): string {
  const kinds = [...new Set(judged.map(({ mutator }) => mutator))];
  const count = (list: readonly MutantVerdict[], outcome: MutantVerdict["outcome"]): number =>
    list.filter((one) => one.outcome === outcome).length;
  const row = (name: string, list: readonly MutantVerdict[]): string =>
    `${name.padEnd(14)}${[list.length, count(list, "killed"), list.filter(({ crashed, outcome }) => crashed && outcome === "killed").length, count(list, "survived"), count(list, "undecided"), count(list, "invalid")].map((figure) => String(figure).padStart(10)).join("")}`;
  const by = Map.groupBy(
    judged.filter((one) => one.by !== undefined),
    (one) => one.by?.requirement ?? "",
  );
  const killers = [...by]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([requirement, list]) => `${requirement} ${list.length}`);
  const left = judged.filter(({ outcome }) => outcome === "survived" || outcome === "undecided");
  return [
    "",
    `${"mutator".padEnd(14)}${["mutants", "killed", "(crashed)", "survived", "undecided", "invalid"].map((name) => name.padStart(10)).join("")}`,
    ...kinds.map((kind) =>
      row(
        kind,
        judged.filter(({ mutator }) => mutator === kind),
      ),
    ),
    row("all", judged),
    "",
    `killed first by: ${killers.join(", ")}`,
    "",
    ...left.map(
      ({ outcome, id, undecided }) => `${outcome} ${id}${undecided.length === 0 ? "" : `  (${undecided[0]})`}`,
    ),
  ].join("\n");
}
