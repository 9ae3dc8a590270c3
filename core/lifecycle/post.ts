import type { Ledger } from "../ledger/ledger.ts";
import type { Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { holds } from "./guard.ts";
import type { PostingPlan } from "./plan.ts";
import type { Step } from "./step.ts";
import { InvariantViolation } from "./violation.ts";

/** Posts or holds money, or settles a hold that the row has; `held` are its holds by name. */
export function* post(
  ledger: Ledger,
  work: Workspace,
  posting: PostingPlan,
  held: Record<string, string>,
  { scope, moment: { now } }: Step,
): Reading<void> {
  if (posting.phase === "post" || posting.phase === "void") {
    const hold = held[posting.of];
    if (hold === undefined)
      throw new InvariantViolation(
        `there is no pending transfer "${posting.of}" to ${posting.phase}; the row holds: ${Object.keys(held).join(", ") || "none"}`,
      );
    delete held[posting.of];
    if (posting.phase === "void") yield* ledger.voidHold(work, hold);
    else yield* ledger.postHold(work, hold, posting.amount?.(scope), now);
    return;
  }
  if (!holds(posting.when, scope)) return;
  const amount = posting.amount(scope);
  if (amount.value === 0) return;
  const order = {
    kind: posting.kind,
    debit: posting.debit(scope),
    credit: posting.credit(scope),
    amount,
    reference: posting.reference(scope),
  };
  if (posting.phase === "posted") yield* ledger.post(work, order, now);
  else held[posting.as] = yield* ledger.hold(work, order, now);
}
