import { addDays } from "../../core/calendar/date.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { decodeBase64Strict } from "../../core/signature/base64.ts";
import { hashOf, isHashName } from "../../core/table/hash.ts";
import { alike, asJson } from "../../core/text/alike.ts";
import type { Json } from "../../core/unit/unit.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { BillSeen, Entry, StatementSeen } from "../laws/history.ts";
import type { Making, Session } from "../session.ts";
import type { Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import { billsOf } from "../resources/bill.ts";
import type { Bills } from "../resources/bill.ts";
import { valueAt } from "../resources/meant.ts";
import { momentAt } from "../resources/moment-at.ts";
import type { Money } from "../resources/money-shape.ts";
import { moneyAt, shownIn } from "../resources/shown.ts";
import type { Shown } from "../resources/shown.ts";
import { readBill, unpacked } from "./bill-file.ts";
import type { Given } from "./request-builder.ts";

/*
 * What the SUT shows of accounts: balances, whole statements, bills. What is read is kept for the laws.
 */

const PAGE = 200;
const MOST_PAGES = 200;
const TRIES = 5;
const PAUSE_MS = 400;
const HORIZON_DAYS = 400;
const HOUR_MS = 3_600_000;
const MARGIN_MS = 180_000;

export interface Balance {
  readonly available: number;
  readonly pending: number;
  readonly posted: number;
}

/** An account by the name that the laws use: a binding's id, or the settlement account. */
export type AccountName = string;

/** Today by the SUT's clock. */
export function today(session: Session): string {
  return session.pack.calendar.businessDate(session.sutNow());
}

/**
 * The last date on which something may be booked already. A SUT whose clock was moved, by this run or an earlier one, may
 * hold entries of future days; a SUT whose clock cannot be moved may refuse dates beyond today.
 */
export function horizon(session: Session): string {
  return session.offers("clock") ? addDays(today(session), HORIZON_DAYS) : today(session);
}

/**
 * Moves the SUT's clock to where nothing was booked later: never back behind what this run or an earlier one has seen of
 * it, because books do not go back in time and a bill that was given out stays as it is. Gives the business date.
 */
export async function forward(session: Session): Promise<string> {
  const days = session.pack.calendar;
  const { sutClock, runtime } = session.run;
  let moment = Math.max(session.sutNow(), runtime.now() + sutClock.mostMs);
  if (claimsAccount(session, "lists", "entries", SETTLEMENT)) {
    const later = (await entriesOf(session, SETTLEMENT, addDays(today(session), 1), horizon(session))).at(-1)?.date;
    if (later !== undefined && later > days.businessDate(moment))
      moment = days.startOfBusinessDate(addDays(later, 1)) + HOUR_MS;
  }
  // A day that is about to end is not begun with.
  const next = days.startOfBusinessDate(addDays(days.businessDate(moment), 1));
  if (next - moment < MARGIN_MS) moment = next + HOUR_MS;
  if (moment > session.sutNow() + 1_000) await session.setClock(moment);
  return today(session);
}

/** By how much the moment that something says it came about may be ahead of the one at which the books took it up. */
const EDGE_MS = 5_000;

/**
 * Holds that `date` may be the business date of what came about at `timeMs`: that of the moment, or a later one that the
 * bank had reached before. Whether it had is known of this run; an earlier one has left entries that were booked by a
 * clock that stood there.
 */
export async function mayBeDated(session: Session, date: string, timeMs: number): Promise<boolean> {
  const days = session.pack.calendar;
  const { runtime, sutClock } = session.run;
  if (date === days.businessDate(timeMs) || date === days.businessDate(timeMs + EDGE_MS)) return true;
  if (date < days.businessDate(timeMs) || !session.offers("clock")) return false;
  if (date <= days.businessDate(runtime.now() + sutClock.mostMs)) return true;
  if (!claimsAccount(session, "lists", "entries", SETTLEMENT)) return false;
  return (await entriesOf(session, SETTLEMENT, date, date)).some(
    ({ bookedAt }) => bookedAt !== undefined && days.businessDate(bookedAt) === date,
  );
}

/** The moment at which the bill of a date is given out, in milliseconds. */
export function billReadyAt(session: Session, date: string): number {
  const { billReadyAfterSeconds } = session.pack.policies.cutover;
  return session.pack.calendar.startOfBusinessDate(addDays(date, 1)) + billReadyAfterSeconds * 1000;
}

/**
 * The balance of an account, in the pack's first currency where the interface asks for none. All checks share the settlement account, so only a check that runs alone can judge by it.
 */
export async function balanceOf(
  session: Session,
  account: AccountName,
  making: Making = {},
  currency?: string,
): Promise<Balance> {
  if (account === SETTLEMENT) session.mustBeAlone("reads the balance of the settlement account");
  const one = shownBy(session, "reads", "balance", account);
  const { body } = await session.perform(
    one.id,
    {},
    {
      ...making,
      given: { ...accountGiven(account), ...(currency === undefined ? {} : { currency }) },
    },
  );
  const shown = shownIn(session.pack, one, body);
  return { available: shown.minor("available"), pending: shown.minor("pending"), posted: shown.minor("posted") };
}

/** The interface that shows something of an account; skips the check where the pack has none. */
export function shownBy(session: Session, verb: "reads" | "lists", thing: string, account: AccountName): Interface {
  const owner = account === SETTLEMENT ? "party" : "customer";
  return (
    showing(session.pack, verb, thing, account) ??
    session.skip(
      `no interface of the pack ${verb} the ${thing} of a ${owner}'s account`,
      `规范包中没有接口可查询${owner === "party" ? "机构" : "客户"}账户的 ${thing}`,
      "not-demanded",
    )
  );
}

/** Whether the SUT claims an interface that shows something of an account. */
export function claimsAccount(session: Session, verb: "reads" | "lists", thing: string, account: AccountName): boolean {
  const one = showing(session.pack, verb, thing, account);
  return one !== undefined && session.claims(one.id);
}

/** The interface that shows something of an account; undefined where the pack has none. */
function showing(pack: PackView, verb: "reads" | "lists", thing: string, account: AccountName): Interface | undefined {
  const owner = account === SETTLEMENT ? "party" : "customer";
  return Object.entries(pack.source.manifest.accounts)
    .filter(([, kind]) => kind.owner === owner)
    .map(([name]) => pack.resources.thing(verb, thing, name))
    .find((one) => one !== undefined);
}

const accountGiven = (account: AccountName): Given => (account === SETTLEMENT ? {} : { account });

/** The last date that a statement from a date may cover by the pack, and no later than `to`. */
export function lastOfRange(session: Session, from: string, to: string): string {
  const { statementDays } = session.pack.policies.limits;
  const last = statementDays === undefined ? to : addDays(from, statementDays - 1);
  return last < to ? last : to;
}

/**
 * All entries between two business dates, in ranges that the pack allows and page by page. Inconclusive when the pages
 * do not end.
 */
export async function entriesOf(
  session: Session,
  account: AccountName,
  from: string,
  to: string,
  mostPages = MOST_PAGES,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  await eachEntry(session, account, { from, to, mostPages }, (entry) => entries.push(entry));
  return entries;
}

/** The same for more entries than memory should hold, one by one. */
export async function eachEntry(
  session: Session,
  account: AccountName,
  { from, to, mostPages }: { readonly from: string; readonly to: string; readonly mostPages: number },
  take: (entry: Entry) => void,
): Promise<void> {
  for (let start = from; start <= to; start = addDays(lastOfRange(session, start, to), 1))
    await eachOfRange(session, account, { from: start, to: lastOfRange(session, start, to), mostPages }, take);
}

/** What the statement of an account has under one number, from a business date on. */
export async function entriesUnder(
  session: Session,
  account: AccountName,
  from: string,
  number: string | undefined,
): Promise<readonly Entry[]> {
  return (await entriesOf(session, account, from, horizon(session))).filter((one) => one.reference === number);
}

async function eachOfRange(
  session: Session,
  account: AccountName,
  { from, to, mostPages }: { readonly from: string; readonly to: string; readonly mostPages: number },
  take: (entry: Entry) => void,
): Promise<void> {
  const one = shownBy(session, "lists", "entries", account);
  const meanings = session.pack.meanings(one);
  const limit = meanings.asked("limit").length > 0 ? { limit: PAGE } : {};
  let cursor: Json | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { body } = await session.perform(
      one.id,
      {},
      { given: { ...accountGiven(account), from, to, ...limit, ...(cursor === undefined ? {} : { cursor }) } },
    );
    const list = valueAt(body, [meanings.list ?? []]);
    const shown = (list as readonly Fields[]).map((each) => entryOf(session, one, each));
    session.run.others.listed(shown, session.run.runtime.now());
    for (const entry of shown) take(entry);
    cursor = valueAt(body, meanings.shown("next"));
    if (cursor === undefined) return;
  }
  return session.inconclusive(
    `${one.id} gave ${mostPages} pages of ${PAGE} without an end`,
    `${one.id} 超过 ${mostPages} 页仍未结束`,
  );
}

