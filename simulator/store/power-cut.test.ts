import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { xoshiro128 } from "../../core/runtime/random.ts";
import { scanRows } from "../../core/unit/run.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { canTrace, systemCallsOf } from "../testing/system-calls.ts";
import type { Step } from "../testing/system-calls.ts";
import { openSqliteStore } from "./sqlite.ts";

const CHILD = fileURLToPath(new URL("./power-cut.child.ts", import.meta.url));
const UNITS = 240;
const CUTS = 150;
/** As the child has it. */
const LOG_HALF = 4_000;
/** What a disk writes whole. */
const SECTOR = 512;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-power-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const skipNote = canTrace ? "" : " (SKIPPED: needs strace)";

describe("a power cut", () => {
  test.skipIf(!canTrace && process.env["CI"] === undefined)(
    `a power cut keeps all answered units, each whole${skipNote}`,
    async () => {
      if (!canTrace) throw new Error("Cutting the power needs strace; install it on the CI machine.");
      const steps = await systemCallsOf([CHILD, join(folder, "bank.db"), String(UNITS)], join(folder, "bank.db"));
      const acks = steps.flatMap((step, at) => (step.kind === "ack" ? [at] : []));
      expect(acks).toHaveLength(UNITS);
      const next = xoshiro128([20_261_126, 1, 2, 3]);
      // From the first answer on: before it there is nothing to be lost.
      const from = acks[0] as number;
      const cuts: { readonly at: number; readonly lost: Lost }[] = [];
      for (let cut = 0; cut < CUTS; cut += 1)
        cuts.push({ at: from + (next() % (steps.length - from)), lost: anyPart(next) });
      // Where something begins to be written over, a disk that takes the later writes first is the worst.
      for (const place of overwritings(steps, from))
        for (let first = 1; first <= 8; first += 1)
          cuts.push({ at: Math.min(steps.length, place + 9), lost: firstWrites(first) });
      for (const [cut, { at, lost }] of cuts.entries())
        expect(await problemsAfter(steps.slice(0, at), lost), `cut ${cut} at step ${at} of ${steps.length}`).toEqual(
          [],
        );
    },
  );

  test.skipIf(!canTrace && process.env["CI"] === undefined)(
    `a missing sync is found by cutting the power${skipNote}`,
    async () => {
      if (!canTrace) throw new Error("Cutting the power needs strace; install it on the CI machine.");
      const file = join(folder, "bank-2.db");
      const steps = await systemCallsOf([CHILD, file, String(UNITS)], file);
      const next = xoshiro128([20_261_126, 4, 5, 6]);
      // The syncs of one file at a time count for nothing.
      for (const missing of [`${file}-log`, `${file}-wal`, file]) {
        const left = steps.filter((step) => !(step.kind.startsWith("sync") && "path" in step && step.path === missing));
        let lost = 0;
        for (let cut = 0; cut < 40; cut += 1) {
          const at = Math.floor(left.length / 2) + (next() % Math.floor(left.length / 2));
          if ((await problemsAfter(left.slice(0, at), anyPart(next))).length > 0) lost += 1;
        }
        expect(lost, `without the syncs of ${missing}`).toBeGreaterThan(0);
      }
      expect(steps.filter(({ kind }) => kind === "ack")).toHaveLength(UNITS);
    },
  );
});

/** Where a file is written at an earlier place than before; of the many of the database itself none, since SQLite keeps all of them in its log until they are synced. */
function overwritings(steps: readonly Step[], from: number): readonly number[] {
  const last = new Map<string, number>();
  return steps.flatMap((step, at) => {
    if (step.kind !== "write") return [];
    const before = last.get(step.path) ?? 0;
    last.set(step.path, step.at);
    return at > from && step.at < before && !step.path.endsWith(".db") ? [at] : [];
  });
}

/** Whether a power cut takes the next sector of a write that is not safe; `write` counts them, file by file. */
type Lost = (write: number) => () => boolean;

/** None of them, about half of the sectors, or nearly all. */
function anyPart(next: () => number): Lost {
  const some = next() % 3;
  return () => () => some !== 0 && next() % (some === 1 ? 2 : 16) !== 0;
}

const firstWrites =
  (count: number): Lost =>
  (write) =>
  () =>
    write < count;

