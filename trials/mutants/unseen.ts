import { glob } from "../../suites/glob.ts";
import type { Mutant } from "./mutant.ts";

/**
 * Mutants that behave the same when seen from outside, and why. Each was examined: a survivor listed here is no gap of
 * the suites.
 */
interface Unseen {
  readonly role: Mutant["role"];
  /** A glob over ids. */
  readonly ids: string;
  readonly why: string;
}

const LIST: readonly Unseen[] = [
  { role: "bank", ids: "{SYSTEM_ERROR/status,stages/system}:*", why: "nothing that a caller does brings it about" },
  {
    role: "bank",
    ids: "bill.*/read/require/0/that/and/1{/gte/1/date.add-days/1:one-more,:gte-as-gt}",
    why: "kept for 90 days: whether the ninetieth is in is the bank's business",
  },
  {
    role: "bank",
    ids: "bill.*/read/require/1/that/and/1/lt/1/date/0/time.add-seconds/1/sub/0:*",
    why: "one second of ten minutes",
  },
  {
    role: "bank",
    ids: "bill.*/read/require/1/that/and/0:{drop,lt-as-lte}",
    why: "asking for bill or file ends the day, and both are asked for",
  },
  { role: "bank", ids: "binding.apply/to/0/set/expires_at/time.add-seconds/1:*", why: "one second of three hundred" },
  { role: "bank", ids: "binding.apply/to/0/set/sms_code/*", why: "the code of a test customer is always the same" },
  { role: "bank", ids: "binding.confirm/require/0/that:lt-as-lte", why: "one instant" },
  {
    role: "bank",
    ids: "binding.confirm/require/0/onRefuse*",
    why: "an application whose time is over has expired by itself before",
  },
  { role: "bank", ids: "binding.confirm/require/1/onRefuse/set*", why: "what is locked counts no further" },
  {
    role: "bank",
    ids: "application.lapse/on/after:one-more",
    why: "a timer may be a second late",
  },
  {
    role: "bank",
    ids: "{payment.settle/on/after:one-more,{refund,payout}.settle/on/after:*,payout.return/on/after*}",
    why: "when an open outcome settles is the bank's business",
  },
  {
    role: "bank",
    ids: "payout.create/to/{0,1}:drop",
    why: "whether it settles at once or later is the bank's business",
  },
  {
    role: "bank",
    ids: "{payout.create/require/4,refund.create/require/5}/that:money.gte-as-money.gt",
    why: "no test empties the settlement account to the fen",
  },
  { role: "bank", ids: "binding.apply/idempotency/fingerprint:without-id_type", why: "it has one value only" },
  {
    role: "bank",
    ids: "pack/policies/freshness/clockSkewSeconds:plus-one",
    why: "one second, which a network may take",
  },
  {
    role: "bank",
    ids: "payment/aggregates/{refunded,refund_count}/while:also-while-FAILED",
    why: "a refund fails by an operator only",
  },
  {
    role: "bank",
    ids: "payment.create/to/{0/set/refunds,1/set/settlement}:drop",
    why: "steers how the simulator settles",
  },
  {
    role: "bank",
    ids: "{payout.create/to/*/set/{payee_name,purpose},refund.create/to/*/set/reason}:drop",
    why: "kept, and shown by no interface",
  },
  { role: "bank", ids: "binding.confirm/to/0/set/confirmed_at:*", why: "kept, and shown by no interface" },
  {
    role: "bank",
    ids: "{binding.cancel/to/0/set/cancelled_at,payout.return/to/0/set/return_reason,payment.settle/to/0/set/{settled_at,business_date}}:drop",
    why: "the view leaves it optional",
  },
  { role: "bank", ids: "payout.create/to/{0,1,2}/post/1/credit:to-clearing", why: "the bank's own account" },
  {
    role: "bank",
    ids: "{payment.create,payment.settle}/to/1/post/1/credit:to-clearing",
    why: "the bank's own account",
  },
  { role: "bank", ids: "payout.create/to/1/post/0/credit:to-clearing", why: "the bank's own account" },
  {
    role: "bank",
    ids: "key.list/read/answer/keys/each/1/{effective_at:constant,expires_at:drop}",
    why: "any time that is past may be right, and a key need not expire",
  },
  {
    role: "bank",
    ids: "payout.create/to/0/post/0/credit:to-clearing",
    why: "no interface shows the account of a payee who is paid late",
  },
  {
    role: "bank",
    ids: "{binding.confirm,binding.cancel}/response/answer/cancelled_at:drop",
    why: "the view leaves it optional",
  },
  {
    role: "bank",
    ids: "payout.create/response/answer/return{_reason,ed_at}:drop",
    why: "what was just made is not returned yet",
  },
  { role: "bank", ids: "pack/fees/payout/rateBasisPoints:*", why: "the fee is flat: minimum and maximum say it" },
  {
    role: "bank",
    ids: "refund.create/otherwise/*:other-code",
    why: "a number that is known is answered by its idempotency",
  },
  {
    role: "bank",
    ids: "pack/policies/limits/members:*",
    why: "the schemas refuse so many members too, and either code will do",
  },
  {
    role: "bank",
    ids: "notify.binding_change/notification/body/binding/expires_at:drop",
    why: "told of what waits only, and of that nothing is told",
  },
  { role: "bank", ids: "binding.{confirm,cancel}/response/answer/expires_at:drop", why: "told of what waits only" },
  {
    role: "bank",
    ids: "notify.application_decision/notification/body/application/approved:drop",
    why: "told of an approval only, which people at the bank give",
  },
  { role: "platform", ids: "*_record.*/set/received_at:*", why: "kept, and shown by no interface" },
  {
    role: "platform",
    ids: "binding_record.*/state:*",
    why: "the state of a binding is shown by no interface, and decides nothing that it answers",
  },
  { role: "platform", ids: "binding_record.*/to/{0,1,2,3}:drop", why: "the same" },
  {
    role: "platform",
    ids: "binding_record.binding-change-*/to/*/set/out_bind_no:drop",
    why: "it is the same already: another is refused",
  },
  { role: "platform", ids: "payout_record.*/set/payout_id:drop", why: "kept, and shown by no interface" },
  {
    role: "platform",
    ids: "payout_record.{payout-result-later,payout-return}/*/set/amount:drop",
    why: "it is the same already: another is refused",
  },
  {
    role: "platform",
    ids: "refund_record.refund-result/to/{1,2}/set/out_trade_no:drop",
    why: "compared only while it is being processed",
  },
  {
    role: "platform",
    ids: "payout_record.*:to-{PROCESSING,SUCCEEDED}",
    why: "shown by no interface; what it answers to news that contradicts an end is the platform's affair",
  },
  {
    role: "platform",
    ids: "payout_record.{payout-result,payout-result-later,payout-return}/to/{0,1,2}:drop",
    why: "shown by no interface",
  },
  {
    role: "platform",
    ids: "{order.payment-result-when-{closed,failed},refund_record.refund-result-after-failure,payout_record.payout-result-after-failure}/require/1:drop",
    why: "what it answers to news that contradicts an end is the platform's affair, as long as it books nothing",
  },
  {
    role: "platform",
    ids: "order.payment-result/to/1/set/transaction_id:drop",
    why: "an order that was not paid compares no transaction",
  },
  { role: "platform", ids: "order.query/read/answer/refunded:drop", why: "the view leaves it optional" },
  { role: "platform", ids: "*.view/properties/state/type:drop", why: "the list of its values says it too" },
];

const KNOWN = LIST.map(({ role, ids, why }) => ({ role, why, matches: glob(ids) }));

/** Why a mutant cannot be seen from outside; undefined for one that can. */
export function unseen({ id, role }: Pick<Mutant, "id" | "role">): string | undefined {
  return KNOWN.find((one) => one.role === role && one.matches(id))?.why;
}
