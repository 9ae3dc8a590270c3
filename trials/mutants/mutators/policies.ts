import type { Manifest, Policies } from "../../../core/pack/types.ts";
import { deeper, fieldsOf, interfacesOf, mutant } from "../mutant.ts";
import type { Mutant, Mutator, Place } from "../mutant.ts";

const HOUSE: Place = { role: "bank", label: "pack", path: ["manifest"], about: [] };

const policy = (...steps: readonly string[]): Place => deeper(HOUSE, "policies", ...steps);

const change = (place: Place, what: string, value: unknown): Mutant => mutant("policies", place, what, value);

/** Clock, nonces, limits, notification schedule, cut-over, time zone and fees. */
export const policies: Mutator = {
  name: "policies",
  mutants: ({ manifest }) => [
    ...cutoverMutants(manifest.policies.cutover),
    ...freshnessMutants(manifest.policies.freshness),
    ...limitMutants(manifest.policies.limits),
    ...notificationMutants(manifest.policies.notification),
    ...envelopeMutants(manifest.policies.envelope),
    ...feeMutants(manifest.fees),
  ],
};

function cutoverMutants(cutover: Policies["cutover"]): readonly Mutant[] {
  return [
    change(deeper(HOUSE, "timeZone"), "utc", "UTC"),
    change(deeper(HOUSE, "timeZone"), "an-hour-east", "Asia/Tokyo"),
    change(policy("cutover", "at"), "eleven-at-night", "23:00:00"),
    change(policy("cutover", "billReadyAfterSeconds"), "at-once", 0),
    change(policy("cutover", "billReadyAfterSeconds"), "twice-as-late", cutover.billReadyAfterSeconds * 2),
  ];
}

function freshnessMutants(freshness: Policies["freshness"]): readonly Mutant[] {
  const nonce = freshness.nonce ?? { minLength: 8, maxLength: 64 };
  return [
    ...[0.5, 0.9, 1.1, 2, 12].map((factor) =>
      change(
        policy("freshness", "clockSkewSeconds"),
        `times-${factor}`,
        Math.round(freshness.clockSkewSeconds * factor),
      ),
    ),
    ...[-1, 1].map((delta) =>
      change(
        policy("freshness", "clockSkewSeconds"),
        `${delta > 0 ? "plus" : "minus"}-one`,
        freshness.clockSkewSeconds + delta,
      ),
    ),
    change(policy("freshness", "exactReplay"), "idempotent-answer", "idempotent-answer"),
    change(policy("freshness", "nonce"), "any-form", { minLength: 1, maxLength: 4_096, pattern: "[ -~]{1,4096}" }),
    change(policy("freshness", "nonce"), "one-shorter", {
      ...freshness.nonce,
      minLength: nonce.minLength - 1,
      pattern: "[0-9A-Za-z_-]{7,64}",
    }),
    change(policy("freshness", "nonce"), "one-longer", {
      ...freshness.nonce,
      maxLength: nonce.maxLength + 1,
      pattern: "[0-9A-Za-z_-]{8,65}",
    }),
    change(policy("freshness", "nonce"), "one-less-long", {
      ...freshness.nonce,
      maxLength: nonce.maxLength - 1,
      pattern: "[0-9A-Za-z_-]{8,63}",
    }),
  ];
}

function limitMutants(limits: Policies["limits"]): readonly Mutant[] {
  return Object.entries(limits).flatMap(([name, limit]) => [
    change(policy("limits", name), "ten-times", limit * 10),
    change(policy("limits", name), "a-tenth", Math.ceil(limit / 10)),
  ]);
}

function notificationMutants(notification: Policies["notification"]): readonly Mutant[] {
  return [
    ...[200, 201, 202, 204, 302, 404, 500].map((status) =>
      notification.acknowledgeStatus.includes(status)
        ? change(
            policy("notification", "acknowledgeStatus"),
            `not-${status}`,
            notification.acknowledgeStatus.filter((one) => one !== status),
          )
        : change(policy("notification", "acknowledgeStatus"), `also-${status}`, [
            ...notification.acknowledgeStatus,
            status,
          ]),
    ),
    change(policy("notification", "acknowledgeWithinSeconds"), "six-times", notification.acknowledgeWithinSeconds * 6),
    change(policy("notification", "acknowledgeWithinSeconds"), "one", 1),
    change(policy("notification", "retrySeconds"), "none", []),
    change(
      policy("notification", "retrySeconds"),
      "every-second",
      notification.retrySeconds.map(() => 1),
    ),
    change(
      policy("notification", "retrySeconds"),
      "the-first-twice-as-late",
      notification.retrySeconds.map((wait, index) => (index === 0 ? wait * 2 + 5 : wait)),
    ),
    change(policy("notification", "retrySeconds"), "one-fewer", notification.retrySeconds.slice(0, -1)),
    change(policy("notification", "retrySeconds"), "one-more", [...notification.retrySeconds, 21_600]),
    change(
      policy("notification", "retrySeconds"),
      "all-alike",
      notification.retrySeconds.map(() => notification.retrySeconds[0]),
    ),
  ];
}

function envelopeMutants(envelope: Policies["envelope"]): readonly Mutant[] {
  if (envelope.style !== "authorization-header") return [];
  const { responseBase } = envelope;
  return ["body", "nonce"].map((part) =>
    change(
      policy("envelope", "responseBase"),
      `without-${part}`,
      responseBase.filter((one) => one !== part),
    ),
  );
}

function feeMutants(fees: Manifest["fees"]): readonly Mutant[] {
  return Object.entries(fees).flatMap(([name, rule]) => [
    change(deeper(HOUSE, "fees", name, "rateBasisPoints"), "one-more", rule.rateBasisPoints + 1),
    change(deeper(HOUSE, "fees", name, "minimum"), "one-more", rule.minimum + 1),
    ...(rule.maximum === undefined
      ? [change(deeper(HOUSE, "fees", name), "at-most-100", { ...rule, maximum: 100 })]
      : [change(deeper(HOUSE, "fees", name, "maximum"), "one-less", rule.maximum - 1)]),
  ]);
}

/** The bill as a file: its columns, totals, ends of line and coding. */
export const files: Mutator = {
  name: "files",
  mutants: (source) =>
    interfacesOf(source).flatMap((place) => {
      const table = deeper(place, "response", "table");
      const columns = fieldsOf(source, deeper(table, "columns"));
      const footer = fieldsOf(source, deeper(table, "footer"));
      if (columns.length === 0) return [];
      return [
        ...columns.flatMap(({ place: column }) => [
          mutant("files", column, "drop", undefined),
          mutant("files", deeper(column, "value"), "constant", "CONSTANT1"),
        ]),
        ...footer.flatMap(({ place: total }) => [
          mutant("files", total, "drop", undefined),
          mutant("files", deeper(total, "value"), "constant", "0"),
        ]),
        mutant("files", deeper(table, "footer"), "drop", undefined),
        mutant("files", deeper(table, "lineEnd"), "newline", "\n"),
        mutant("files", deeper(table, "bom"), "bom", true),
        mutant("files", deeper(table, "columns"), "other-order", columns.map(({ value }) => value).toReversed()),
      ];
    }),
};