/** What the disk has after these steps: all that a sync covers which has ended, and of the rest any sectors. */
function filesAfter(steps: readonly Step[], lost: Lost): ReadonlyMap<string, Buffer> {
  const kept = new Map<string, number>();
  const begun = new Map<string, number>();
  for (const [at, step] of steps.entries()) {
    if (step.kind === "sync begins") begun.set(step.thread, at);
    if (step.kind === "sync ends") kept.set(step.path, Math.max(kept.get(step.path) ?? 0, begun.get(step.thread) ?? 0));
  }
  const files = new Map<string, Buffer>();
  const unsafe = new Map<string, number>();
  for (const [at, step] of steps.entries()) {
    if (step.kind === "unlink") files.delete(step.path);
    // A name is safe when the folder is.
    if (step.kind === "create" && !files.has(step.path) && (at < (kept.get(dirname(step.path)) ?? 0) || !lost(0)()))
      files.set(step.path, Buffer.alloc(0));
    if (step.kind !== "write" && step.kind !== "truncate") continue;
    let file = files.get(step.path) ?? Buffer.alloc(0);
    const number = at < (kept.get(step.path) ?? 0) ? undefined : (unsafe.get(step.path) ?? 0);
    if (number !== undefined) unsafe.set(step.path, number + 1);
    const gone = number === undefined ? () => false : lost(number);
    if (step.kind === "truncate") {
      if (!gone()) file = file.length > step.length ? file.subarray(0, step.length) : grown(file, step.length);
    } else {
      for (let start = 0; start < step.bytes.length;) {
        const end = Math.min(step.bytes.length, start + SECTOR - ((step.at + start) % SECTOR));
        if (!gone()) {
          file = grown(file, step.at + end);
          step.bytes.copy(file, step.at + start, start, end);
        }
        start = end;
      }
    }
    files.set(step.path, file);
  }
  return files;
}

function grown(file: Buffer, length: number): Buffer {
  return file.length >= length ? file : Buffer.concat([file, Buffer.alloc(length - file.length)]);
}

/** Cuts the power after these steps and says what is wrong with what is left. */
async function problemsAfter(steps: readonly Step[], lost: Lost): Promise<readonly string[]> {
  const place = mkdtempSync(join(folder, "cut-"));
  for (const [path, bytes] of filesAfter(steps, lost)) writeFileSync(join(place, basename(path)), bytes);
  const name =
    steps.flatMap((step) => ("path" in step && step.path.endsWith(".db") ? [basename(step.path)] : []))[0] ?? "";
  const problems = await problemsOf(
    join(place, name),
    new Set(steps.flatMap((step) => (step.kind === "ack" ? [step.number] : []))),
  );
  rmSync(place, { recursive: true });
  return problems;
}

/** Opens what was left and says what is wrong with it. */
async function problemsOf(file: string, acknowledged: ReadonlySet<number>): Promise<readonly string[]> {
  let rows: readonly (readonly (readonly [string, Json])[])[];
  try {
    const store = openSqliteStore(file, {
      defer: (task) => void setImmediate(task),
      testing: { logHalfBytes: LOG_HALF },
    });
    rows = await Promise.all(["a", "b", "last"].map((collection) => store.transact(() => all(collection))));
    await store.close();
  } catch (error) {
    return [`it cannot be opened: ${String(error)}`];
  }
  const [a = [], b = [], last = []] = rows;
  const problems: string[] = [];
  const numbers = new Set(b.map(([, value]) => Number(value)));
  const whole = (number: number): boolean => a.some(([, value]) => (value as { number: number }).number === number);
  for (const number of numbers) if (!whole(number)) problems.push(`of unit ${number} there is half`);
  if (a.length !== b.length) problems.push(`${a.length} rows here, ${b.length} there`);
  /** The unit that ends what another wrote is there, going by its lane, whose units come one after another. */
  const done = (number: number): boolean =>
    last.some(([lane, value]) => lane === `lane ${number % 4}` && Number(value) >= number);
  for (const number of acknowledged)
    if (!done(number)) problems.push(`unit ${number} was answered for and is not there`);
  for (let number = 0; number < UNITS; number += 1) {
    const ended = (number + 40) % 5 === 0 && done(number + 40);
    if (numbers.has(number) !== (done(number) && !ended))
      problems.push(`unit ${number} is ${numbers.has(number) ? "" : "not "}there, its lane says otherwise`);
  }
  return problems;
}

function* all(collection: string): Unit<readonly (readonly [string, Json])[]> {
  return { result: yield* scanRows({ collection, from: "", below: "~", limit: 100_000 }), writes: [] };
}
