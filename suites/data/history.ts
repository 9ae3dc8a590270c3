import type { Interface } from "../../core/pack/types.ts";
import { SETTLEMENT } from "../laws/history.ts";
import type { Observation, ResourceKind, ToldSeen } from "../laws/history.ts";
import type { PackView } from "../pack-view.ts";
import { valueAt } from "../resources/meant.ts";
import { CHARGE, PAYOUT, REVERSAL, mirroredBy } from "../resources/kinds.ts";
import type { Resource } from "../resources/resource.ts";
import { shownIn, toldIn } from "../resources/shown.ts";
import { toldOfFirst } from "../resources/told-of-first.ts";
import type { Shown } from "../resources/shown.ts";
import type { Seen } from "../run/scope.ts";
import type { Fields } from "../wire/draft.ts";

/*
 * Reads each call of a run as what the laws judge. The laws have words of their own and read no pack; this is where the
 * pack's purposes, meanings and outcomes are told in them.
 */

/** What one call says to the laws. */
export function observationsOf(pack: PackView, one: Seen): readonly Observation[] {
  const called = pack.interface(one.interface);
  const observation = pack.succeeds(called, one.status) ? answered(pack, called, one) : unanswered(pack, called, one);
  return observation === undefined ? [] : [observation];
}

/**
 * What a notification says to the laws; undefined where they do not speak of it. It comes from the counterparty's
 * journal, which masks what looks like an account number: an id that was masked is not known.
 */
export function observationOfTold(
  pack: PackView,
  notifies: Interface,
  body: Fields,
  arrived: { readonly at: number; readonly party: string },
): ToldSeen | undefined {
  const shown = toldIn(pack, notifies, body);
  const of = kindOf(pack, pack.resources.about(notifies)?.resource);
  const number = shown.text("number") ?? shown.text("id");
  if (of === undefined || number === undefined || isMasked(number) || shown.outcome === undefined) return undefined;
  const [amount, id] = [shown.money("amount"), shown.text("id")];
  return {
    kind: "told",
    of,
    at: arrived.at,
    party: shown.text("party") ?? arrived.party,
    number,
    state: shown.outcome,
    ...(amount === undefined ? {} : { amount: amount.value }),
    ...(id === undefined || isMasked(id) ? {} : { id }),
  };
}

const isMasked = (text: string): boolean => text.includes("**");

/** The laws' word for a resource; undefined for one that they do not speak of. */
export function kindOf(pack: PackView, resource: Resource | undefined): ResourceKind | undefined {
  if (resource === undefined) return undefined;
  if (REVERSAL.holds(resource, pack)) return "refund";
  if (PAYOUT.holds(resource, pack)) return "payout";
  if (CHARGE.holds(resource, pack)) return "payment";
  const original = mirroredBy(pack, resource);
  return original !== undefined && CHARGE.holds(original, pack) ? "record" : undefined;
}

function answered(pack: PackView, called: Interface, one: Seen): Observation | undefined {
  if (typeof one.json !== "object" || one.json === null || Array.isArray(one.json)) return undefined;
  const shown = shownIn(pack, called, one.json as Fields);
  // The answer says whose it is; the first party is only what nothing else is known of.
  const party = shown.text("party") ?? one.party;
  if (called.purpose?.reads === "balance") return balance(one, shown, party);
  const about = pack.resources.about(called);
  const kind = kindOf(pack, about?.resource);
  const number = shown.text("number") ?? shown.text("id");
  // An answer that shows no state says that its number was taken, and not what became of it.
  const taken =
    kind === undefined || about?.verb !== "creates" ? undefined : (number ?? numberIn(pack, called, one.fields));
  if (kind !== undefined && taken !== undefined && shown.outcome === undefined)
    return { kind: "unknown", of: kind, at: one.at, party, number: taken };
  if (kind === undefined || number === undefined || shown.outcome === undefined) return undefined;
  const [amount, returned, id, of] = [
    shown.money("amount"),
    shown.money("returned"),
    shown.text("id"),
    shown.text("of"),
  ];
  return {
    kind,
    began: one.began,
    at: one.at,
    party,
    number,
    state: shown.outcome,
    ...(amount === undefined ? {} : { amount: amount.value, currency: amount.currency }),
    ...(id === undefined ? {} : { id }),
    ...(kind !== "refund" || of === undefined ? {} : { payment: of }),
    ...(returned === undefined ? {} : { refunded: returned.value }),
    ...(about?.verb === "reads" ? { queried: true as const } : {}),
  };
}

function balance(one: Seen, shown: Shown, party: string): Observation | undefined {
  const available = shown.money("available");
  if (available === undefined) return undefined;
  const posted = shown.money("posted");
  return {
    kind: "balance",
    at: one.at,
    party,
    account: shown.text("account") ?? SETTLEMENT,
    available: available.value,
    currency: available.currency,
    ...(posted === undefined ? {} : { posted: posted.value }),
  };
}

/** What a call under a number says that did not succeed. */
function unanswered(pack: PackView, called: Interface, one: Seen): Observation | undefined {
  const about = pack.resources.about(called);
  const kind = kindOf(pack, about?.resource);
  const number = numberIn(pack, called, one.fields);
  if (kind === undefined || number === undefined) return undefined;
  const of = { of: kind, at: one.at, party: one.party, number };
  const { code } = one;
  if (about?.verb === "reads") {
    const absent = code !== undefined && pack.resources.codes(called, "not-found").includes(code);
    return one.faithful && absent ? { kind: "absent", ...of, began: one.began } : undefined;
  }
  if (about?.verb !== "creates") return undefined;
  // Turned away for load, or failed: it may yet have been carried out.
  const known = code === undefined ? undefined : pack.error(code);
  if (
    known === undefined ||
    known.class === "retry-same" ||
    (known.class === "query-first" && known.stage === "system") ||
    toldOfFirst(pack, called, known.code)
  )
    return { kind: "unknown", ...of };
  return one.faithful ? { kind: "refusal", ...of, code: known.code } : undefined;
}

/** The number that a call goes under; its fields stand in one object. */
export function numberIn(pack: PackView, called: Interface, fields: Fields): string | undefined {
  const places = pack.meanings(called).asked("number");
  const found = valueAt(
    fields,
    places.map(({ path }) => path),
  );
  return typeof found === "string" ? found : undefined;
}