/** A whole statement with the balance that it belongs to: read again where the balance moved meanwhile. */
export async function statementOf(
  session: Session,
  account: AccountName,
  from: string,
  to: string,
): Promise<StatementSeen> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await balanceOf(session, account);
    const entries = await entriesOf(session, account, from, to);
    const after = await balanceOf(session, account);
    const still = before.posted === after.posted;
    if (!still && attempt < TRIES) {
      await session.sleep(PAUSE_MS);
      continue;
    }
    const sight: StatementSeen = {
      kind: "statement",
      at: session.run.runtime.now(),
      party: session.party.partyId,
      account,
      from,
      to,
      entries,
      ...(still ? { posted: after.posted } : {}),
    };
    session.run.history.add(sight);
    return sight;
  }
}

/** The file of a bill as it was fetched, or as the answer carries it: in base64, packed as the table says. */
function fileIn(session: Session, { file }: Bills, exchange: Exchange, date: string): Uint8Array {
  if (file.response.representation === "table") return exchange.answer?.body ?? new Uint8Array();
  const said = session.expectShown(exchange).text("file");
  const bytes = said === undefined ? undefined : decodeBase64Strict(said);
  return (
    bytes ??
    session.fail({
      summary: { en: `the answer carries no file of the bill of ${date}`, zh: `${date} 账单应答未携带文件` },
      expected: { en: "a file in base64", zh: "base64 编码的文件" },
      seen: said === undefined ? { en: "none", zh: "无" } : { en: "no base64", zh: "不是合法的 base64" },
    })
  );
}

