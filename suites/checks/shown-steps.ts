import type { Meaning } from "../../core/pack/purpose.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { asJson, named } from "../../core/text/alike.ts";
import { equal } from "../data/comparison.ts";
import type { Shown } from "../resources/shown.ts";
import type { Session } from "../session.ts";

/*
 * Comparing what views show. What neither of two views shows is no agreement and no difference: nothing is judged by it.
 */

/** A text that a check goes on with; skips the check where the view, which its schema accepts, shows none. */
export function shownText(session: Session, shown: Shown, meaning: Meaning): string {
  return (
    shown.text(meaning) ??
    session.skip(
      `the answer shows no ${meaning} (x-is), on which this check builds`,
      `应答未给出本检查所依赖的 ${meaning}（x-is）`,
      "not-demanded",
    )
  );
}

/** The number that a view shows, or else its id; skips the check where it shows neither. */
export function numberOf(session: Session, shown: Shown): string {
  return shown.text("number") ?? shownText(session, shown, "id");
}

/** Whether two views show the same; undefined where neither shows it. */
function agree(one: Shown, other: Shown, meaning: Meaning): boolean | undefined {
  const [left, right] = [one.value(meaning), other.value(meaning)];
  return left === undefined && right === undefined ? undefined : equal(left, right);
}

/** Holds that a view shows what an earlier one did. Nothing is judged where neither shows it. */
export function expectSame(session: Session, first: Shown, again: Shown, meaning: Meaning, what: Bilingual): void {
  const same = agree(first, again, meaning);
  if (same === undefined) return;
  session.judged();
  if (same) return;
  session.fail({ summary: what, expected: saidOf(first, meaning), seen: saidOf(again, meaning) });
}

/** Holds that two views show each its own. Nothing is judged where one of them does not show it. */
export function expectOther(session: Session, first: Shown, second: Shown, meaning: Meaning, what: Bilingual): void {
  if (first.value(meaning) === undefined || second.value(meaning) === undefined) return;
  session.judged();
  if (agree(first, second, meaning) === false) return;
  session.fail({
    summary: what,
    expected: { en: `a ${meaning} of its own`, zh: `有自己的 ${meaning}` },
    seen: saidOf(second, meaning),
  });
}

/** What a view shows of a meaning, with its name. */
export function saidOf(shown: Shown, meaning: Meaning): Bilingual {
  return named(meaning, asJson(shown.value(meaning)));
}
