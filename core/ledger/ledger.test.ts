import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountKind } from "../pack/chart.ts";
import { RowMap } from "../unit/row-map.ts";
import { runUnit } from "../unit/run.ts";
import type { Reading, Unit } from "../unit/unit.ts";
import { Workspace } from "../unit/workspace.ts";
import { Ledger, LedgerViolation } from "./ledger.ts";
import type { Balance, LedgerEntry, TransferOrder } from "./ledger.ts";

const title = { en: "x", zh: "x" };
const KINDS: Readonly<Record<string, AccountKind>> = {
  customer: { title, normal: "credit", neverNegative: true },
  fee: { title, normal: "credit", neverNegative: false },
  cash: { title, normal: "debit", neverNegative: false },
};
const ACCOUNTS = ["customer:1", "customer:2", "customer:3", "fee:income", "cash:opening"] as const;
const DAY_MS = 86_400_000;

class Books {
  readonly rows = new RowMap();
  readonly ledger = new Ledger(KINDS, (timeMs) => new Date(timeMs).toISOString().slice(0, 10));

  do<T>(step: (work: Workspace) => Reading<T>): T {
    return runUnit(
      this.rows,
      (function* (): Unit<T> {
        const work = new Workspace();
        return work.outcome(yield* step(work));
      })(),
    );
  }

  post(debit: string, credit: string, value: number, now = 0, currency = "CNY"): string {
    return this.do((work) => this.ledger.post(work, order(debit, credit, value, currency), now));
  }

  hold(debit: string, credit: string, value: number): string {
    return this.do((work) => this.ledger.hold(work, order(debit, credit, value), 0));
  }

  balance(account: string, currency = "CNY"): Balance {
    return this.do((work) => this.ledger.balance(work, account, currency));
  }

  entries(
    account: string,
    from = "0000-01-01",
    to = "9999-12-31",
    after?: string,
    limit = 1000,
  ): readonly LedgerEntry[] {
    return this.do((work) => this.ledger.entries(work, account, "CNY", from, to, after, limit));
  }

  /** Everything there is, to be compared. */
  image(): unknown {
    return ["account", "hold", "entry", "counter"].map((collection) =>
      this.rows.scan({ collection, from: "", below: "\x7f", limit: 100_000 }),
    );
  }
}

const order = (debit: string, credit: string, value: number, currency = "CNY"): TransferOrder => ({
  kind: "test",
  debit,
  credit,
  amount: { value, currency },
  reference: "r",
});

const normalOf = (account: string): "debit" | "credit" => KINDS[account.split(":")[0] ?? ""]?.normal ?? "debit";

interface Ending {
  readonly do: "postHold" | "voidHold" | "postPart";
  readonly which: number;
  readonly value: number;
}
type Step =
  | { readonly do: "post" | "hold"; readonly debit: number; readonly credit: number; readonly value: number }
  | Ending;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("post" as const, "hold" as const),
    debit: fc.nat(4),
    credit: fc.nat(4),
    value: fc.integer({ min: -1, max: 500 }),
  }),
  fc.record({
    do: fc.constantFrom("postHold" as const, "voidHold" as const, "postPart" as const),
    which: fc.nat(5),
    value: fc.integer({ min: 1, max: 500 }),
  }),
);