/** A day's bill, file and all. Fails the check where file, hash and row count do not agree. */
export async function billOf(
  session: Session,
  date: string,
): Promise<{ readonly bill: BillSeen; readonly bytes: Uint8Array; readonly said: Shown }> {
  const bills =
    billsOf(session.pack) ??
    session.skip("the pack has no bill with a file", "规范包中没有账单及其文件", "not-demanded");
  const { announced, file } = bills;
  const told = await session.ask(announced, { date }, `bill of ${date}`);
  const said = session.expectShown(told);
  const exchange = announced === file ? told : await session.ask(file, { date }, `file of the bill of ${date}`);
  session.expectSuccess(exchange);
  const bytes = fileIn(session, bills, exchange, date);
  const { table } = file.response;
  if (table === undefined) throw new TypeError(`${file.id} answers with no table`);
  const reading = readBill(bytes, table, session.pack.source.manifest.currencies[0]?.minorUnits ?? 2);
  if (!reading.ok)
    return session.fail({
      summary: {
        en: `the bill of ${date} cannot be read: ${reading.problem.en}`,
        zh: `${date} 账单无法解析：${reading.problem.zh}`,
      },
      expected: { en: "a CSV file as the pack's table says", zh: "符合规范包表格定义的 CSV 文件" },
      seen: reading.problem,
    });
  const { rows, total } = reading.bill;
  const bill: BillSeen = {
    kind: "bill",
    at: session.run.runtime.now(),
    party: session.party.partyId,
    date,
    rows,
    credits: total.credits,
    debits: total.debits,
  };
  session.run.history.add(bill);
  const named = said.text("hash-algorithm");
  const algorithm = isHashName(named) ? named : "SHA256";
  const hash = hashOf(unpacked(bytes, table) ?? bytes, algorithm);
  const differ = (what: Bilingual, expected: Bilingual, seen: Bilingual): void =>
    session.fail({
      summary: { en: `the bill of ${date} has a wrong ${what.en}`, zh: `${date} 账单的${what.zh}不正确` },
      expected,
      seen,
    });
  // What a pack's bill does not tell is not compared.
  const [toldHash, toldRows] = [said.text("hash"), said.value("rows")];
  if (toldHash !== undefined && toldHash.toLowerCase() !== hash)
    differ(
      { en: "hash", zh: "哈希值" },
      { en: `${algorithm} of the file: ${hash}`, zh: `文件的 ${algorithm}：${hash}` },
      alike(toldHash),
    );
  if (toldRows !== undefined && toldRows !== rows.length)
    differ(
      { en: "number of rows", zh: "行数" },
      { en: `${rows.length} rows in the file`, zh: `文件有 ${rows.length} 行` },
      asJson(toldRows),
    );
  if (total.rows !== rows.length)
    differ(
      { en: "footer", zh: "合计行" },
      { en: `${rows.length} rows`, zh: `${rows.length} 行` },
      { en: `${total.rows} in the footer`, zh: `合计行为 ${total.rows}` },
    );
  return { bill, bytes, said };
}

/** What entries of a reference move on an account: credits less debits. */
export function moved(entries: readonly Entry[]): number {
  return entries.reduce((total, one) => total + (one.direction === "credit" ? one.amount : -one.amount), 0);
}

function entryOf(session: Session, one: Interface, line: Fields): Entry {
  const { listed, list } = session.pack.meanings(one);
  const text = (meaning: Meaning): string => String(valueAt(line, listed(meaning)));
  const money = (meaning: Meaning): Money | undefined => {
    for (const path of listed(meaning)) {
      const shape = moneyAt(session.pack, one.response.body, [...(list ?? []), "*", ...path]);
      const found = shape?.read(valueAt(line, [path]));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const bookedAt = listed("booked")
    .map((path) => momentAt(session.pack, one.response.body, [...(list ?? []), "*", ...path], valueAt(line, [path])))
    .find((ms) => ms !== undefined);
  const amount = money("amount");
  return {
    ...(bookedAt === undefined ? {} : { bookedAt }),
    id: text("entry"),
    transfer: text("transfer"),
    type: text("kind"),
    direction: text("direction") as Entry["direction"],
    amount: amount?.value ?? 0,
    currency: amount?.currency ?? session.pack.currency,
    balanceAfter: money("balance")?.value ?? 0,
    reference: text("reference"),
    date: text("date"),
  };
}
