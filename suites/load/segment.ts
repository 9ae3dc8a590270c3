import type { LoadHead } from "../../core/load/load-folder.ts";
import { runNonce } from "../run/scope.ts";
import { threadSeed } from "./embedded/thread-seed.ts";
import { BALANCE_RULE } from "./rules.ts";
import type { RuleJudgement } from "./companion.ts";

export type Segment = LoadHead["segment"];

export const WHOLE: Segment = { index: 0, of: 1 };

/** Seeds that each segment has for itself: more than a process has threads. */
const SEEDS = 128;

/** Which arrivals of a schedule a thread of a segment makes: each `of`-th, from the `part`-th on. */
export const shareOfThread = (
  { index, of }: Segment,
  thread: number,
  threads: number,
): { readonly part: number; readonly of: number } => ({ part: index + of * thread, of: of * threads });

/** Tells the threads of all segments apart, however many threads each segment has. */
export const threadOf = ({ index }: Segment, thread: number): number => index * SEEDS + thread;

/** The seed from which a segment draws what it sends beside its load: pre-flight, settlement, books. */
export const seedOf = (seed: number, { index }: Segment): number => seed + 104_729 * index;

/** What the threads of all parts of a load draw from, so that what they book is not taken for another's. */
export const noncesOf = ({ seed, segment, startedAt, parts = [] }: LoadHead, threads: number): readonly string[] =>
  [startedAt, ...parts.map((one) => one.startedAt)].flatMap((at) =>
    Array.from({ length: threads }, (_, thread) => runNonce(threadSeed(seed, threadOf(segment, thread)), "checks", at)),
  );

/** A segment as a file of a statement's lock names it; empty for a whole load. */
export const lockName = ({ index, of }: Segment): string => (of === 1 ? "" : `.segment-${index + 1}-of-${of}`);

/** What a segment can judge by itself: the balances are moved by orders of all segments, and left to the merge. */
export const withoutOthers = (judgements: readonly RuleJudgement[], { of }: Segment): readonly RuleJudgement[] =>
  of === 1
    ? judgements
    : judgements.map((one) =>
        one[0] === BALANCE_RULE
          ? [
              BALANCE_RULE,
              {
                verdict: "skipped",
                skipCause: "not-demanded",
                reason: {
                  en: "other segments move the same balances; `liantiao load merge --sut` judges them",
                  zh: "其他分段也会变动同一账户的余额，由 `liantiao load merge --sut` 检验",
                },
              },
            ]
          : one,
      );
