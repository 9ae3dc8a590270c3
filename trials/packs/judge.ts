import type { CheckFinished } from "../../core/run/event.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Role } from "../../core/pack/types.ts";
import { writtenPack } from "../../core/pack/testing/written-pack.ts";
import type { Effort } from "../../suites/effort.ts";
import { openTrial } from "../trial.ts";
import { variedPack } from "./varied-pack.ts";

/** What is judged: a pack that exists, varied, as one of its roles. */
export interface Subject {
  readonly packFolder: string;
  readonly role: Role;
  readonly seed: number;
  readonly effort: Effort;
  /** Names of variations; default those that the seed draws. */
  readonly variations?: readonly string[];
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
export async function judgeVaried({ packFolder, role, seed, effort, variations }: Subject): Promise<Judged> {
  const { source, variations: made } = variedPack(loadPack(packFolder), seed, variations);
  const trial = await openTrial({ role, scheme: "ed25519", packFolder: writtenPack(source) });
  try {
    const first = await trial.judge({ seed, effort });
    // What a busy machine left undecided is judged once more; a fail stays one.
    const open = new Set(first.filter(isUndecided).map(({ check }) => check));
    const again = open.size === 0 ? [] : await trial.judge({ seed, effort, wanted: (id) => open.has(id) });
    const lines = [...first.filter((one) => !isUndecided(one)), ...again];
    return {
      variations: made,
      passed: lines.filter(({ verdict }) => verdict === "pass").length,
      alarms: [
        ...lines.filter(({ verdict }) => verdict === "fail" || verdict === "error").map(told),
        ...trial.crashes.map((crash) => `the simulator threw: ${String(crash)}`),
      ],
      undecided: lines.filter(isUndecided).map(told),
    };
  } finally {
    await trial.close();
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
