import type { Second } from "./embedded/generator.ts";

/** What every engine gives once a load is over, or was stopped. */
export interface EngineResult {
  /** By second, from the begin; what several threads made is put together. */
  readonly seconds: readonly Second[];
  /** Whether it was ended before its schedule was through. */
  readonly stopped: boolean;
  /** Whether the file of orders reached its largest size, so that nothing more was sent. */
  readonly ordersFull: boolean;
  /** The files that orders were written to. */
  readonly ordersFiles: readonly string[];
  /** What broke in the engine itself; a load with problems is void. */
  readonly problems: readonly string[];
}

/** Adds what another thread saw in the same second. */
export function together(one: Second, other: Second): Second {
  const sumOf = (left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [
        name,
        (left[name] ?? 0) + (right[name] ?? 0),
      ]),
    );
  return {
    second: one.second,
    due: one.due + other.due,
    late: one.late + other.late,
    dropped: one.dropped + other.dropped,
    unsigned: one.unsigned + other.unsigned,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both have every ending
    endings: sumOf(one.endings, other.endings) as Second["endings"],
    codes: sumOf(one.codes, other.codes),
    levels: one.levels.map(({ total, good }, index) => ({
      total: total + (other.levels[index]?.total ?? 0),
      good: good + (other.levels[index]?.good ?? 0),
    })),
  };
}
