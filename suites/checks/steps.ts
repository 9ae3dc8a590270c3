import type { Json } from "../../core/unit/unit.ts";
import { balanceOf } from "../data/books.ts";
import type { AccountName, Balance } from "../data/books.ts";
import type { Money } from "../resources/money-shape.ts";
import type { Making, Session } from "../session.ts";
import type { Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";

/*
 * Steps of the money interfaces that several checks take. Each ends the check where a step that is only built upon does
 * not come about; judging is left to the check.
 */

/** An amount in the pack's first currency, minor units. */
export function money(session: Session, value: number): { readonly value: number; readonly currency: string } {
  return { value, currency: session.pack.source.manifest.currencies[0]?.code ?? "CNY" };
}

/** A payment of a funded customer that has succeeded: what the query shows of it. */
export async function paid(
  session: Session,
  value: number,
  fields: Readonly<Record<string, Json>> = {},
): Promise<Fields> {
  const { draft } = await session.perform("payment.create", { amount: money(session, value), ...fields });
  const payment = await session.settle("payment.query", { out_trade_no: draft.body?.["out_trade_no"] as Json });
  if (payment["state"] !== "SUCCEEDED")
    session.inconclusive(
      `the payment on which this check builds is ${String(payment["state"])}`,
      `本检查所依赖的支付状态为 ${String(payment["state"])}`,
    );
  return payment;
}

/** Whether a check may pay that would only be the stronger for it. */
export function canPay(session: Session): boolean {
  return (
    session.claims("payment.create") &&
    session.claims("payment.query") &&
    session.statement.fixtures["customer.funded"] !== undefined
  );
}

/** One call under values given, whatever comes of it. */
export async function call(
  session: Session,
  id: string,
  fields: Readonly<Record<string, Json | undefined>>,
  label: string,
  making: Making = {},
): Promise<Exchange> {
  return session.send(await session.request(id, fields, making), {
    label,
    ...(making.signer === undefined ? {} : { signer: making.signer }),
  });
}

/** Refunds part of a payment. */
export async function refund(
  session: Session,
  out_trade_no: Json,
  value: number,
  label = `refund ${value}`,
  fields: Readonly<Record<string, Json>> = {},
): Promise<Exchange> {
  return call(session, "refund.create", { out_trade_no, amount: money(session, value), ...fields }, label);
}

/** The view that a query shows now. */
export async function shown(
  session: Session,
  id: "payment.query" | "refund.query" | "payout.query" | "binding.query",
  fields: Fields,
): Promise<Fields> {
  return session.expectSuccess(await call(session, id, fields, `what ${id} shows`));
}

/** Holds that a view's field is what it must be. */
export function expectField(
  session: Session,
  view: Fields,
  name: string,
  expected: Json,
  what: { readonly en: string; readonly zh: string },
): void {
  if (name === "state" && typeof expected === "string") session.mustHaveState(expected);
  session.judged();
  if (JSON.stringify(view[name]) === JSON.stringify(expected)) return;
  session.fail({
    summary: what,
    expected: `${name} ${JSON.stringify(expected)}`,
    seen: `${name} ${JSON.stringify(view[name]) ?? "absent"}`,
  });
}

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
      expected: `${name} moves by ${expected} (${before[name]} to ${before[name] + expected})`,
      seen: `by ${after[name] - before[name]} (to ${after[name]})`,
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

/**
 * An application for a binding, and the code that its customer was sent: by the hook `sms-code`, or the fixture's own.
 */
export async function applied(
  session: Session,
  fields: Readonly<Record<string, Json>> = {},
): Promise<{ readonly binding_id: string; readonly code: string; readonly view: Fields }> {
  const view = session.expectSuccess(await call(session, "binding.apply", fields, "apply for a binding"));
  const binding_id = String(view["binding_id"]);
  return { binding_id, code: await smsCode(session, binding_id), view };
}

async function smsCode(session: Session, binding_id: string): Promise<string> {
  if (session.offers("sms-code")) {
    const told = await session.hook("sms-code", { party_id: session.party.partyId, binding_id });
    const code =
      typeof told === "object" && told !== null && !Array.isArray(told) ? (told as Fields)["sms_code"] : undefined;
    if (typeof code !== "string")
      session.inconclusive("the hook sms-code gave no sms_code", "控制钩子 sms-code 未返回 sms_code");
    return code;
  }
  const code = session.fixture("customer.applies")["sms_code"];
  if (typeof code !== "string")
    session.skip(
      "the code is told neither by the hook sms-code nor by the fixture customer.applies",
      "控制钩子 sms-code 与场景 customer.applies 均未给出验证码",
      "fixture",
    );
  return code;
}

/**
 * An application past its time, returned once it is no longer PENDING or the wait is over; a bank that scans for
 * expired ones needs a moment.
 */
export async function afterItsTime(session: Session, binding_id: string, withinMs: number): Promise<Fields> {
  const deadline = session.run.runtime.now() + withinMs;
  for (;;) {
    const view = await shown(session, "binding.query", { binding_id });
    if (view["state"] !== "PENDING" || session.run.runtime.now() >= deadline) return view;
    await session.sleep(100);
  }
}

/** Another code of the same form. */
export function wrongCode(code: string, turn: number): string {
  return Array.from(code, (digit, index) =>
    index === code.length - 1 ? String((Number(digit) + 1 + (turn % 9)) % 10) : digit,
  ).join("");
}

export function amountOf(view: Fields, name: string): number {
  const amount = view[name] as unknown as Money | undefined;
  return amount?.value ?? 0;
}
