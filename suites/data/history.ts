import type { Json } from "../../core/unit/unit.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { Observation, ResourceSeen } from "../laws/history.ts";
import type { Seen } from "../run/scope.ts";

/*
 * Reads each call of a run as what the laws judge. This is the one place that knows how the field calls things
 * (`out_trade_no`, `SUCCEEDED`); a dialect with other words adds a row here.
 */

const RESOURCES: readonly { readonly kind: ResourceSeen["kind"]; readonly number: string; readonly id: string }[] = [
  // A refund names its payment too, so it is looked for first.
  { kind: "refund", number: "out_refund_no", id: "refund_id" },
  { kind: "payout", number: "out_payout_no", id: "payout_id" },
  { kind: "payment", number: "out_trade_no", id: "transaction_id" },
];

const STATES: Readonly<Record<string, ResourceSeen["state"]>> = {
  PROCESSING: "open",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CLOSED: "closed",
  RETURNED: "returned",
};

/** What one call says to the laws. */
export function observationsOf(one: Seen): readonly Observation[] {
  const observation = one.status === 200 ? answered(one) : unanswered(one);
  return observation === undefined ? [] : [observation];
}

function answered(one: Seen): Observation | undefined {
  if (typeof one.json !== "object" || one.json === null || Array.isArray(one.json)) return undefined;
  return interpreted(one, one.json as Readonly<Record<string, Json>>);
}

/** What a call under a number says that did not succeed. */
function unanswered(one: Seen): Observation | undefined {
  const resource = RESOURCES.find(
    (each) => text(one.fields[each.number]) !== undefined && one.interface.startsWith(`${each.kind}.`),
  );
  if (resource === undefined) return undefined;
  const number = text(one.fields[resource.number]) as string;
  const of = { of: resource.kind, at: one.at, party: one.party, number };
  if (one.interface.endsWith(".query"))
    return one.faithful && one.status === 404 ? { kind: "absent", ...of, began: one.began } : undefined;
  if (!one.interface.endsWith(".create")) return undefined;
  const code =
    typeof one.json === "object" && one.json !== null && !Array.isArray(one.json)
      ? text((one.json as Readonly<Record<string, Json>>)["code"])
      : undefined;
  // Turned away for load, or failed: it may yet have been carried out.
  if (code === undefined || one.status === 0 || one.status === 429 || one.status >= 500)
    return { kind: "unknown", ...of };
  return one.faithful ? { kind: "refusal", ...of, code } : undefined;
}

function interpreted(one: Seen, body: Readonly<Record<string, Json>>): Observation | undefined {
  // The answer says whose it is; the first party is only what nothing else is known of.
  const party = text(body["party_id"]) ?? one.party;
  const available = money(body["available"]);
  if (available !== undefined) {
    const posted = money(body["posted"])?.value;
    return {
      kind: "balance",
      at: one.at,
      party,
      account: text(body["binding_id"]) ?? SETTLEMENT,
      available: available.value,
      currency: available.currency,
      ...(posted === undefined ? {} : { posted }),
    };
  }
  const state = STATES[text(body["state"]) ?? ""];
  const resource = RESOURCES.find((each) => text(body[each.number]) !== undefined);
  if (state === undefined || resource === undefined) return undefined;
  const amount = money(body["amount"]);
  const refunded = money(body["refunded"])?.value;
  const id = text(body[resource.id]);
  const payment = resource.kind === "refund" ? text(body["out_trade_no"]) : undefined;
  return {
    kind: resource.kind,
    began: one.began,
    at: one.at,
    party,
    number: text(body[resource.number]) as string,
    state,
    ...(amount === undefined ? {} : { amount: amount.value, currency: amount.currency }),
    ...(id === undefined ? {} : { id }),
    ...(payment === undefined ? {} : { payment }),
    ...(refunded === undefined ? {} : { refunded }),
    ...(one.interface.endsWith(".query") ? { queried: true as const } : {}),
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
