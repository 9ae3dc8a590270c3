import type { Moment } from "../../core/lifecycle/parts.ts";
import { RowMap } from "../../core/unit/row-map.ts";
import { runUnit } from "../../core/unit/run.ts";
import type { Json, Reading, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";

/**
 * One way in which the SUT's inside may look, as far as the rules of the pack go. It is kept twice, with other ids and at
 * another time: values that differ between the twins are those that a caller cannot know beforehand.
 */
export interface World {
  readonly twins: readonly [RowMap, RowMap];
  /** Ids that the SUT has given, and the twins' own in their place. */
  readonly ids?: ReadonlyMap<string, readonly [string, string]>;
  /** The history of the world; worlds with one label are equal. */
  readonly label: string;
}

/** A world in which nothing has happened. */
export const emptyWorld = (): World => ({ twins: [new RowMap(), new RowMap()], label: "" });

const DAY_MS = 86_400_000;
/** The twins live so far apart that no date of theirs is the same. */
const APART_MS = 400 * DAY_MS;
/** Runs a unit in both twins of a world, which stays as it is: the world after it is another, under `label`. */
export type InBoth = <T>(
  world: World,
  label: string,
  reading: (work: Workspace, moment: Moment, twin: 0 | 1) => Reading<T>,
) => { readonly world: World; readonly results: readonly [T, T] };

/** For worlds that begin at `now`. Each unit of each twin draws other ids, and time goes on. */
export function twins(now: number): InBoth {
  let turn = 0;
  const moment = (twin: 0 | 1): Moment => {
    turn += 1;
    const entropy = new Uint8Array(16);
    new DataView(entropy.buffer).setUint32(0, turn);
    new DataView(entropy.buffer).setUint32(4, 0x9e3779b9 + twin);
    return { now: now + turn + twin * APART_MS, entropy };
  };
  return <T>(
    world: World,
    label: string,
    reading: (work: Workspace, moment: Moment, twin: 0 | 1) => Reading<T>,
  ): { readonly world: World; readonly results: readonly [T, T] } => {
    const run = (twin: 0 | 1): { readonly rows: RowMap; readonly result: T } => {
      const rows = world.twins[twin].copy();
      return {
        rows,
        result: runUnit(
          rows,
          unitOf((work) => reading(work, moment(twin), twin)),
        ),
      };
    };
    const [first, second] = [run(0), run(1)];
    return { world: { ...world, twins: [first.rows, second.rows], label }, results: [first.result, second.result] };
  };
}

function* unitOf<T>(reading: (work: Workspace) => Reading<T>): Unit<T> {
  const work = new Workspace();
  const result = yield* reading(work);
  return work.outcome(result);
}

/** A request with a twin's own ids in place of those that the SUT has given. */
export function inTwin(
  request: Readonly<Record<string, Json>>,
  { ids }: World,
  twin: 0 | 1,
): Readonly<Record<string, Json>> {
  if (ids === undefined) return request;
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [
      name,
      typeof value === "string" ? (ids.get(value)?.[twin] ?? value) : value,
    ]),
  );
}

/** The world with the ids that an answer has shown where the twins, each drawing its own, have others. */
export function withIds(
  world: World,
  told: Json | undefined,
  [first, second]: readonly [Json | undefined, Json | undefined],
): World {
  if (!isObject(told) || !isObject(first) || !isObject(second)) return world;
  const learned = Object.entries(told).flatMap(([name, value]) => {
    const [one, other] = [first[name], second[name]];
    return typeof value === "string" && typeof one === "string" && typeof other === "string" && one !== other
      ? [[value, [one, other] as const] as const]
      : [];
  });
  return learned.length === 0 ? world : { ...world, ids: new Map([...(world.ids ?? []), ...learned]) };
}

function isObject(json: Json | undefined): json is Readonly<Record<string, Json>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
