import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { INTERVALS_FILE, readHead, readIntervals, writeHead } from "../../core/load/load-folder.ts";
import type { LoadHead } from "../../core/load/load-folder.ts";
import { lengthOf } from "../../core/load/profile.ts";
import { LOG_FILE } from "../../core/run/log.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { END_FILE, madeFilesIn, readBooksAhead, readEnd, setAside } from "./load-state.ts";
import type { BooksAhead } from "./load-state.ts";
import { LoadError } from "./plan.ts";
import type { LoadPlan } from "./plan.ts";

/** A load that was stopped or killed, as its folder has it. */
export interface Unfinished {
  readonly head: LoadHead;
  readonly plan: LoadPlan;
  /** The first interval that was not made. */
  readonly first: number;
  /** Milliseconds since 1970 at which the last of it was written. */
  readonly stoppedAt: number;
  readonly books: BooksAhead | undefined;
  /** What broke in the engine before. */
  readonly problems: readonly string[];
}

/**
 * Reads a load that is to go on. Nothing is changed yet.
 *
 * @throws LoadError where the folder holds none, or one of another pack or engine
 */
export function readUnfinished(folder: string, pack: LoadHead["pack"], engine: string): Unfinished {
  const head = headIn(folder, "--resume");
  if (head.pack.digest !== pack.digest)
    throw new LoadError(
      {
        en: `the load in ${folder} was made by ${head.pack.name} ${head.pack.version}, which has changed since`,
        zh: `${folder} 中的负载依据 ${head.pack.name} ${head.pack.version} 产生，规范包此后已变更`,
      },
      { where: "--resume" },
    );
  if (head.engine !== engine)
    throw new LoadError(
      {
        en: `a load of the engine ${head.engine} cannot go on`,
        zh: `由引擎 ${head.engine} 产生的负载不能继续`,
      },
      { where: "--resume", allowed: [engine] },
    );
  let first = 0;
  if (existsSync(join(folder, INTERVALS_FILE)))
    readIntervals(folder, ({ index }) => (first = Math.max(first, index + 1)));
  const { profile, journeys, levels } = head;
  return {
    head,
    plan: { profile, journeys, levels, interfaces: [...new Set(Object.values(journeys).flat())] },
    first,
    stoppedAt: Math.max(head.startedAt, writtenAt(join(folder, INTERVALS_FILE)), ...madeFilesIn(folder).map(writtenAt)),
    books: readBooksAhead(folder),
    problems: readEnd(folder)?.problems ?? [],
  };
}

/** The head of a load. @throws LoadError for a folder without one */
export function headIn(folder: string, where: string): LoadHead {
  try {
    const head = readHead(folder);
    if (head.version === 1) return head;
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    throw new LoadError({ en: `${folder} holds no load: ${en}`, zh: `${folder} 中没有负载：${zh}` }, { where });
  }
  throw new LoadError(
    { en: `the load in ${folder} was written by another version`, zh: `${folder} 中的负载由其他版本写入` },
    { where },
  );
}

/** Begins the next part of a load: what the earlier one had written as its verdict is set aside. Gives the new head. */
export function goOn(folder: string, { head, first, stoppedAt }: Unfinished, startedAt: number): LoadHead {
  for (const name of [LOG_FILE, END_FILE]) setAside(folder, name);
  const intervals = join(folder, INTERVALS_FILE);
  if (existsSync(intervals)) withoutTornLine(intervals);
  const next = { ...head, parts: [...(head.parts ?? []), { startedAt, first, stoppedAt }] };
  writeHead(folder, next);
  return next;
}

/** The seconds of the schedule that are left. */
export const secondsLeft = ({ head, first }: Unfinished): number =>
  Math.max(0, lengthOf(head.profile.phases) - first * head.intervalSeconds);

/** What a reader of the verdict must know of the times without load; undefined for a load of one part. */
export function gapsOf({ parts = [], intervalSeconds }: LoadHead): Bilingual | undefined {
  if (parts.length === 0) return undefined;
  const gaps = parts.map(({ startedAt, first, stoppedAt }) => ({
    after: first * intervalSeconds,
    seconds: Math.max(0, Math.round((startedAt - stoppedAt) / 1000)),
    from: new Date(stoppedAt).toISOString(),
  }));
  const en = gaps.map(({ after, seconds, from }) => `${seconds} s from ${from} (after ${after} s of the load)`);
  const zh = gaps.map(({ after, seconds, from }) => `自 ${from} 起 ${seconds} 秒（负载进行 ${after} 秒后）`);
  return {
    en: `The load was interrupted: ${en.join("; ")}. Nothing was sent then, and the verdict says nothing of that time.`,
    zh: `负载曾中断：${zh.join("；")}。其间未发送任何请求，判定不涉及该时段。`,
  };
}

function withoutTornLine(file: string): void {
  const bytes = readFileSync(file);
  truncateSync(file, bytes.lastIndexOf(10) + 1);
}

const writtenAt = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);