describe("any sequence of transfers", () => {
  test("any sequence of transfers and holds keeps the books balanced and explained", () => {
    let violations = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const books = new Books();
        books.post("cash:opening", "customer:1", 1_000);
        const holds: { id: string; value: number; debit: string; credit: string }[] = [];
        for (const one of steps) {
          const before = books.image();
          try {
            if (one.do === "post" || one.do === "hold") {
              const [debit, credit] = [ACCOUNTS[one.debit] ?? "", ACCOUNTS[one.credit] ?? ""];
              const id = books[one.do](debit, credit, one.value);
              if (one.do === "hold") holds.push({ id, value: one.value, debit, credit });
            } else {
              const { which } = one as Ending;
              const held = holds[which];
              if (held === undefined) continue;
              if (one.do === "voidHold") books.do((work) => books.ledger.voidHold(work, held.id));
              else
                books.do((work) =>
                  books.ledger.postHold(
                    work,
                    held.id,
                    one.do === "postPart" ? { value: one.value, currency: "CNY" } : undefined,
                    0,
                  ),
                );
              holds.splice(which, 1);
            }
          } catch (error) {
            if (!(error instanceof LedgerViolation)) throw error;
            violations += 1;
            expect(books.image()).toEqual(before);
          }
          let sum = 0;
          for (const account of ACCOUNTS) {
            const { posted, reserved, incoming } = books.balance(account);
            sum += normalOf(account) === "debit" ? posted : -posted;
            if (account.startsWith("customer")) expect(posted - reserved).toBeGreaterThanOrEqual(0);
            const [lowers, raises] =
              normalOf(account) === "credit" ? (["debit", "credit"] as const) : (["credit", "debit"] as const);
            const pending = (side: "debit" | "credit"): number =>
              holds.filter((held) => held[side] === account).reduce((total, { value }) => total + value, 0);
            expect([reserved, incoming]).toEqual([pending(lowers), pending(raises)]);
            const entries = books.entries(account);
            expect(
              entries.reduce(
                (total, entry) =>
                  total + (entry.direction === normalOf(account) ? entry.amount.value : -entry.amount.value),
                0,
              ),
            ).toBe(posted);
            expect(entries.at(-1)?.balance_after.value ?? 0).toBe(posted);
          }
          expect(sum).toBe(0);
        }
      }),
      { numRuns: 60, seed: 20261122 },
    );
    // The property says something about refusals only when there were some.
    expect(violations).toBeGreaterThan(30);
  });
});

describe("refused transfers", () => {
  const funded = (): Books => {
    const books = new Books();
    books.post("cash:opening", "customer:1", 100);
    return books;
  };

  test.each([
    ["an overdraft", (books: Books) => books.post("customer:1", "customer:2", 101)],
    ["a hold of more than there is", (books: Books) => books.hold("customer:1", "customer:2", 101)],
    [
      "spending what is held",
      (books: Books) => {
        books.hold("customer:1", "customer:2", 60);
        books.post("customer:1", "customer:2", 41);
      },
    ],
    ["nothing", (books: Books) => books.post("customer:1", "customer:2", 0)],
    ["a fraction", (books: Books) => books.post("customer:1", "customer:2", 0.5)],
    ["less than nothing", (books: Books) => books.post("customer:1", "customer:2", -1)],
    ["to the same account", (books: Books) => books.post("customer:1", "customer:1", 1)],
    ["an account of no kind", (books: Books) => books.post("customer:1", "nobody:2", 1)],
    [
      "a sum beyond exact integers",
      (books: Books) => {
        books.post("cash:opening", "fee:income", Number.MAX_SAFE_INTEGER);
      },
    ],
    ["another currency's money", (books: Books) => books.post("customer:1", "customer:2", 1, 0, "USD")],
  ])("%s throws LedgerViolation", (_name, act) => {
    expect(() => act(funded())).toThrow(LedgerViolation);
  });

  test("a balance may be spent to the last fen", () => {
    const books = funded();
    books.post("customer:1", "customer:2", 100);
    expect(books.balance("customer:1").posted).toBe(0);
  });

  test("a hold ends once, whether posted or voided", () => {
    const books = funded();
    const [posted, voided] = [books.hold("customer:1", "customer:2", 10), books.hold("customer:1", "customer:2", 20)];
    books.do((work) => books.ledger.postHold(work, posted, undefined, 0));
    books.do((work) => books.ledger.voidHold(work, voided));
    for (const id of [posted, voided]) {
      expect(() => books.do((work) => books.ledger.postHold(work, id, undefined, 0))).toThrow(LedgerViolation);
      expect(() => books.do((work) => books.ledger.voidHold(work, id))).toThrow(LedgerViolation);
    }
    expect(books.balance("customer:1")).toEqual({ posted: 90, reserved: 0, incoming: 0 });
  });

  test("posting part of a hold releases the rest; posting more than it is refused", () => {
    const books = funded();
    const id = books.hold("customer:1", "customer:2", 80);
    expect(() => books.do((work) => books.ledger.postHold(work, id, { value: 81, currency: "CNY" }, 0))).toThrow(
      LedgerViolation,
    );
    expect(() => books.do((work) => books.ledger.postHold(work, id, { value: 1, currency: "USD" }, 0))).toThrow(
      LedgerViolation,
    );
    books.do((work) => books.ledger.postHold(work, id, { value: 30, currency: "CNY" }, 0));
    expect(books.balance("customer:1")).toEqual({ posted: 70, reserved: 0, incoming: 0 });
    expect(books.balance("customer:2")).toEqual({ posted: 30, reserved: 0, incoming: 0 });
  });

  test("a unit with one bad transfer writes none of its transfers", () => {
    const books = funded();
    const before = books.image();
    expect(() =>
      books.do(function* (work) {
        yield* books.ledger.post(work, order("customer:1", "customer:2", 50), 0);
        yield* books.ledger.post(work, order("customer:1", "customer:2", 51), 0);
      }),
    ).toThrow(LedgerViolation);
    expect(books.image()).toEqual(before);
  });
});

