import { balanceOf } from "../data/books.ts";
import type { AccountName, Balance } from "../data/books.ts";
import type { Session } from "../session.ts";

/*
 * Steps over balances that several checks take.
 */

/** Holds that an account moved by exactly so much between two balances. */
export function expectMoved(
  session: Session,
  before: Balance,
  after: Balance,
  by: Partial<Balance>,
  what: { readonly en: string; readonly zh: string },
): void {
  session.judged();
  for (const name of ["available", "pending", "posted"] as const) {
    const expected = by[name];
    if (expected === undefined || after[name] - before[name] === expected) continue;
    session.fail({
      summary: what,
      expected: {
        en: `${name} moves by ${expected} (${before[name]} to ${before[name] + expected})`,
        zh: `${name} 变动 ${expected}（由 ${before[name]} 至 ${before[name] + expected}）`,
      },
      seen: {
        en: `by ${after[name] - before[name]} (to ${after[name]})`,
        zh: `变动 ${after[name] - before[name]}（至 ${after[name]}）`,
      },
    });
  }
}

/**
 * The balance once nothing is pending on it any more, so that late settlements of other checks do not disturb; as it is
 * where that takes too long.
 */
export async function quietBalance(session: Session, account: AccountName): Promise<Balance> {
  const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
  for (;;) {
    const balance = await balanceOf(session, account);
    if (balance.pending === 0 || session.run.runtime.now() >= deadline) return balance;
    await session.sleep(200);
  }
}
