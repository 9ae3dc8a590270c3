import type { PackSource } from "../../core/pack/types.ts";
import { equivalent } from "./equivalent.ts";
import type { Mutant } from "./mutant.ts";
import { unobservable } from "./unobservable.ts";
import { unseen } from "./unseen.ts";

/** Why a mutant is not judged: it is the same party, or it shows in nothing. */
export interface Apart {
  readonly kind: "equivalent" | "unobservable";
  readonly why: string;
}

/** Tells what sets a mutant apart; undefined for one that a judge must kill. */
export function apart(source: PackSource, mutant: Mutant): Apart | undefined {
  const proved = equivalent(source, mutant);
  if (proved !== undefined) return { kind: "equivalent", why: proved };
  const why = unobservable(source, mutant) ?? unseen(mutant);
  return why === undefined ? undefined : { kind: "unobservable", why };
}

/** The mutants that are set apart, counted by kind and reason. */
export function apartFigures(found: readonly Apart[]): string {
  const kinds = Map.groupBy(found, ({ kind }) => kind);
  return [...kinds]
    .flatMap(([kind, all]) => [
      `${all.length} ${kind}`,
      ...[...Map.groupBy(all, ({ why }) => why)]
        .toSorted(([, left], [, right]) => right.length - left.length)
        .map(([why, some]) => `${String(some.length).padStart(6)} ${why}`),
    ])
    .join("\n");
}
