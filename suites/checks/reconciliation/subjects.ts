import type { Instance, PlanContext } from "../../check.ts";
import type { Given } from "../../data/request-builder.ts";
import { billsOf, eachOf } from "../../resources/bill.ts";
import type { Bills } from "../../resources/bill.ts";
import { CHARGE, chargesOf, reversalsOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { reverse, settled, succeeded } from "../resource-steps.ts";

/*
 * What checks of books and bills are about: a payment whose money comes into the party's account, what gives it back,
 * and the bill of a day with its file.
 */

/** The resource by which a customer pays; skips the check where the pack has none. */
export function charge(session: Session): Resource {
  return (
    chargesOf(session.pack, session.statement.role, (id) => session.claims(id))[0] ??
    session.skip(`the pack has no ${CHARGE.en}`, `规范包中没有${CHARGE.zh}`, "not-demanded")
  );
}

/** What gives a payment back; skips the check where the pack has none. */
export function refundOf(session: Session): Resource {
  return (
    reversalsOf(session.pack, charge(session))[0] ??
    session.skip("the pack has nothing that gives a payment back", "规范包中没有可退回支付的资源", "not-demanded")
  );
}

/** Whether a check may pay that would only be the stronger for it. */
export function canPay(session: Session): boolean {
  const [payment] = chargesOf(session.pack, session.statement.role, (id) => session.claims(id));
  const [ordinary] = payment === undefined ? [] : session.pack.resources.scenarios(payment.name, "ordinary");
  return (
    payment?.creates !== undefined &&
    payment.reads !== undefined &&
    session.claims(payment.creates.id) &&
    session.claims(payment.reads.id) &&
    ordinary !== undefined &&
    session.statement.fixtures[ordinary.id] !== undefined
  );
}

/** Whether a check may give a payment back. */
export function canRefund(session: Session): boolean {
  const refund = canPay(session) ? reversalsOf(session.pack, charge(session))[0] : undefined;
  return refund?.creates !== undefined && session.claims(refund.creates.id);
}

/** A payment that has succeeded: what the query shows of it. */
export async function paid(session: Session, minor: number, given: Given = {}): Promise<Shown> {
  return succeeded(session, charge(session), { amount: minor, ...given });
}

/** Gives part of a payment back. */
export async function refund(session: Session, payment: Shown, minor: number, label?: string): Promise<Exchange> {
  return reverse(session, refundOf(session), payment, minor, label);
}

/** What the query shows of a refund at its end. */
export async function refundSettled(session: Session, back: Shown): Promise<Shown> {
  return settled(session, refundOf(session), back);
}

/** Skips the check where the pack has no bill, or none with a file. */
export function bills(session: Session): Bills {
  return (
    billsOf(session.pack) ??
    session.skip("the pack has no bill with a file", "规范包中没有账单及其文件", "not-demanded")
  );
}

/** Whether the SUT claims bills. */
export function claimsBills(session: Session): boolean {
  return eachOf(bills(session)).every(({ id }) => session.claims(id));
}

/** `each` for checks of bills: one case, skipped where the pack has none or the statement claims none. */
export function eachBill({ pack, provided }: PlanContext): readonly Instance[] {
  const found = billsOf(pack);
  if (found === undefined)
    return [{ id: "", absent: { en: "the pack has no bill with a file", zh: "规范包中没有账单及其文件" } }];
  const absent = eachOf(found).find((one) => !provided.some(({ id }) => id === one.id));
  return absent === undefined
    ? [{ id: "" }]
    : [
        {
          id: "",
          absent: {
            en: `the interface ${absent.id} is not in the profile`,
            zh: `接口 ${absent.id} 不在声明范围内`,
          },
        },
      ];
}
