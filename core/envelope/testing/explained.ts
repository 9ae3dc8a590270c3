import { Buffer } from "node:buffer";
import type { Envelope } from "../envelope.ts";
import { Attempt } from "../explanation/attempt.ts";
import { explain } from "../explanation/explain.ts";
import type { Family } from "../explanation/family.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { seededMistake, seededTampering } from "./seeded-mistake.ts";
import type { SeededMistake, SeededSender } from "./seeded-mistake.ts";

/** How explanations of many seeded mistakes turned out. */
export interface Tally {
  readonly family: Family | "none";
  seeded: number;
  right: number;
  /** Named a cause that was none. */
  wrong: number;
  /** Named none. */
  silent: number;
  /** What went wrong, for a person: the seeded mistake, and what was named. */
  readonly misses: string[];
}

/** Seeds tried for each mistake that is wanted: not every message leaves room for one. */
const SEEDS_FOR_ONE = 40;

/**
 * Seeds every mistake that the envelopes list, at least `count` of each family and one of each mistake, and has each
 * explained. A cause is right when it is the one that was seeded, or another name for the very same bytes.
 */
export function explained(senders: readonly SeededSender[], count: number, firstSeed = 1): readonly Tally[] {
  const mistakes = new Map<string, Mistake>();
  for (const { envelope } of senders) for (const one of envelope.mistakes) mistakes.set(one.id, one);
  const families = Map.groupBy(mistakes.values(), ({ family }) => family);
  const tallies: Tally[] = [];
  for (const [family, members] of families) {
    const tally: Tally = { family, seeded: 0, right: 0, wrong: 0, silent: 0, misses: [] };
    // Round by round, so that a mistake that few messages leave room for does not keep its family small.
    for (let seed = firstSeed; tally.seeded < count && seed < firstSeed + count * SEEDS_FOR_ONE; seed += 1)
      for (const mistake of members) {
        const sender = senders[seed % senders.length] as SeededSender;
        const own = sender.envelope.mistakes.find(({ id }) => id === mistake.id);
        const seeded = own === undefined ? undefined : seededMistake(sender, own, seed);
        if (seeded !== undefined && !isRight(sender.envelope, seeded)) judge(sender, seeded, mistake, tally, seed);
      }
    tallies.push(tally);
  }
  const none: Tally = { family: "none", seeded: 0, right: 0, wrong: 0, silent: 0, misses: [] };
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const sender = senders[seed % senders.length] as SeededSender;
    judge(sender, seededTampering(sender, seed), undefined, none, seed);
  }
  return [...tallies, none];
}

/** Whether the message verifies in spite of the mistake, which made no difference to it. */
function isRight(envelope: Envelope, { failed }: SeededMistake): boolean {
  const { base, signature } = new Attempt(failed, envelope);
  return signature !== undefined && failed.key.verify(base, signature);
}

function judge(
  { envelope }: SeededSender,
  { failed, signed }: SeededMistake,
  mistake: Pick<Mistake, "id" | "family"> | undefined,
  tally: Tally,
  seed: number,
): void {
  const { cause, verified } = explain(envelope, failed);
  tally.seeded += 1;
  // A signature of unknown origin may be named so: that is all that can be told of it.
  const right =
    mistake === undefined
      ? cause === undefined || !cause.proven
      : cause?.id === mistake.id ||
        (cause?.proven === true &&
          Buffer.compare(cause.signed, signed) === 0 &&
          Buffer.compare(signed, verified) !== 0);
  if (right) tally.right += 1;
  else if (cause === undefined) tally.silent += 1;
  else tally.wrong += 1;
  if (!right) tally.misses.push(`${mistake?.id ?? "none"} (seed ${seed}): ${cause?.id ?? "silent"}`);
}
