import { isDeepStrictEqual } from "node:util";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { readBooksAhead, readEnd } from "../load-state.ts";
import type { BooksAhead, LoadEnd } from "../load-state.ts";
import { LoadError } from "../plan.ts";
import { headIn } from "../resume.ts";

/** One segment of a load, as its folder has it. */
export interface SegmentFolder {
  readonly folder: string;
  readonly head: LoadHead;
  /** Undefined where it was killed. */
  readonly end: LoadEnd | undefined;
  readonly books: BooksAhead | undefined;
}

/** What all segments of a load have in common, with a word for it. */
const COMMON: readonly (readonly [of: (head: LoadHead) => unknown, what: Bilingual])[] = [
  [({ role }) => role, { en: "role", zh: "角色" }],
  [({ pack }) => pack.digest, { en: "pack", zh: "规范包" }],
  [({ seed }) => seed, { en: "seed", zh: "随机种子" }],
  [({ profile }) => profile, { en: "profile, rate or length", zh: "负载方案、速率或时长" }],
  [({ journeys }) => journeys, { en: "journeys", zh: "业务流程" }],
  [({ levels }) => levels, { en: "service levels", zh: "服务水平" }],
  [({ intervalSeconds }) => intervalSeconds, { en: "length of an interval", zh: "统计时段" }],
  [({ segment }) => segment.of, { en: "number of segments", zh: "分段数" }],
];

/**
 * Reads the segments of one load, by their place in it.
 *
 * @throws LoadError where they are not of one load, or one is missing or there twice
 */
export function readSegments(folders: readonly string[]): readonly SegmentFolder[] {
  const found = folders
    .map((folder) => ({
      folder,
      head: headIn(folder, folder),
      end: readEnd(folder),
      books: readBooksAhead(folder),
    }))
    .toSorted((one, other) => one.head.segment.index - other.head.segment.index);
  const [first] = found;
  if (first === undefined)
    throw new LoadError({ en: "there is no segment to merge", zh: "没有可合并的分段" }, { where: "DIR" });
  for (const one of found) {
    const differs = COMMON.find(([of]) => !isDeepStrictEqual(of(one.head), of(first.head)));
    if (differs === undefined) continue;
    const [, { en, zh }] = differs;
    throw new LoadError(
      {
        en: `${one.folder} and ${first.folder} are no segments of one load: they differ in their ${en}`,
        zh: `${one.folder} 与 ${first.folder} 不是同一负载的分段：${zh}不同`,
      },
      { where: one.folder },
    );
  }
  expectEachOnce(found, first.head.segment.of);
  return found;
}

function expectEachOnce(found: readonly SegmentFolder[], of: number): void {
  const byIndex = Map.groupBy(found, ({ head }) => head.segment.index);
  for (const [index, same] of byIndex)
    if (same.length > 1) {
      const names = same.map(({ folder }) => folder);
      throw new LoadError(
        {
          en: `segment ${index + 1} of ${of} is there more than once: ${names.join(", ")}`,
          zh: `第 ${index + 1}/${of} 段重复：${names.join("、")}`,
        },
        { where: names.at(-1) ?? "DIR" },
      );
    }
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const numbers = missing.map((index) => `${index + 1}/${of}`);
    throw new LoadError(
      { en: `segments are missing: ${numbers.join(", ")}`, zh: `缺少分段：${numbers.join("、")}` },
      { where: "DIR" },
    );
  }
}

/** The head of the load that the segments are together. */
export function headOfAll(segments: readonly SegmentFolder[]): LoadHead {
  const heads = segments.map(({ head }) => head);
  const [first] = heads;
  if (first === undefined) throw new TypeError("there is no segment");
  return {
    ...first,
    engine: [...new Set(heads.map(({ engine }) => engine))].join("+"),
    startedAt: Math.min(...heads.map(({ startedAt }) => startedAt)),
    segment: { index: 0, of: 1 },
    parts: heads.flatMap(({ parts = [] }) => parts),
    merged: heads.map(({ engine, startedAt, segment }) => ({ engine, startedAt, segment: segment.index })),
  };
}

/** The books before the first segment began, of which each had read them ahead of its own load. */
export const booksBeforeAll = (segments: readonly SegmentFolder[]): BooksAhead | undefined =>
  segments
    .flatMap(({ books }) => (books === undefined ? [] : [books]))
    .toSorted((one, other) => one.readAt - other.readAt)[0];

/** How all segments ended together. A segment that was killed, and did not go on, was stopped. */
export const endOfAll = (segments: readonly SegmentFolder[]): Omit<LoadEnd, "at"> => ({
  stopped: segments.some(({ end }) => end?.stopped !== false),
  ordersFull: segments.some(({ end }) => end?.ordersFull === true),
  problems: segments.flatMap(({ end, head }) =>
    (end?.problems ?? []).map((problem) => `segment ${head.segment.index + 1}: ${problem}`),
  ),
});
