import { above, timeKey } from "../../core/lifecycle/rows.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { MOST_OF_ONE } from "./places.ts";
import type { Places } from "./places.ts";

/** Rows of one scan: what one receiver alone may start, and one more, which tells that it has a backlog. */
const PAGE_ROWS = MOST_OF_ONE + 1;

/** Rows of a scan that begins behind a receiver: a few tell whether the next has any that are due, or thousands that are not yet. */
const FEW_ROWS = 8;

/**
 * Scans of one look. They are enough for as many receivers with rows as that; where more have some, the next look goes
 * on behind the last one read, and other units have had their turn in between.
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
  /** When the next row comes due, of those receivers that have nothing more to start. */
  readonly next: number;
  /** Where the next look goes on; undefined when all has been seen. */
  readonly goOn: string | undefined;
}

export interface LookSettings {
  readonly collection: string;
  readonly from: string;
  readonly now: number;
  /** What the keys of a row's receiver begin with, the time following. */
  readonly receiverOf: (key: string) => string;
  /** Read for what it says at this moment: it decides what is worth reading, and who starts a row asks it again. */
  readonly places: Places;
  /** Rows that are not to be started, though they are due. */
  readonly passOver: (key: string) => boolean;
}

/**
 * What of a collection can be started, receiver by receiver. Of one that holds all it may nothing is read, of another
 * no more than it may take: thousands of due rows of a dead one are jumped over by the name that their keys begin with.
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
      // Nothing stands between a key and itself with one more of the lowest character.
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
