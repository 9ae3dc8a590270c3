import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import { CHECKS } from "../suites/checks/index.ts";

/*
 * Every number that a rule of the reference pack names, and the check that tries it and one step to either side. A number
 * that is added to the pack fails here until a check tries it. Bounds of schemas are tried for every field by contract.bounds.
 */

const pack = loadPack(fileURLToPath(new URL("../specs/cooperation", import.meta.url)));

/** What is tried, and where one side cannot be told, why. */
const TRIED: Readonly<Record<string, { readonly by: readonly string[]; readonly oneSided?: string }>> = {
  "policies freshness.clockSkewSeconds 300": { by: ["replay.edge", "replay.window"] },
  "policies freshness.nonce.minLength 8": { by: ["replay.nonce-form"] },
  "policies freshness.nonce.maxLength 64": { by: ["replay.nonce-form"] },
  "policies limits.bodyBytes 65536": { by: ["parsing.oversize"] },
  "policies limits.depth 16": { by: ["parsing.bounds"], oneSided: "schemas are closed: no request is that deep" },
  "policies limits.members 1000": { by: ["parsing.bounds"], oneSided: "schemas are closed: no request has so many" },
  "policies limits.targetBytes 2048": { by: ["parsing.long-target"] },
  "policies limits.requestSeconds 30": {
    by: ["parsing.slow-sender"],
    oneSided: "servers look at their connections now and then",
  },
  "policies limits.statementDays 31": { by: ["reconciliation.ranges"] },
  "policies notification.retrySeconds": { by: ["notification.schedule", "notification.first-interval"] },
  "policies notification.acknowledgeWithinSeconds 5": {
    by: ["notification.acknowledged", "notification.unacknowledged"],
  },
  "policies notification.acknowledgeStatus": { by: ["notification.acknowledged", "notification.unacknowledged"] },
  "policies cutover.billReadyAfterSeconds 600": { by: ["reconciliation.bill-moment"] },
  "policies cutover.at 00:00:00": { by: ["reconciliation.cutover", "reconciliation.clock-back"] },
  "caller afterSeconds 1,2,5,10,30": {
    by: ["errors.unknown-is-asked", "signature.forged-answer"],
    oneSided: "no requirement says when a caller asks, only that it does: within limits.settleWithinSeconds",
  },
  "caller afterSeconds 1,5,30": {
    by: ["errors.unknown-is-asked", "signature.forged-answer"],
    oneSided: "no requirement says when a caller asks, only that it does: within limits.settleWithinSeconds",
  },
  "fees payment.rateBasisPoints 60": { by: ["lifecycle.fee-rounding"] },
  "fees payment.minimum 0": { by: ["lifecycle.fee-rounding"] },
  "fees payout.rateBasisPoints 0": { by: ["lifecycle.fee-rounding"] },
  "fees payout.minimum 100": { by: ["lifecycle.fee-rounding"] },
  "fees payout.maximum 100": { by: ["lifecycle.fee-rounding"] },
  "error SMS_ATTEMPTS_EXHAUSTED times 3": { by: ["lifecycle.binding-attempts"] },
  "error REFUND_COUNT_EXCEEDED times 50": { by: ["lifecycle.refund-count"] },
  "rule time.add-seconds 300": {
    by: ["lifecycle.binding-expiry", "lifecycle.expiry"],
    oneSided: "clocks are set to whole seconds: it is tried within a second of the value on either side, not at it",
  },
  "rule default 0": { by: ["lifecycle.announced"], oneSided: "a mandate without a notice period has none to await" },
  "rule time.add-seconds 604800": { by: ["lifecycle.held-expired"] },
  "rule time.add-seconds 864000": {
    by: ["lifecycle.expiry"],
    oneSided: "what a notice allows ends with it, and is not told",
  },
  "rule date.add-days -90": { by: ["reconciliation.bill-kept"] },
  "rule default 100": { by: ["reconciliation.pages"] },
};

/** Every number in a value, with its place; lists as one. */
function numbersIn(value: unknown, place: string): readonly string[] {
  if (typeof value === "number") return [`${place} ${value}`];
  if (Array.isArray(value)) return value.some((one) => typeof one === "number") ? [place] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => numbersIn(part, place === "" ? name : `${place}.${name}`));
}

/** Numbers that stand in expressions of rules, by the operator that takes them. */
function numbersOfRules(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(numbersOfRules);
  return Object.entries(value).flatMap(([name, part]) => [
    ...(["time.add-seconds", "date.add-days", "default"].includes(name) && Array.isArray(part)
      ? part.filter((one) => typeof one === "number").map((number) => `rule ${name} ${number}`)
      : []),
    ...numbersOfRules(part),
  ]);
}

/** How often a call is refused only then, by the code. */
const timesOf = (): readonly string[] =>
  pack.errors.flatMap(({ code, provoke }) =>
    (provoke ?? []).flatMap(({ after }) =>
      (after ?? []).flatMap(({ times }) => (times === undefined ? [] : [`error ${code} times ${times}`])),
    ),
  );

/** How long callers wait before each question, by all interfaces. */
const waitsOfCallers = (): readonly string[] =>
  pack.interfaces.flatMap(({ caller: { query } }) =>
    query === undefined ? [] : [`caller afterSeconds ${query.afterSeconds.join(",")}`],
  );

test("each number that a rule of the reference pack names is tried by a check", () => {
  const { freshness, limits, notification, cutover } = pack.manifest.policies;
  const named = [
    ...numbersIn({ freshness, limits, notification, cutover }, "").map((one) => `policies ${one}`),
    ...numbersIn(pack.manifest.fees, "").map((one) => `fees ${one}`),
    `policies cutover.at ${cutover.at}`,
    ...waitsOfCallers(),
    ...timesOf(),
    ...numbersOfRules([pack.lifecycles, pack.interfaces, pack.views]),
  ];
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(TRIED).toSorted());
});

test("each check that tries a number is one of the registry", () => {
  const known = new Set(CHECKS.map(({ id }) => id));
  expect(Object.values(TRIED).flatMap(({ by }) => by.filter((id) => !known.has(id)))).toEqual([]);
});
