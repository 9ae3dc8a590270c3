import type { AccountKind } from "../pack/chart.ts";
import type { Json, Reading, RowKey } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import type { Money } from "../money/money.ts";
import { above, joinKey } from "../lifecycle/rows.ts";

/**
 * Double entry over rows. A transfer debits one account and credits another by the same amount, so that what is posted
 * sums to zero per currency by construction; balances are kept on the side on which the account grows.
 *
 * Rows: `account` (balances), `hold` (pending transfers), `entry` (one for each side of a posted transfer, ordered by
 * account, business date and sequence: the statement of an account, and the bill of a day), `counter`.
 */
export interface Balance {
  /** Minor units, on the account's normal side. */
  readonly posted: number;
  /** Reserved by pending transfers that will lower the balance. */
  readonly reserved: number;
  /** Promised by pending transfers that will raise it. */
  readonly incoming: number;
}

export interface LedgerEntry {
  readonly entry_id: string;
  readonly transfer_id: string;
  readonly kind: string;
  readonly direction: "debit" | "credit";
  readonly amount: Money;
  readonly balance_after: Money;
  readonly reference: string;
  readonly at: number;
  readonly business_date: string;
}

/**
 * An entry as its row holds it: a list by position, without what the key already says, because entries outnumber all other
 * rows. Amounts in minor units of the key's currency.
 */
type StoredEntry = readonly [
  transferId: string,
  kind: string,
  direction: "debit" | "credit",
  amount: number,
  balanceAfter: number,
  reference: string,
  at: number,
];

export interface TransferOrder {
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: Money;
  readonly reference: string;
}

/**
 * A rule of the ledger would be broken: a mistake of the pack or a bug of the engine. Thrown, so that nothing is
 * committed.
 */
export class LedgerViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LedgerViolation";
  }
}

/** The number of the next entry, and the business date that was reached. */
interface Counter {
  readonly next: number;
  readonly date: string;
}

const COUNTER = { collection: "counter", key: "ledger" } as const;
const COUNTER_ROW: readonly RowKey[] = [COUNTER];
const UNUSED: Counter = { next: 1, date: "" };
const SIDES = ["debit", "credit"] as const;
const NOTHING: Balance = { posted: 0, reserved: 0, incoming: 0 };

export class Ledger {
  readonly #kinds: Readonly<Record<string, AccountKind>>;
  readonly #dateOf: (timeMs: number) => string;

  constructor(kinds: Readonly<Record<string, AccountKind>>, dateOf: (timeMs: number) => string) {
    this.#kinds = kinds;
    this.#dateOf = dateOf;
  }

  /**
   * The business date of every posting in this unit: that of `now`, or a later one that was reached before. Asking moves
   * the date on and never back, so that a day already billed stays as it is when the clock is stepped back.
   */
  *businessDate(work: Workspace, now: number): Reading<string> {
    yield* work.prefetch(COUNTER_ROW);
    return this.#turn(work, now).date;
  }

  *balance(work: Workspace, account: string, currency: string): Reading<Balance> {
    this.#kind(account);
    return ((yield* work.get("account", joinKey([account, currency]))) as unknown as Balance | undefined) ?? NOTHING;
  }

  /** Posts at once. Returns the transfer's id. */
  *post(work: Workspace, order: TransferOrder, now: number): Reading<string> {
    const keys = accountKeys(order);
    yield* work.prefetch(rowsOf(keys));
    const { id, sequence, date } = this.#number(work, now);
    this.#enter(work, order, keys, id, sequence, date, now);
    return id;
  }

  /** Reserves, to be ended by `postHold` or `voidHold`. Returns the transfer's id. */
  *hold(work: Workspace, order: TransferOrder, now: number): Reading<string> {
    const keys = accountKeys(order);
    yield* work.prefetch(rowsOf(keys));
    const { id } = this.#number(work, now);
    this.#reserve(work, order, keys, 1);
    work.put("hold", id, { ...order, amount: { ...order.amount } });
    return id;
  }

  /** Posts a pending transfer, or `part` of it: the rest is released. */
  *postHold(work: Workspace, holdId: string, part: Money | undefined, now: number): Reading<string> {
    const order = yield* this.#endHold(work, holdId);
    if (part !== undefined && (part.currency !== order.amount.currency || part.value > order.amount.value)) {
      throw new LedgerViolation(`a pending transfer of ${show(order.amount)} cannot be posted with ${show(part)}`);
    }
    return yield* this.post(work, part === undefined ? order : { ...order, amount: part }, now);
  }

  *voidHold(work: Workspace, holdId: string): Reading<void> {
    yield* this.#endHold(work, holdId);
  }

  /**
   * Entries of one account between two business dates (inclusive), oldest first, at most `limit`, after the entry
   * whose id is `after` when given.
   */
  *entries(
    work: Workspace,
    account: string,
    currency: string,
    from: string,
    to: string,
    after: string | undefined,
    limit: number,
  ): Reading<readonly LedgerEntry[]> {
    this.#kind(account);
    const start = joinKey([account, currency, from]);
    const cursor = after === undefined ? undefined : /^(\d{4}-\d{2}-\d{2})-(\d{12})$/.exec(after);
    const found = yield* work.scan({
      collection: "entry",
      from: cursor ? `${joinKey([account, currency, cursor[1] ?? ""])}/${cursor[2]}!` : start,
      below: above(joinKey([account, currency, to])),
      limit,
    });
    return found.keys.map((key, at) => entryOf(key, found.values[at] as Json));
  }

