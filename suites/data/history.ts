import type { Json } from "../../core/unit/unit.ts";
import type { History, Observation, ResourceSeen } from "../laws/history.ts";
import type { Seen } from "../run/scope.ts";

/*
 * Reads what a run saw as a history for the laws. This is the one place that knows how the field calls things
 * (`out_trade_no`, `SUCCEEDED`); a dialect with other words adds a row here.
 */

const RESOURCES: readonly { readonly kind: ResourceSeen["kind"]; readonly number: string; readonly id: string }[] = [
  // A refund names its payment too, so it is looked for first.
  { kind: "refund", number: "out_refund_no", id: "refund_id" },
  { kind: "payout", number: "out_payout_no", id: "payout_id" },
  { kind: "payment", number: "out_trade_no", id: "transaction_id" },
];

const STATES: Readonly<Record<string, ResourceSeen["state"]>> = { PROCESSING: "open", SUCCEEDED: "succeeded", FAILED: "failed", CLOSED: "closed", RETURNED: "returned" };

export function historyOf(seen: readonly Seen[]): History {
  return seen.flatMap((one) => {
    if (one.status !== 200 || typeof one.json !== "object" || one.json === null || Array.isArray(one.json)) return [];
    const observation = interpreted(one, one.json as Readonly<Record<string, Json>>);
    return observation === undefined ? [] : [observation];
  });
}

function interpreted(one: Seen, body: Readonly<Record<string, Json>>): Observation | undefined {
  const available = money(body["available"]);
  if (available !== undefined) {
    const posted = money(body["posted"])?.value;
    return { kind: "balance", at: one.at, party: one.party, account: text(body["binding_id"]) ?? "settlement", available: available.value, currency: available.currency, ...(posted === undefined ? {} : { posted }) };
  }
  const state = STATES[text(body["state"]) ?? ""];
  const resource = RESOURCES.find((each) => text(body[each.number]) !== undefined);
  if (state === undefined || resource === undefined) return undefined;
  const amount = money(body["amount"]);
  const refunded = money(body["refunded"])?.value;
  const id = text(body[resource.id]);
  const payment = resource.kind === "refund" ? text(body["out_trade_no"]) : undefined;
  return {
    kind: resource.kind, at: one.at, party: one.party, number: text(body[resource.number]) as string, state,
    ...(amount === undefined ? {} : { amount: amount.value, currency: amount.currency }),
    ...(id === undefined ? {} : { id }),
    ...(payment === undefined ? {} : { payment }),
    ...(refunded === undefined ? {} : { refunded }),
  };
}

function money(value: Json | undefined): { readonly value: number; readonly currency: string } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { value: amount, currency } = value as Readonly<Record<string, Json>>;
  return typeof amount === "number" && typeof currency === "string" ? { value: amount, currency } : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
