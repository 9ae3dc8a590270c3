import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Defect } from "../simulator/defects/defect.ts";
import { glob } from "../suites/glob.ts";
import { CHECKS } from "../suites/checks/index.ts";
import { settingFor } from "./defect-setting.ts";
import { openTrial } from "./trial.ts";

/*
 * By which checks each defect of the catalogue is found, when all of them look: npm run finders. A check that finds
 * nothing alone may be one that could go; a defect that many find may be told under the wrong requirement.
 */

const HELP = `Judges each seeded defect by every check, and names those that find it.

  npm run finders                              all, which takes hours
  npm run finders -- --only 'refund-*'         those of a name or a requirement
  npm run finders -- --log finders.ndjson      and keeps what is known, to go on from there
`;

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "*" },
    effort: { type: "string", default: "standard" },
    /** Results, one JSON document a line; a defect that stands there is not judged again. */
    log: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** What is kept of a defect: a line of the log. */
interface Found {
  readonly defect: string;
  readonly requirement: string;
  /** Checks that failed, without their instances, each with its requirement. */
  readonly by: Readonly<Record<string, string>>;
}

if (flags.help) console.log(HELP);
else await finders();

async function finders(): Promise<void> {
  const known = knownOf(flags.log);
  for (const defect of DEFECTS) {
    if (known.has(defect.name) || ![defect.name, defect.requirement].some(glob(flags.only))) continue;
    const one = await foundBy(defect);
    known.set(defect.name, one);
    if (flags.log !== undefined) appendFileSync(flags.log, `${JSON.stringify(one)}\n`);
    console.log(`${defect.name} (${defect.requirement}): ${Object.keys(one.by).join(", ") || "found by none"}`);
  }
  console.log(figures([...known.values()]));
}

function knownOf(log: string | undefined): Map<string, Found> {
  if (log === undefined || !existsSync(log)) return new Map();
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Found);
  return new Map(lines.map((line) => [line.defect, line]));
}

async function foundBy(defect: Defect): Promise<Found> {
  const trial = await openTrial({ role: defect.role, wrappers: defect, ...settingFor(defect) });
  try {
    const lines = await trial.judge({ effort: flags.effort === "smoke" ? "smoke" : "standard" });
    const by = lines
      .filter(({ verdict }) => verdict === "fail")
      .map(({ check, requirement }) => [check.split("/")[0] ?? check, requirement] as const);
    return { defect: defect.name, requirement: defect.requirement, by: Object.fromEntries(by) };
  } finally {
    await trial.close();
  }
}

function figures(found: readonly Found[]): string {
  const alone = new Set(found.flatMap(({ by }) => (Object.keys(by).length === 1 ? Object.keys(by) : [])));
  const finding = new Set(found.flatMap(({ by }) => Object.keys(by)));
  const never = CHECKS.filter(({ id }) => !finding.has(id)).map(({ id }) => id);
  const missed = found.filter(({ by, requirement }) => !Object.values(by).includes(requirement));
  const single = found.filter(({ by }) => Object.keys(by).length === 1).length;
  return [
    "",
    `${found.length} defects: ${single} found by one check alone, ${found.length - single - found.filter(({ by }) => Object.keys(by).length === 0).length} by several`,
    `${CHECKS.length} checks: ${alone.size} find a defect that only they find, ${never.length} found none of these`,
    `not found by their own requirement: ${missed.map(({ defect }) => defect).join(", ") || "none"}`,
    `checks that found none: ${never.join(", ") || "none"}`,
  ].join("\n");
}
