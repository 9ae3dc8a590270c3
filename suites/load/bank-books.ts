import type { Bilingual } from "../../core/run/verdict.ts";
import { askedIn } from "../resources/draft-fields.ts";
import type { Session } from "../session.ts";
import { billsOf } from "./bills.ts";
import type { RuleJudgement } from "./companion.ts";
import { billedSides } from "./judge-bills.ts";
import { judgeRules } from "./judge-load.ts";
import type { LoadEvidence } from "./judge-load.ts";
import { booksOf, writeBooksAhead } from "./load-state.ts";
import type { LoadPlan } from "./plan.ts";
import type { Unfinished } from "./resume.ts";
import type { Segment } from "./segment.ts";
import { triedBooks } from "./settled.ts";
import { accountsOf, readBooks } from "./settlement.ts";
import type { Books } from "./settlement.ts";

/** What the books of a bank showed before a load. */
export interface BooksAhead {
  /** The business date from which statements are read. */
  readonly from: string;
  readonly accounts: readonly string[];
  readonly books: Books | undefined;
  readonly reason?: Bilingual;
}

/** Of a load that has no books ahead of it. */
export const NO_BOOKS: BooksAhead = { from: "", accounts: [], books: undefined };

interface Ahead {
  readonly folder: string;
  readonly plan: LoadPlan;
  /** When the load begins, in milliseconds since 1970. */
  readonly beginsAt: number;
  /** Whether it is over, and its results are read. */
  readonly isPast: boolean;
  /** What was made of it before. */
  readonly before: Unfinished | undefined;
}

/** The books before the load, which one that goes on has kept. */
export async function booksBefore(
  session: Session,
  { folder, plan, beginsAt, isPast, before }: Ahead,
): Promise<BooksAhead> {
  const from = before?.books?.from ?? session.pack.calendar.businessDate(beginsAt);
  if (before !== undefined) {
    const { books } = before;
    return {
      from,
      accounts: Object.keys(books?.accounts ?? {}),
      books: books === undefined ? undefined : booksOf(books),
    };
  }
  const accounts = await accountsAhead(session, plan);
  // Of a load that is over no balance before it is known.
  if (isPast) return { from, accounts, books: undefined };
  const { books, reason } = await triedBooks(() => readBooks(session, accounts, from, 0));
  if (books !== undefined) writeBooksAhead(folder, { from, readAt: session.run.runtime.now() }, { books, accounts });
  return { from, accounts, books, ...(reason === undefined ? {} : { reason }) };
}

/** Holds settled orders against the bank's books and bills. */
export async function judgeBooks(
  session: Session,
  evidence: Pick<LoadEvidence, "result" | "totals" | "mostLate" | "orders" | "retries">,
  { ahead, segment }: { readonly ahead: BooksAhead; readonly segment: Segment },
): Promise<readonly RuleJudgement[]> {
  const { orders } = evidence;
  const made = accountsOf(orders);
  const { books: after, reason } = await triedBooks(() =>
    readBooks(session, made.length === 0 ? ahead.accounts : made, ahead.from, orders.size * segment.of),
  );
  return judgeRules({
    ...evidence,
    before: ahead.books,
    after,
    accounts: made,
    bills: await billsOf(session.run, segment, orders, after),
    sideOf: billedSides(session.pack),
    noBooks: reason ?? ahead.reason,
  });
}

/** The accounts that orders of the load will name: those of ordinary requests, which are made and not sent. */
async function accountsAhead(session: Session, plan: LoadPlan): Promise<readonly string[]> {
  const accounts = new Set<string>();
  for (const id of plan.interfaces) {
    const one = session.pack.interface(id);
    const law = session.pack.resources.about(one)?.resource?.law;
    if (one.provider !== session.statement.role) continue;
    if (one.purpose?.creates === undefined || law === undefined || !("moves" in law)) continue;
    const account = askedIn(session.pack, await session.request(id), "account");
    if (typeof account === "string") accounts.add(account);
  }
  return [...accounts];
}
