import type { Planned } from "../plan.ts";
import { stageOf } from "../stage.ts";
import type { Lane } from "./lanes.ts";

/**
 * Begins a plan, whose lines stand in the order of their stages, and gives each line's outcome by its id. Isolated lines
 * are taken by whichever lane is free; all others run in the first lane, and nothing beside them. Lines begin in the
 * plan's order, so whoever waits for the outcomes in that order never waits for a line that many must go before.
 */
export function begin<T>(plan: readonly Planned[], lanes: readonly [Lane, ...Lane[]], run: (line: Planned, lane: Lane) => Promise<T>): ReadonlyMap<string, Promise<T>> {
  const outcomes = new Map(plan.map((line) => [line, Promise.withResolvers<T>()]));
  // Whoever asks for an outcome later is told; until then nobody has missed it.
  for (const { promise } of outcomes.values()) promise.catch(() => {});
  const row = async (lane: Lane, lines: Iterable<Planned>): Promise<void> => {
    for (const line of lines) {
      const outcome = outcomes.get(line) as PromiseWithResolvers<T>;
      await run(line, lane).then(outcome.resolve, outcome.reject);
    }
  };
  const all = async (): Promise<void> => {
    await row(lanes[0], plan.filter(({ check }) => stageOf(check) === "start"));
    // One queue: each lane takes the next line from it.
    const queue = isolatedOf(plan).values();
    await Promise.all(lanes.map((lane) => row(lane, queue)));
    await row(lanes[0], plan.filter(({ check }) => ["alone", "end"].includes(stageOf(check))));
  };
  void all();
  return new Map([...outcomes].map(([{ id }, { promise }]) => [id, promise]));
}

/** The lines of a plan that run beside each other. */
export function isolatedOf(plan: readonly Planned[]): readonly Planned[] {
  return plan.filter(({ check }) => stageOf(check) === "isolated");
}
