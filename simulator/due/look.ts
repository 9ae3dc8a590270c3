import { above, timeKey } from "../../core/lifecycle/rows.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { MOST_OF_ONE } from "./places.ts";
import type { Places } from "./places.ts";

/** Rows of one scan: the share of a lone receiver, and one more, which shows a backlog. */
const PAGE_ROWS = MOST_OF_ONE + 1;

/** Rows of a scan that begins behind a receiver: a few show whether the next one has due rows, even if it has thousands. */
const FEW_ROWS = 8;

/**
 * Scans of one look, enough for as many receivers with rows. With more receivers, the next look continues behind the last
 * one read, and other units have had their turn in between.
 */
const PAGES = 16;

const END = above("");

export interface DueRow {
  readonly receiver: string;
  readonly key: string;
  readonly value: Json;
}

export interface Seen {
  /** Oldest first for each receiver; at most one more than it may start. */
  readonly due: readonly DueRow[];
  /** The moment at which the next row comes due, among receivers without a backlog. */
  readonly next: number;
  /** Where the next look continues; undefined when this one saw all. */
  readonly goOn: string | undefined;
}

export interface LookSettings {
  readonly collection: string;
  readonly from: string;
  readonly now: number;
  /** The prefix of a receiver's keys; the time follows it. */
  readonly receiverOf: (key: string) => string;
  /** The places at this moment: they decide what is worth reading, and are asked again before a row starts. */
  readonly places: Places;
  /** Rows that are not to be started, though they are due. */
  readonly passOver: (key: string) => boolean;
}

/**
 * The rows of a collection that can start now, receiver by receiver. It reads no rows of a receiver that has its share, and
 * of another only as many as it may take; thousands of due rows of a dead receiver are skipped by their common prefix.
 */
export function* look({ collection, from, now, receiverOf, places, passOver }: LookSettings): Unit<Seen> {
  const work = new Workspace();
  const due: DueRow[] = [];
  const tooEarly = timeKey(now + 1);
  let next = Number.POSITIVE_INFINITY;
  let receiver: string | undefined;
  let dueBelow = "";
  let wanted = 0;
  let at = from;
  let limit = PAGE_ROWS;
  for (let page = 0; at < END; page += 1) {
    if (page === PAGES) return work.outcome({ due, next, goOn: at });
    const full = places.firstFull(at);
    if (full === at) {
      at = above(full);
      continue;
    }
    const { keys, values } = yield* work.scan({ collection, from: at, below: full ?? END, limit });
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string;
      if (receiver === undefined || !key.startsWith(receiver)) {
        receiver = receiverOf(key);
        dueBelow = receiver + tooEarly;
        const room = places.room(receiver);
        wanted = room === 0 ? 0 : room + 1;
      }
      if (wanted === 0) continue;
      if (key >= dueBelow) {
        next = Math.min(next, Number(key.slice(receiver.length, dueBelow.length)));
        wanted = 0;
      } else if (!passOver(key)) {
        due.push({ receiver, key, value: values[index] as Json });
        wanted -= 1;
      }
    }
    if (keys.length === limit && wanted > 0) {
      // No key lies between a key and the same key with the lowest character appended.
      at = `${keys.at(-1) as string} `;
      limit = PAGE_ROWS;
    } else {
      if (keys.length === limit) at = above(receiver as string);
      else at = full === undefined ? END : above(full);
      limit = FEW_ROWS;
    }
  }
  return work.outcome({ due, next, goOn: undefined });
}
