import type { Bilingual } from "../../core/run/verdict.ts";
import { claimsAccount, entriesOf, horizon, today } from "../data/books.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { Entry } from "../laws/history.ts";
import type { Failure } from "../outcome.ts";
import { Session } from "../session.ts";
import { OTHER_USE_REMEDY } from "./other-use.ts";
import type { RunScope } from "./scope.ts";

/** Between two readings of the books, in which this run sends nothing but queries. */
const STILL_MS = 500;
/** What looking takes at most. */
const PATIENCE_MS = 20_000;

/**
 * Why a fail may be the doing of others who use the SUT's data; undefined where it rests on one answer alone, or where the
 * books show no other use.
 */
export async function doubtOf(scope: RunScope, check: string, failure: Failure): Promise<Bilingual | undefined> {
  if (failure.restsOn === "answer") return undefined;
  if (scope.others.seen === undefined) await look(scope, check);
  const { seen } = scope.others;
  return seen === undefined
    ? undefined
    : {
        en: `others used the SUT's data meanwhile (${seen.en}), so this may be their doing: ${failure.summary.en}. ${OTHER_USE_REMEDY.en}`,
        zh: `期间被测系统的数据被他人使用（${seen.zh}），以下现象可能由其造成：${failure.summary.zh}。${OTHER_USE_REMEDY.zh}`,
      };
}

/** Reads the books of the settlement account twice, where the SUT shows them; what is seen is kept in `others`. */
async function look(scope: RunScope, check: string): Promise<void> {
  const end = new AbortController();
  const cancel = scope.runtime.schedule(PATIENCE_MS, () => end.abort());
  const session = new Session(scope, check, end.signal);
  try {
    if (!claimsAccount(session, "lists", "entries", SETTLEMENT)) return;
    const before = await booked(session);
    if (scope.others.seen !== undefined) return;
    await session.sleep(STILL_MS);
    const had = new Set(before.map(({ id }) => id));
    scope.others.appeared((await booked(session)).filter(({ id }) => !had.has(id)));
  } catch {
    // What keeps the books from being read says nothing about others.
  } finally {
    cancel();
  }
}

function booked(session: Session): Promise<readonly Entry[]> {
  return entriesOf(session, SETTLEMENT, today(session), horizon(session));
}
