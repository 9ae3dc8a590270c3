import type { Interface } from "../../core/pack/types.ts";
import { balanceOf, claimsAccount, eachEntry, horizon } from "../data/books.ts";
import { shownIn } from "../resources/shown.ts";
import type { Session } from "../session.ts";
import { objectOf } from "../session/context.ts";
import { isSettled } from "./money.ts";
import type { Booked, Order, Orders } from "./money.ts";

/** Entries of a page of a statement, and pages beyond those that the load itself can have filled. */
const PAGE = 200;
const SPARE_PAGES = 400;

/** Between two looks at an order that is not final. */
const PAUSE_MS = 500;

/**
 * Asks for every order whose outcome is not final, over and over, until it is or `limits.settleWithinSeconds` have passed
 * since the last that became so. `told` hears of each outcome that is news.
 */
export async function settle(
  session: Session,
  orders: Orders,
  told: (number: string, outcome: string) => void = () => {},
): Promise<void> {
  const { maxConcurrency, settleWithinSeconds } = session.statement.limits;
  const { runtime } = session.run;
  let deadline = runtime.now() + settleWithinSeconds * 1000;
  let open = [...orders.values()].filter((order) => !isSettled(order));
  while (open.length > 0 && runtime.now() < deadline) {
    const queue = open.values();
    const ask = async (): Promise<void> => {
      for (const order of queue) {
        // A SUT that answers nothing is not asked for each of very many orders.
        if (runtime.now() >= deadline) return;
        const before = order.outcome;
        await look(session, orders, order);
        if (order.outcome !== before) told(order.number, order.outcome);
        if (isSettled(order)) deadline = runtime.now() + settleWithinSeconds * 1000;
      }
    };
    await Promise.all(Array.from({ length: Math.min(maxConcurrency, open.length) }, ask));
    open = open.filter((order) => !isSettled(order));
    if (open.length > 0) await session.sleep(PAUSE_MS);
  }
}

/** One query of an order; an answer that is none leaves it as it was. */
async function look(session: Session, orders: Orders, order: Order): Promise<void> {
  const reads = readerOf(session, order);
  if (reads === undefined) return;
  const exchange = await session.send(await session.make(reads, { number: order.number }), {
    label: `settlement of ${order.number}`,
  });
  const { answer } = exchange;
  if (answer === undefined || !answer.signature.ok) return;
  if (session.pack.succeeds(reads, answer.status))
    orders.tell(order.number, shownIn(session.pack, reads, objectOf(answer.json)).outcome ?? "unknown");
  else if (session.pack.resources.codes(reads, "not-found").includes(answer.code ?? ""))
    orders.tell(order.number, "absent");
}

function readerOf(session: Session, { resource }: Order): Interface | undefined {
  const reads = session.pack.resources.find(resource)?.reads;
  return reads !== undefined && session.claims(reads.id) ? reads : undefined;
}

/** Accounts on which orders of the load are booked. */
export function accountsOf(orders: Orders): readonly string[] {
  return [...new Set([...orders.values()].flatMap((order) => accountOf(orders, order) ?? []))];
}

/** The account of an order: its own, or that of the order which it gives back of. */
export function accountOf(orders: Orders, { account, of }: Order): string | undefined {
  return account ?? (of === undefined ? undefined : orders.get(of)?.account);
}

/** What the books hold, by account and number, with the balance before and after it was read. */
export interface Books {
  booked(account: string, number: string): Booked;
  /** The business date of what is booked under a number; undefined where nothing is. */
  date(account: string, number: string): string | undefined;
  /** Credits less debits of all entries of an account. */
  moved(account: string): number;
  /** The posted balance; undefined where the pack shows none. */
  balance(account: string): number | undefined;
}

/** Pages of a statement that a load of so many orders may have filled, beside what was there before. */
export const pagesFor = (orders: number): number => SPARE_PAGES + Math.ceil((4 * orders) / PAGE);

/** The business dates on which orders of the load are booked. */
export function datesOf(orders: Orders, books: Books | undefined): readonly string[] {
  const dates = new Set<string>();
  for (const order of orders.values()) {
    const account = accountOf(orders, order);
    const date = account === undefined ? undefined : books?.date(account, order.number);
    if (date !== undefined) dates.add(date);
  }
  return [...dates].toSorted();
}

/** Reads whole statements since a date. Undefined where the SUT lists no entries of these accounts. */
export async function readBooks(
  session: Session,
  accounts: readonly string[],
  from: string,
  orders: number,
): Promise<Books | undefined> {
  if (accounts.some((account) => !claimsAccount(session, "lists", "entries", account))) return undefined;
  const numbers = new Map<string, { moved: number; entries: number; date: string | undefined }>();
  const totals = new Map<string, number>();
  const balances = new Map<string, number>();
  const mostPages = pagesFor(orders);
  for (const account of accounts) {
    await eachEntry(
      session,
      account,
      { from, to: horizon(session), mostPages },
      ({ reference, direction, amount, date }) => {
        const effect = direction === "credit" ? amount : -amount;
        const key = `${account}\n${reference}`;
        const booked = numbers.get(key) ?? { moved: 0, entries: 0, date };
        numbers.set(key, { moved: booked.moved + effect, entries: booked.entries + 1, date: booked.date });
        totals.set(account, (totals.get(account) ?? 0) + effect);
      },
    );
    if (claimsAccount(session, "reads", "balance", account))
      balances.set(account, (await balanceOf(session, account)).posted);
  }
  return {
    booked: (account, number) => numbers.get(`${account}\n${number}`) ?? { moved: 0, entries: 0 },
    date: (account, number) => numbers.get(`${account}\n${number}`)?.date,
    moved: (account) => totals.get(account) ?? 0,
    balance: (account) => balances.get(account),
  };
}
