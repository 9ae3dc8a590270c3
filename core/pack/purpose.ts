/*
 * The closed lists of words in which a pack tells a judge what its own words are for. The simulator needs none of them;
 * checks, laws, load and documents find interfaces, fields, states and codes by these, never by a pack's own names.
 */

/** What an interface does to the resource it names: `"purpose": {"creates": "payment"}`. */
export const VERBS = [
  "creates",
  "advances",
  "confirms",
  "ends",
  "reads",
  "lists",
  "files",
  "notifies",
  "probes",
] as const;
export type Verb = (typeof VERBS)[number];

/**
 * Things that an interface may read, list or file beside the resources of lifecycles: a balance, the entries of a
 * statement, the bill of a day, the provider's keys; `channel` is what a connectivity test probes.
 */
export const THINGS = ["balance", "entries", "bill", "keys", "channel"] as const;

/**
 * Exactly one verb. `account` says, of a balance or of entries, which kind of account of the pack's chart they belong to;
 * the interface names the account by its field that `is` an `account`, or has none and means the party's own.
 */
export type Purpose = { readonly [verb in Verb]?: string } & { readonly account?: string };

/** The verb of an interface's purpose and what it is said of; undefined where it has no purpose, or not exactly one verb. */
export function verbOf({
  purpose,
}: {
  readonly purpose?: Purpose;
}): { readonly verb: Verb; readonly of: string } | undefined {
  const verbs = VERBS.filter((verb) => purpose?.[verb] !== undefined);
  const [verb] = verbs;
  return verb === undefined || verbs.length > 1 ? undefined : { verb, of: purpose?.[verb] ?? "" };
}

/** What a field of a message is: the schema says so at the field, `"x-is": "amount"`. */
export const MEANINGS = [
  // Of a resource.
  "number",
  "id",
  "of",
  "party",
  "state",
  "amount",
  "returned",
  "used",
  "fee",
  "account",
  "payee",
  "identity",
  "remark",
  "created",
  "settled",
  "ended",
  "expires",
  "date",
  "reason",
  // Of a call.
  "target",
  "code",
  // Of a notification.
  "notice",
  "event",
  "occurred",
  // Of a balance.
  "available",
  "pending",
  "posted",
  "as-of",
  // Of a page of entries, and of one entry; a bill's columns too.
  "from",
  "to",
  "cursor",
  "limit",
  "entries",
  "next",
  "entry",
  "transfer",
  "kind",
  "direction",
  "balance",
  "reference",
  "booked",
  "currency",
  // Of a bill.
  "hash",
  "hash-algorithm",
  "rows",
  "url",
  "file",
  "credits",
  "debits",
  // Of a key.
  "serial",
  "algorithm",
  "public-key",
  "effective",
] as const;
export type Meaning = (typeof MEANINGS)[number];

/** How far a resource in a state has come. `returned`: it had succeeded, and the money came back. */
export const OUTCOMES = ["open", "succeeded", "failed", "closed", "returned"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a code refuses, in words that any interface shares; a pack's codes of one reason may be several. */
export const REASONS = [
  /** Nothing is there under the number or handle that the request names. */
  "not-found",
  /** It is still being processed. */
  "in-flight",
  /** It has succeeded already. */
  "succeeded",
  /** Its number is closed or used up. */
  "closed",
  /** It is not in force (any more, or yet). */
  "not-active",
  /** The account is frozen or closed. */
  "blocked",
  /** The person is not who the request says. */
  "identity",
  /** There is not enough money. */
  "insufficient",
  /** More than is left of what it builds on. */
  "exceeds",
  /** More often than is allowed. */
  "too-many",
  /** What it builds on has not succeeded. */
  "unsettled",
  /** The currency is not served. */
  "currency",
  /** The notification target is not registered. */
  "target",
  /** A wrong one-time code. */
  "code-wrong",
  /** Too many wrong ones. */
  "code-locked",
  /** Its time is over. */
  "expired",
  /** It is used up. */
  "consumed",
  /** There is one already. */
  "exists",
  /** Not to be had yet. */
  "not-ready",
  /** What is told does not agree with what the receiver knows. */
  "contradicts",
  /** A range or page that cannot be served. */
  "range",
  /** The amount is out of the bounds that apply here. */
  "amount",
] as const;
export type Reason = (typeof REASONS)[number];

/** Reasons that tell something of sums and balances: a caller who may not act at all must not learn of these. */
export const MONEY_REASONS: readonly Reason[] = ["insufficient", "exceeds", "too-many"];

/**
 * What a resource is to the laws, which read no pack: only this mapping of its name onto their words. Accounts are kinds
 * of the pack's chart; `outside` is any account that the provider does not keep.
 */
export type Law =
  | { readonly moves: { readonly from: string; readonly to: string }; readonly fee?: string }
  | { readonly reverses: string }
  | { readonly holds: { readonly from: string; readonly to: string } }
  | { readonly agrees: true }
  /** The other party's record of a resource of the provider's. */
  | { readonly mirrors: string };

/** How a scenario serves a judge: data with which a resource comes about in a certain way. */
export const PARTS = [
  /** It succeeds at once, as often as one likes. */
  "ordinary",
  /** The same, of the second party. */
  "foreign",
  /** It is open for a while, then succeeds. */
  "settles-late",
  /** It is open until a call or an operator moves it on. */
  "stays-open",
  /** It is open for a while, then fails. */
  "fails-late",
  /** It succeeds, and comes back after a while. */
  "comes-back",
  /** Its account holds little, and the scenario gives the `balance`. */
  "poor",
  /** Its account is blocked. */
  "blocked",
  /** One that is there already, open, and stays so. */
  "open",
  /** One that is there already, and has succeeded. */
  "succeeded",
  /** One that is there already, and has failed or run out. */
  "failed",
  /** One that is there already, and was closed or cancelled. */
  "closed",
] as const;
export type Part = (typeof PARTS)[number];