  /** Whether an entry of that id is one of the account's between the dates: whether a page may begin after it. */
  *hasEntry(
    work: Workspace,
    account: string,
    currency: string,
    from: string,
    to: string,
    id: string,
  ): Reading<boolean> {
    this.#kind(account);
    const [, date = "", number = ""] = /^(\d{4}-\d{2}-\d{2})-(\d{12})$/.exec(id) ?? [];
    if (number === "" || date < from || date > to) return false;
    return (yield* work.get("entry", `${joinKey([account, currency, date])}/${number}`)) !== undefined;
  }

  *#endHold(work: Workspace, holdId: string): Reading<TransferOrder> {
    const order = (yield* work.get("hold", holdId)) as unknown as TransferOrder | undefined;
    if (order === undefined) throw new LedgerViolation(`the pending transfer ${holdId} was already posted or voided`);
    work.put("hold", holdId, undefined);
    const keys = accountKeys(order);
    yield* work.prefetch(rowsOf(keys));
    this.#reserve(work, order, keys, -1);
    return order;
  }

  #reserve(work: Workspace, order: TransferOrder, keys: AccountKeys, direction: 1 | -1): void {
    this.#check(order);
    const { value, currency } = order.amount;
    for (const side of SIDES) {
      const before = (work.seen("account", keys[side]) as unknown as Balance | undefined) ?? NOTHING;
      const kind = this.#kind(order[side]);
      const after: Balance =
        kind.normal === side
          ? { ...before, incoming: before.incoming + direction * value }
          : { ...before, reserved: before.reserved + direction * value };
      this.#keep(work, order[side], kind, currency, keys[side], after);
    }
  }

  #enter(
    work: Workspace,
    order: TransferOrder,
    keys: AccountKeys,
    id: string,
    sequence: number,
    date: string,
    now: number,
  ): void {
    this.#check(order);
    const { value, currency } = order.amount;
    let number = sequence;
    for (const side of SIDES) {
      const account = order[side];
      const key = keys[side];
      const before = (work.seen("account", key) as unknown as Balance | undefined) ?? NOTHING;
      const kind = this.#kind(account);
      const delta = kind.normal === side ? value : -value;
      const after: Balance = { posted: before.posted + delta, reserved: before.reserved, incoming: before.incoming };
      this.#keep(work, account, kind, currency, key, after);
      const place = `${key}/${date}/${String(number).padStart(12, "0")}`;
      number += 1;
      const entry: StoredEntry = [id, order.kind, side, value, after.posted, order.reference, now];
      work.put("entry", place, entry);
    }
  }

  #keep(work: Workspace, account: string, kind: AccountKind, currency: string, key: string, balance: Balance): void {
    if (
      !Number.isSafeInteger(balance.posted) ||
      !Number.isSafeInteger(balance.reserved) ||
      !Number.isSafeInteger(balance.incoming)
    )
      throw new LedgerViolation(`${account} would leave the range of exact integers`);
    if (balance.reserved < 0 || balance.incoming < 0)
      throw new LedgerViolation(`${account} would have released more than was pending`);
    if (kind.neverNegative && balance.posted - balance.reserved < 0) {
      throw new LedgerViolation(
        `${account} would fall to ${balance.posted - balance.reserved} ${currency}: a guard of the pack is missing`,
      );
    }
    work.put("account", key, balance as unknown as Json);
  }

  #check(order: TransferOrder): void {
    if (!Number.isSafeInteger(order.amount.value) || order.amount.value <= 0)
      throw new LedgerViolation(`a transfer needs a positive whole amount, not ${order.amount.value}`);
    if (order.debit === order.credit)
      throw new LedgerViolation(`a transfer needs two accounts, not ${order.debit} twice`);
  }

  /** Two entry numbers and the business date. */
  #number(work: Workspace, now: number): { id: string; sequence: number; date: string } {
    const { next, date } = this.#turn(work, now);
    work.put(COUNTER.collection, COUNTER.key, { next: next + 2, date });
    return { id: `T${String(next).padStart(15, "0")}`, sequence: next, date };
  }

  #turn(work: Workspace, now: number): Counter {
    const before = (work.seen(COUNTER.collection, COUNTER.key) as unknown as Counter | undefined) ?? UNUSED;
    const date = this.#dateOf(now);
    if (date <= before.date) return before;
    const turned = { next: before.next, date };
    work.put(COUNTER.collection, COUNTER.key, turned);
    return turned;
  }

  #kind(account: string): AccountKind {
    const kind = this.#kinds[account.slice(0, account.indexOf(":"))];
    if (kind === undefined)
      throw new LedgerViolation(
        `"${account}" is of no account kind of the pack; known: ${Object.keys(this.#kinds).join(", ")}`,
      );
    return kind;
  }
}

/** Of the rows of the two accounts. */
interface AccountKeys {
  readonly debit: string;
  readonly credit: string;
}

const accountKeys = ({ debit, credit, amount: { currency } }: TransferOrder): AccountKeys => ({
  debit: joinKey([debit, currency]),
  credit: joinKey([credit, currency]),
});

/** Every row that a transfer touches, fetched in one read. */
const rowsOf = ({ debit, credit }: AccountKeys): readonly RowKey[] => [
  COUNTER,
  { collection: "account", key: debit },
  { collection: "account", key: credit },
];

/** The entry that a row of the collection `entry` holds. */
export function entryOf(rowKey: string, row: Json): LedgerEntry {
  const [number = "", date = "", currency = ""] = rowKey.split("/").reverse();
  const [transferId, kind, direction, value, balanceAfter, reference, at] = row as unknown as StoredEntry;
  return {
    entry_id: `${date}-${number}`,
    transfer_id: transferId,
    kind,
    direction,
    amount: { value, currency },
    balance_after: { value: balanceAfter, currency },
    reference,
    at,
    business_date: date,
  };
}

const show = (money: Money): string => `${money.value} ${money.currency}`;
