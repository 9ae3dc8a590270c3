import { execFileSync } from "node:child_process";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource, Role } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { listChecks } from "../../suites/verify.ts";
import type { ListedCheck } from "../../suites/verify.ts";

export type Language = keyof Bilingual;

/** A verb as `cli/print-verbs.ts` prints it. */
export interface PrintedVerb {
  /** With the command that it belongs to: `faults on`. */
  readonly name: string;
  /** As in usage: `<party>`, `[pack]`. */
  readonly arguments: readonly string[];
  readonly purpose: Bilingual;
  readonly options: readonly string[];
}

/** What the documents show, read once: the reference pack, and the checks that judge either role by it. */
export interface Facts {
  readonly root: string;
  readonly source: PackSource;
  readonly checks: Readonly<Record<Role, readonly ListedCheck[]>>;
  readonly verbs: readonly PrintedVerb[];
}

/** The verbs as the command line has them; it is asked as a process, because nothing imports `cli`. */
const printedVerbs = (root: string): readonly PrintedVerb[] =>
  JSON.parse(
    execFileSync(process.execPath, [`${root}cli/print-verbs.ts`], { encoding: "utf8" }),
  ) as readonly PrintedVerb[];

/** Reads the facts of the repository at `root`, which ends with a slash. */
export function readFacts(root: string): Facts {
  const source = loadPack(`${root}specs/cooperation`);
  return {
    root,
    source,
    checks: { bank: listChecks({ source }, "bank"), platform: listChecks({ source }, "platform") },
    verbs: printedVerbs(root),
  };
}

/** How many cases judge a requirement, in either role. */
export function casesOf({ checks }: Facts, role: Role, requirement: string): number {
  return new Set(checks[role].filter((one) => one.requirement === requirement).map(({ id }) => id)).size;
}

/** Ids of the requirements that some check or a load judges. */
export function judgedIn({ checks, source }: Facts): ReadonlySet<string> {
  const byLoad = source.requirements.filter(({ judgedBy }) => judgedBy === "load").map(({ id }) => id);
  return new Set([...[...checks.bank, ...checks.platform].map(({ requirement }) => requirement), ...byLoad]);
}