describe("entries", () => {
  test("entries carry the business date of their booking and page in order", () => {
    const books = new Books();
    for (let index = 0; index < 25; index += 1)
      books.post("cash:opening", "customer:1", index + 1, (index * DAY_MS) / 10);
    const all = books.entries("customer:1");
    expect(all.map(({ amount }) => amount.value)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    const paged: LedgerEntry[] = [];
    for (
      let page: readonly LedgerEntry[] = books.entries("customer:1", "1970-01-01", "1970-01-03", undefined, 4);
      page.length > 0;
      page = books.entries("customer:1", "1970-01-01", "1970-01-03", page.at(-1)?.entry_id, 4)
    )
      paged.push(...page);
    expect(paged).toEqual(all);
    expect(books.entries("customer:1", "1970-01-02", "1970-01-02").map(({ amount }) => amount.value)).toEqual([
      11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
    expect(books.entries("customer:2")).toEqual([]);
  });

  test("an entry is known by its id to its account and between its dates only", () => {
    const books = new Books();
    books.post("cash:opening", "customer:1", 1, DAY_MS);
    const [id = ""] = books.entries("customer:1").map(({ entry_id }) => entry_id);
    const has = (account: string, from: string, to: string, one = id): boolean =>
      books.do((work) => books.ledger.hasEntry(work, account, "CNY", from, to, one));
    expect(has("customer:1", "1970-01-02", "1970-01-02")).toBe(true);
    expect(has("customer:2", "1970-01-02", "1970-01-02")).toBe(false);
    expect(has("customer:1", "1970-01-03", "1970-01-09")).toBe(false);
    expect(has("customer:1", "1970-01-01", "1970-01-01")).toBe(false);
    for (const other of ["", "x", "1970-01-02-000000000099", `${id}/`, `${id}0`])
      expect(has("customer:1", "1970-01-01", "1970-01-09", other), other).toBe(false);
  });

  test("entries keep to the current business date when the clock steps back", () => {
    const books = new Books();
    books.post("cash:opening", "customer:1", 1, 5 * DAY_MS);
    books.post("cash:opening", "customer:1", 2, 4 * DAY_MS);
    expect(books.entries("customer:1").map(({ business_date }) => business_date)).toEqual(["1970-01-06", "1970-01-06"]);
  });

  test("entries are booked on the date that their unit was told", () => {
    const books = new Books();
    const told = (now: number): string => books.do((work) => books.ledger.businessDate(work, now));
    expect(told(5 * DAY_MS)).toBe("1970-01-06");
    expect(told(4 * DAY_MS)).toBe("1970-01-06");
    const both = books.do(function* (work) {
      const date = yield* books.ledger.businessDate(work, 4 * DAY_MS);
      yield* books.ledger.post(work, order("cash:opening", "customer:1", 1), 4 * DAY_MS);
      return date;
    });
    expect(books.entries("customer:1").map(({ business_date }) => business_date)).toEqual([both]);
    expect([both, told(6 * DAY_MS)]).toEqual(["1970-01-06", "1970-01-07"]);
  });

  test("lists only the entries of the exact account, whatever names begin alike", () => {
    const books = new Books();
    books.post("cash:opening", "customer:1", 1);
    books.post("cash:opening", "customer:11", 2);
    expect(books.entries("customer:1").map(({ amount }) => amount.value)).toEqual([1]);
  });
});
