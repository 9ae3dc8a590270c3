import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckFinished } from "../../core/run/event.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Role } from "../../core/pack/types.ts";
import { writePack } from "../../core/pack/testing/written-pack.ts";
import type { Effort } from "../../suites/effort.ts";
import { openTrial } from "../trial.ts";
import { CIRCUMSTANCES, drawnCircumstance } from "./circumstances.ts";
import { drawn, variedPack } from "./varied-pack.ts";

/** What is judged: a pack that exists, varied, as one of its roles. */
export interface Subject {
  readonly packFolder: string;
  readonly role: Role;
  readonly seed: number;
  readonly effort: Effort;
  /** Names of variations and circumstances; default those that the seed draws. */
  readonly variations?: readonly string[];
  /** Globs over checks, cases or requirements; default the whole plan. */
  readonly only?: string;
}

export interface Judged {
  readonly variations: readonly string[];
  /** How many lines passed. */
  readonly passed: number;
  /** Lines that say something against the simulator, or fault the harness: each is a false alarm. */
  readonly alarms: readonly string[];
  /** Lines that were not decided, on a second try too. */
  readonly undecided: readonly string[];
}

/** Serves a varied pack by our own simulator, and judges that by the same pack. */
export async function judgeVaried(subject: Subject): Promise<Judged> {
  const { packFolder, role, seed, effort, variations, only } = subject;
  const options = { seed, effort, ...(only === undefined ? {} : { only }) };
  const wanted = variations ?? [...drawn(seed), drawnCircumstance(seed, role) ?? ""];
  const { source, variations: made } = variedPack(loadPack(packFolder), seed, wanted);
  const circumstances = CIRCUMSTANCES.filter(({ name, roles }) => wanted.includes(name) && roles.includes(role));
  const folder = mkdtempSync(join(tmpdir(), "liantiao-varied-pack-"));
  try {
    writePack(source, folder);
    const trial = await openTrial({
      role,
      scheme: "ed25519",
      packFolder: folder,
      ...Object.assign({}, ...circumstances.map(({ variant }) => variant(source))),
    });
    try {
      const first = await trial.judge(options);
      // What a busy machine left undecided is judged once more; a fail stays one.
      const open = new Set(first.filter(isUndecided).map(({ check }) => check));
      const again = open.size === 0 ? [] : await trial.judge({ ...options, wanted: (id) => open.has(id) });
      const lines = [...first.filter((one) => !isUndecided(one)), ...again];
      const passed = lines.filter(({ verdict }) => verdict === "pass").length;
      return {
        variations: [...made, ...circumstances.map(({ name }) => name)],
        passed,
        alarms: [
          ...lines.filter(({ verdict }) => verdict === "fail" || verdict === "error").map(told),
          ...trial.crashes.map((crash) => `the simulator threw: ${String(crash)}`),
          ...(passed === 0 ? ["the run judged nothing"] : []),
        ],
        undecided: lines.filter(isUndecided).map(told),
      };
    } finally {
      await trial.close();
    }
  } finally {
    // Of a thousand packs none is left behind.
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The variations of which each is needed for an alarm; asks with one less until none can be left out. */
export async function shrunk(subject: Subject, alarming: readonly string[]): Promise<readonly string[]> {
  for (const name of alarming) {
    const rest = alarming.filter((one) => one !== name);
    if ((await judgeVaried({ ...subject, variations: rest })).alarms.length > 0) return shrunk(subject, rest);
  }
  return alarming;
}

const isUndecided = ({ verdict }: CheckFinished): boolean => verdict === "inconclusive";

function told({ check, requirement, verdict, reason, finding, error }: CheckFinished): string {
  const more = finding === undefined ? "" : ` (expected ${finding.expected}; seen ${finding.seen})`;
  return `${verdict} ${requirement} ${check}: ${reason?.en ?? error ?? ""}${more}`;
}
