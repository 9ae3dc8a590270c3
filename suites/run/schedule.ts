import type { Planned } from "../plan.ts";
import { stageOf } from "../stage.ts";
import type { Lane } from "./lane.ts";

/** What is done with a line, and where. */
export interface Work<T> {
  readonly run: (line: Planned, lane: Lane) => Promise<T>;
  /** Arranges what the line's check has said (`Check.ahead`). Never rejects. */
  readonly prepare: (line: Planned, lane: Lane) => Promise<void>;
}

/**
 * Begins a plan, whose lines stand in the order of their stages, and gives each line's outcome by its id. Isolated lines,
 * and what others arrange ahead, are taken by whichever lane is free, lengthy ones first; those that use what checks share
 * run one after another beside the lanes. All else runs in the first lane, and nothing beside it. One lane keeps the
 * plan's order.
 */
export function begin<T>(
  plan: readonly Planned[],
  lanes: readonly [Lane, ...Lane[]],
  work: Work<T>,
): ReadonlyMap<string, Promise<T>> {
  const outcomes = new Map(plan.map((line) => [line, Promise.withResolvers<T>()]));
  // A rejection is reported where the outcome is awaited; until then it must not count as unhandled.
  for (const { promise } of outcomes.values()) promise.catch(() => {});
  const judge = async (line: Planned, lane: Lane): Promise<void> => {
    const outcome = outcomes.get(line) as PromiseWithResolvers<T>;
    await work.run(line, lane).then(outcome.resolve, outcome.reject);
  };
  const inTurn = async (lines: readonly Planned[]): Promise<void> => {
    for (const line of lines) await judge(line, lanes[0]);
  };
  const all = async (): Promise<void> => {
    await inTurn(plan.filter(({ check }) => stageOf(check) === "start"));
    const { queued, beside } = isolated(plan, lanes.length);
    // One queue: each lane takes the next from it.
    const queue = [
      ...plan
        .filter(({ check }) => stageOf(check) === "prepared")
        .map((line) => (lane: Lane) => work.prepare(line, lane)),
      ...queued.map((line) => (lane: Lane) => judge(line, lane)),
    ].values();
    await Promise.all([
      ...beside.map(inTurn),
      ...lanes.map(async (lane) => {
        for (const next of queue) await next(lane);
      }),
    ]);
    await inTurn(plan.filter(({ check }) => ["prepared", "alone", "end"].includes(stageOf(check))));
  };
  void all();
  return new Map([...outcomes].map(([{ id }, { promise }]) => [id, promise]));
}

/** The isolated lines: those that lanes take, in their order, and those that run beside the lanes, by what they use. */
function isolated(
  plan: readonly Planned[],
  lanes: number,
): { readonly queued: readonly Planned[]; readonly beside: readonly (readonly Planned[])[] } {
  const all = plan.filter(({ check }) => stageOf(check) === "isolated");
  // A SUT without further customers is asked one thing at a time.
  if (lanes === 1) return { queued: all, beside: [] };
  const queued = all.filter(({ check }) => check.uses === undefined);
  const using = Map.groupBy(
    all.filter(({ check }) => check.uses !== undefined),
    ({ check }) => check.uses,
  );
  const [lengthy, others] = [queued.filter(isLengthy), queued.filter((line) => !isLengthy(line))];
  return { queued: [...lengthy, ...others], beside: [...using.values()] };
}

const isLengthy = ({ check }: Planned): boolean => check.lengthy === true;

/** How many lanes a plan can use. */
export function lanesFor(plan: readonly Planned[]): number {
  return Math.max(1, isolated(plan, 2).queued.length);
}
