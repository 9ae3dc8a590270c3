import { seededStream } from "../../core/runtime/random.ts";
import { control } from "./control.ts";
import { files } from "./files.ts";
import { hostileSut } from "./hostile-sut.ts";
import { peers } from "./peers.ts";
import { Broken } from "./target.ts";
import type { Target } from "./target.ts";

const TARGETS: readonly Target[] = [peers("bank"), peers("platform"), control, files, hostileSut];

export interface FuzzSettings {
  readonly seed: number;
  /** Until when rounds are begun, in ms. */
  readonly forMs: number;
  /** One target alone, and from which of its rounds on. */
  readonly only?: string;
  readonly round?: number;
  readonly tell?: (line: string) => void;
}

export interface FuzzResult {
  /** How many rounds each target had. */
  readonly rounds: Readonly<Record<string, number>>;
  /** What was found, with the command that runs the same round again. */
  readonly found: readonly string[];
}

/** Puts each target in turn to broken input until the time is over. A target that broke is left alone from then on. */
export async function fuzz({
  seed,
  forMs,
  only,
  round: first = 0,
  tell = () => {},
}: FuzzSettings): Promise<FuzzResult> {
  const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
  const until = Date.now() + forMs;
  const rounds: Record<string, number> = {};
  const found: string[] = [];
  for (const [index, target] of targets.entries()) {
    const share = (until - Date.now()) / (targets.length - index);
    const end = Date.now() + share;
    const opened = await target.open();
    let round = first;
    try {
      do {
        await opened.round(seededStream(seed, `${target.name}/${round}`));
        round += 1;
      } while (Date.now() < end);
    } catch (thrown) {
      if (!(thrown instanceof Broken)) throw thrown;
      found.push(`${thrown.message}\n  again: npm run fuzz -- --seed ${seed} --only '${target.name}' --round ${round}`);
    } finally {
      await opened.close();
    }
    rounds[target.name] = round - first;
    tell(`${target.name}: ${round - first} rounds`);
  }
  return { rounds, found };
}
