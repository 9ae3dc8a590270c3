import type { CheckFinished } from "../../core/run/event.ts";
import { loadPack } from "../../core/pack/load.ts";
import { PACK_FOLDER, openTrial } from "../trial.ts";
import { edited, withoutInvariants } from "../../simulator/defects/parts/edit-pack.ts";
import { CHECKS } from "../../suites/checks/index.ts";
import type { Mutant } from "./mutant.ts";

export interface MutantVerdict {
  readonly id: string;
  readonly mutator: string;
  readonly role: Mutant["role"];
  /** `killed`: a requirement failed. `undecided`: no fail, and some check could not judge. `invalid`: it cannot be played. */
  readonly outcome: "killed" | "survived" | "undecided" | "invalid";
  /** By what it was killed, of a SHOULD too. */
  readonly by?: { readonly requirement: string; readonly level: string; readonly check: string; readonly seen: string };
  /** The variant threw an exception of its own: a kill then says less than one by what it answered. */
  readonly crashed: boolean;
  readonly undecided: readonly string[];
  readonly judgedLines: number;
  readonly ms: number;
}

/** Judges one mutant, and stops at the first requirement that it fails. */
export async function judgeMutant(
  mutant: Mutant,
  seed: number,
  effort: "smoke" | "standard" | "exhaustive" = "standard",
  packFolder = PACK_FOLDER,
): Promise<MutantVerdict> {
  const startedAt = performance.now();
  const base = { id: mutant.id, mutator: mutant.mutator, role: mutant.role };
  const source = withoutInvariants(loadPack(packFolder));
  const rank = ranking(mutant);
  let trial;
  try {
    trial = await openTrial({
      role: mutant.role,
      packFolder,
      pack: edited(source, mutant.edits),
      scheme: ON_THE_WIRE.has(mutant.mutator) ? "rsa2048" : "ed25519",
    });
  } catch (cause) {
    return {
      ...base,
      outcome: "invalid",
      crashed: false,
      undecided: [String(cause).split("\n")[0] ?? ""],
      judgedLines: 0,
      ms: Math.round(performance.now() - startedAt),
    };
  }
  try {
    const { finished, fail } = await judged(rank, (wanted, stopAfter) =>
      trial.judge({ seed, effort, wanted, order: (id) => rank(id) ?? 0, stopAfter }),
    );
    const undecided = finished
      .filter(isOpen)
      .map(({ check, reason, error }) => `${check}: ${reason?.en ?? error?.split("\n")[0] ?? ""}`);
    return {
      ...base,
      undecided: undecided.slice(0, 5),
      crashed: trial.crashes.length > 0,
      judgedLines: finished.length,
      ms: Math.round(performance.now() - startedAt),
      outcome: fail !== undefined ? "killed" : undecided.length > 0 ? "undecided" : "survived",
      ...(fail === undefined
        ? {}
        : {
            by: {
              requirement: fail.requirement,
              level: fail.level,
              check: fail.check,
              seen: `${fail.finding?.summary.en ?? ""}: ${fail.finding?.seen ?? ""}`.slice(0, 300),
            },
          }),
    };
  } finally {
    await trial.close();
  }
}

type Judge = (
  wanted: (id: string) => boolean,
  stopAfter: (finished: CheckFinished) => boolean,
) => Promise<readonly CheckFinished[]>;

/**
 * All lines that count, up to the first that fails. A busy machine fails what it does in time otherwise, so a line has to
 * fail twice: one that does not is passed over, and the whole is judged again, since some lines judge what a whole run saw.
 * What was left undecided is asked once more. A pass is never asked again.
 */
async function judged(
  rank: (id: string) => number | undefined,
  judge: Judge,
): Promise<{ readonly finished: readonly CheckFinished[]; readonly fail: CheckFinished | undefined }> {
  const passedOver = new Set<string>();
  const counts = (one: CheckFinished): boolean => failed(one) && !passedOver.has(one.check);
  for (;;) {
    const finished = await judge((id) => rank(id) !== undefined, counts);
    const found = finished.find(counts);
    if (found !== undefined && ofWholeRun(found.check)) return { finished, fail: found };
    if (found !== undefined) {
      const [again] = await judge((id) => id === found.check, failed);
      if (again !== undefined && failed(again)) return { finished, fail: again };
      passedOver.add(found.check);
      continue;
    }
    const open = new Set(finished.filter((one) => isOpen(one) || failed(one)).map(({ check }) => check));
    const again = open.size === 0 ? [] : await judge((id) => open.has(id), failed);
    const fail = again.find(failed);
    return { finished: [...finished.filter(({ check }) => !open.has(check)), ...again], fail };
  }
}

/** Whether a line judges what the whole run saw, which one line alone does not show. */
const ofWholeRun = (line: string): boolean =>
  CHECKS.some(({ id, when }) => when === "end" && (line === id || line.startsWith(`${id}/`)));

const failed = ({ verdict }: CheckFinished): boolean => verdict === "fail";
const isOpen = ({ verdict }: CheckFinished): boolean => verdict === "error" || verdict === "inconclusive";

/** What a wrong message, and not a wrong rule, would show in. */
const WIRE =
  /^(?:signature|replay|canonical|parsing|transport|errors\.(?:precedence|every-pair|unauthenticated|wrong-route)|contract\.(?:party-mismatch|names-the-field)|data\.mass-assignment|stability\.(?:burst|retry-storm))\b/u;
const ON_THE_WIRE: ReadonlySet<string> = new Set(["refusals", "errors", "policies", "schemas"]);

/** What finds most in least time comes first; a kill ends the judging. */
const ORDER: readonly RegExp[] = [
  /^contract\.(?:valid-request|said-and-shown|keys)/u,
  /^lifecycle\./u,
  /^(?:idempotency\.(?:same-again|other-content|left-free|numbers|new-refund|two-parties|out-of-order)|errors\.declared)/u,
  /^contract\.(?:single-violation|bounds)/u,
  /^notification\.(?:agreement|sound|received|mismatch)/u,
  /^reconciliation\.(?:bill|totals|yuan|successes)/u,
  /^notification\.target/u,
  /^(?:data|errors)\./u,
  /^(?:reconciliation|idempotency|contract|stability)\./u,
  /^notification\./u,
  /^models\./u,
];

function ranking({ mutator, about }: Mutant): (id: string) => number | undefined {
  const wire = ON_THE_WIRE.has(mutator);
  return (id) => {
    if (!wire && WIRE.test(id) && !/^(?:parsing\.amounts|errors\.guards)/u.test(id)) return undefined;
    const place = ORDER.findIndex((one) => one.test(id));
    const near = about.some((name) => id.includes(name));
    // A bill is a matter of its own checks, which come late for all others.
    if (mutator === "files") return place + (id.startsWith("reconciliation.") ? -100 : 0);
    return (place < 0 ? ORDER.length : place) - (near ? 2.5 : 0);
  };
}
