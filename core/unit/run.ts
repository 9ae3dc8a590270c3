import type { Json, Outcome, ReadResult, Reading, RowKey, Scan, Unit, Write } from "./unit.ts";

/** Rows that answer at once: a map, or a database in this process. */
export interface RowReader {
  get(collection: string, key: string): Json | undefined;
  scan(scan: Scan): ReadResult;
}

export interface Rows extends RowReader {
  apply(writes: readonly Write[]): void;
}

/** Runs a unit in line over the rows and leaves its writes to the caller. Throws what the unit or the rows throw. */
export function decideUnit<T>(rows: RowReader, unit: Unit<T>): Outcome<T> {
  let step = unit.next();
  while (step.done !== true) {
    const read = step.value;
    step = unit.next("scan" in read ? rows.scan(read.scan) : getAll(rows, read.get));
  }
  return step.value;
}

/** Runs a unit in line and applies its writes, as a suite's model does. A unit that throws changes nothing. */
export function runUnit<T>(rows: Rows, unit: Unit<T>): T {
  const { result, writes } = decideUnit(rows, unit);
  rows.apply(writes);
  return result;
}

/** Inside a unit: `const account = yield* readRow("account", id)`. */
export function* readRow(collection: string, key: string): Reading<Json | undefined> {
  const { values }: ReadResult = yield { get: [{ collection, key }] };
  return values[0];
}

/** Inside a unit: one value a key, in order, `undefined` where absent; one round trip for a driver over a network. */
export function* readRows(keys: readonly RowKey[]): Reading<readonly (Json | undefined)[]> {
  const { values }: ReadResult = yield { get: keys };
  return values;
}

/** Inside a unit: the rows found, as pairs of key and value. */
export function* scanRows(scan: Scan): Reading<readonly (readonly [string, Json])[]> {
  const { keys, values }: ReadResult = yield { scan };
  return keys.flatMap((key, at) => {
    const value = values[at];
    return value === undefined ? [] : [[key, value] as const];
  });
}

const NONE: readonly string[] = [];

function getAll(rows: RowReader, keys: readonly RowKey[]): ReadResult {
  return { keys: NONE, values: keys.map(({ collection, key }) => rows.get(collection, key)) };
}
