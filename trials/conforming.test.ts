import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, describe, expect, test } from "vitest";
import type { Role } from "../core/pack/types.ts";
import type { CheckFinished } from "../core/run/event.ts";
import type { Json } from "../core/unit/unit.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { answered, bodyOf, interfaceOf, refused, saying } from "../simulator/defects/parts/answers.ts";
import { plainHttpToo, offering } from "../simulator/defects/parts/listening.ts";
import type { HookName } from "../suites/statement/statement.ts";
import { LAWFUL } from "./lawful-variants.ts";
import { keepPassed, notPassedBefore } from "./passed-before.ts";
import { sampled, seeds } from "./sample.ts";
import { PACK_FOLDER, openTrial } from "./trial.ts";
import type { JudgeOptions, Trial } from "./trial.ts";

/*
 * The other half of a judge's worth: a SUT that keeps other rules, which its pack states, raises no alarm.
 */

type Document = Record<string, Json>;

const folder = mkdtempSync(join(tmpdir(), "liantiao-conforming-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a conforming SUT must not have: each check that neither passed nor was skipped, and why. */
const alarms = (lines: readonly CheckFinished[]): readonly (readonly unknown[])[] =>
  lines
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
    .map(({ check, verdict, reason, finding, error }) => [
      check,
      verdict,
      reason?.en ?? error,
      finding?.summary.en,
      finding?.expected,
      finding?.seen,
    ]);

/** A pack like the reference pack, but for what is changed in one of its files. */
function packWith(name: string, file: string, change: (document: Document) => Document): string {
  const made = join(folder, name);
  cpSync(PACK_FOLDER, made, { recursive: true });
  const path = join(made, file);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as Document)));
  return made;
}

const policy = (name: string, ...changes: readonly (readonly [area: string, value: Document])[]): string =>
  packWith(name, "pack.json", (pack) => {
    const policies = pack["policies"] as Record<string, Document>;
    return {
      ...pack,
      policies: {
        ...policies,
        ...Object.fromEntries(changes.map(([area, value]) => [area, { ...policies[area], ...value }])),
      },
    };
  });

const idempotency = (name: string, change: Document): string =>
  packWith(name, "payment/interfaces/payment.create.json", (one) => ({
    ...one,
    idempotency: { ...(one["idempotency"] as Document), ...change },
  }));

/** Refuses a number while its first call is in flight. */
const refusingInFlight: Wrappers = {
  handle: (inner, parts) => {
    const open = new Set<string>();
    return async (request) => {
      const number =
        interfaceOf(request, parts) === "payment.create" && request.body instanceof Uint8Array
          ? bodyOf({ body: request.body })?.["out_trade_no"]
          : undefined;
      if (typeof number !== "string") return inner(request);
      if (open.has(number)) return refused("ORDER_PROCESSING", parts);
      open.add(number);
      try {
        await parts.runtime.sleep(2);
        return await inner(request);
      } finally {
        open.delete(number);
      }
    };
  },
};

/** Every third payment is carried out and answered with a system error, and stands when it is asked for or sent again. */
const failingAfterCommit: Wrappers = {
  handle: (inner, parts) => {
    const seen = new Set<unknown>();
    return async (request) => {
      const response = await inner(request);
      if (interfaceOf(request, parts) !== "payment.create" || !(request.body instanceof Uint8Array)) return response;
      const number = bodyOf({ body: request.body })?.["out_trade_no"];
      const first = !seen.has(number);
      seen.add(number);
      return first && seen.size % 3 === 0 && response.status < 400
        ? answered(500, { code: "SYSTEM_ERROR", message: "internal error" }, parts)
        : response;
    };
  },
};

/** A Retry-After may be a date too (RFC 9110 10.2.3). */
const retryByDate: Wrappers = {
  handle:
    (inner, { runtime }) =>
    async (request) => {
      const response = await inner(request);
      return {
        ...response,
        headers: response.headers.map(([name, value]) =>
          name === "Retry-After"
            ? ([name, new Date(runtime.now() + 1_000).toUTCString()] as const)
            : ([name, value] as const),
        ),
      };
    },
};

/** Every refusal says which request it is about: the pack leaves its refusals open. */
const naming: Wrappers = {
  handle: (inner, parts) => {
    let count = 0;
    return saying((body, { status }) => {
      count += 1;
      return status >= 400 ? { status, body: { ...body, request_id: `R${count}` } } : undefined;
    })(inner, parts);
  },
};

/** Has the interfaces that it claims, and no others: a call of one of those is a call of nothing. */
const providing = (interfaces: readonly string[]): Wrappers => ({
  handle: (inner, parts) => async (request) => {
    const called = interfaceOf(request, parts);
    return called === undefined || interfaces.includes(called) ? inner(request) : refused("ROUTE_NOT_FOUND", parts);
  },
});

/** What nginx says to plain HTTP on a TLS port. */
const mistaken = new Hono().all("*", (context) => context.text("The plain HTTP request was sent to HTTPS port", 400));

/** Answers to what moves money are never believed: what became of it is always asked. */
const askingAlways: Wrappers = {
  attempt: (inner) => async (call) => {
    const reply = await inner(call);
    return call.interface.endsWith(".create") && reply.kind === "success" ? { kind: "unknown" } : reply;
  },
};

interface Conforming {
  readonly name: string;
  readonly role?: Role;
  readonly only: string;
  readonly packFolder: () => string;
  readonly wrappers?: Wrappers;
  readonly tls?: true;
  readonly clients?: true;
  readonly maxInFlight?: number;
  readonly without?: readonly HookName[];
}

const VARIANTS: readonly Conforming[] = [
  {
    name: "eight sends in a day, as Alipay has it",
    only: "{NOT-01,NOT-02,NOT-03,NOT-04}",
    packFolder: () =>
      policy("eight", ["notification", { retrySeconds: [120, 600, 600, 3_600, 7_200, 21_600, 54_000] }]),
  },
  {
    name: "201 acknowledges too, and three seconds are the limit",
    only: "{NOT-01,NOT-03}",
    packFolder: () =>
      policy("acknowledge", ["notification", { acknowledgeStatus: [200, 201, 204], acknowledgeWithinSeconds: 3 }]),
  },
  {
    name: "a decline is kept under its number",
    only: "{IDM-01,IDM-02,IDM-09,IDM-19,LIF-20,LIF-21,LIF-23}",
    packFolder: () => idempotency("decline", { onDecline: "same" }),
  },
  {
    name: "copies in flight are refused",
    only: "{IDM-03,IDM-04}",
    packFolder: () => idempotency("conflict", { inFlight: "conflict" }),
    wrappers: refusingInFlight,
  },
  {
    name: "the same bytes again get the same answer",
    only: "{RPL-01,RPL-02,RPL-04,ERR-01}",
    packFolder: () => policy("replay", ["freshness", { exactReplay: "idempotent-answer" }]),
  },
  {
    name: "a minute of clock skew, and longer nonces",
    only: "{RPL-06,RPL-07,RPL-09,SIG-20,SIG-21}",
    packFolder: () =>
      policy("skew", [
        "freshness",
        { clockSkewSeconds: 60, nonce: { minLength: 16, maxLength: 32, pattern: "[0-9A-Za-z]{16,32}" } },
      ]),
  },
  {
    name: "a day that turns an hour before midnight",
    only: "{REC-03,REC-04,REC-05,REC-08,CON-10}",
    packFolder: () => policy("cutover", ["cutover", { at: "23:00:00", billReadyAfterSeconds: 3_600 }]),
  },
  {
    name: "TLS 1.3 alone",
    only: "{TLS-01,TLS-04}",
    packFolder: () => PACK_FOLDER,
    tls: true,
    wrappers: offering({ minVersion: "TLSv1.3" }),
  },
  {
    name: "client certificates are bound to parties",
    only: "{TLS-01,TLS-02,TLS-07}",
    packFolder: () => PACK_FOLDER,
    tls: true,
    clients: true,
  },
  {
    name: "plain HTTP on the TLS port is told that it is mistaken",
    only: "{TLS-01,TLS-04}",
    packFolder: () => PACK_FOLDER,
    tls: true,
    wrappers: plainHttpToo(() => mistaken),
  },
  {
    name: "few calls at once, and a date to come again",
    only: "{ERR-10,STB-02,ERR-03}",
    packFolder: () => PACK_FOLDER,
    maxInFlight: 4,
    wrappers: retryByDate,
  },
  {
    name: "a platform that believes queries only",
    role: "platform",
    only: "{signature.forged-answer/*/payment.create,errors.unknown-is-asked/*/payment.create}",
    packFolder: () => PACK_FOLDER,
    wrappers: askingAlways,
  },
  {
    name: "a system error behind what was carried out and stands",
    only: "{errors.after-lost-answer/payment,errors.after-server-error}",
    packFolder: () => PACK_FOLDER,
    wrappers: failingAfterCommit,
  },
  {
    name: "an id of the request in every refusal",
    only: "{DAT-04,ERR-07,IDM-16,LIF-20,LIF-25}",
    packFolder: () => PACK_FOLDER,
    wrappers: naming,
  },
  {
    name: "a bank whose clock cannot be moved",
    only: "{SIG-23,SIG-26,CON-10,REC-12}",
    packFolder: () => PACK_FOLDER,
    without: ["clock"],
  },
  {
    name: "a fee of another rate, with a least and a greatest one",
    only: "{LIF-24,REC-01}",
    packFolder: () =>
      packWith("fees", "pack.json", (pack) => {
        const fees = pack["fees"] as Record<string, Document>;
        return {
          ...pack,
          fees: { ...fees, payment: { ...fees["payment"], rateBasisPoints: 25, minimum: 1, maximum: 2_500 } },
        };
      }),
  },
  {
    name: "smaller limits",
    only: "{PAR-04,PAR-05}",
    packFolder: () => policy("limits", ["limits", { bodyBytes: 16_384, depth: 8, members: 200 }]),
  },
];

/** All variants in as many days. */
const DAYS = 3;

/** What a busy machine left undecided is judged once more; a fail stays one. */
async function judged(trial: Trial, options: JudgeOptions): Promise<readonly CheckFinished[]> {
  const first = await trial.judge(options);
  const open = new Set(first.filter(({ verdict }) => verdict === "inconclusive").map(({ check }) => check));
  return open.size === 0
    ? first
    : [
        ...first.filter(({ check }) => !open.has(check)),
        ...(await trial.judge({ ...options, wanted: (id) => open.has(id) })),
      ];
}

/** What a small bank or platform may have of the reference pack. */
const PARTS: readonly { readonly role?: Role; readonly interfaces: readonly string[] }[] = [
  { interfaces: ["echo"] },
  { interfaces: ["echo", "payment.create", "payment.query"] },
  { interfaces: ["payment.create", "payment.query", "payment.close", "refund.create", "refund.query"] },
  { interfaces: ["binding.apply", "binding.confirm", "binding.query"] },
  { interfaces: ["payout.create", "payout.query", "settlement.balance"] },
  { interfaces: ["payment.create", "account.balance", "account.statement"] },
  { interfaces: ["bill.get", "bill.download", "settlement.statement"] },
  { role: "platform", interfaces: ["notify.payment_result"] },
  { role: "platform", interfaces: ["notify.refund_result", "order.query"] },
];

/** Each is a whole run, so that a day has one. */
const parts = sampled(
  PARTS.flatMap((one) => seeds().map((seed) => ({ ...one, seed }))),
  PARTS.length,
  ({ role = "bank" }) => role,
);

const nameOfPart = ({ role = "bank", interfaces, seed }: (typeof parts.items)[number]): string =>
  `${role} ${interfaces.join(",")} (seed ${seed})`;
const partsLeft = notPassedBefore(parts.items, nameOfPart);

describe.skipIf(partsLeft.length === 0)(`a SUT with some of the interfaces, claimed as such (${parts.note})`, () => {
  test.concurrent.for([...partsLeft])("passes: $interfaces (seed $seed)", async (part) => {
    const { role = "bank", interfaces, seed } = part;
    const trial = await openTrial({ role, scheme: "ed25519", interfaces, wrappers: providing(interfaces) });
    try {
      const lines = await judged(trial, { seed });
      expect(alarms(lines)).toEqual([]);
      expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(1);
      expect(trial.crashes).toEqual([]);
      keepPassed(nameOfPart(part));
    } finally {
      await trial.close();
    }
  });
});

const ALL_VARIANTS: readonly Conforming[] = [
  ...VARIANTS,
  ...LAWFUL.map((one) => ({ ...one, packFolder: () => PACK_FOLDER })),
];
/** Each with every seed that is asked for. */
const SEEDED = ALL_VARIANTS.flatMap((one) => seeds().map((seed) => ({ ...one, seed })));

const variants = sampled(SEEDED, DAYS, ({ role = "bank", tls }) => `${role} ${tls === true ? "TLS" : ""}`);

const nameOfVariant = ({ name, seed }: (typeof variants.items)[number]): string => `${name} (seed ${seed})`;
const variantsLeft = notPassedBefore(variants.items, nameOfVariant);

describe.skipIf(variantsLeft.length === 0)(`a SUT with other rules that its pack states (${variants.note})`, () => {
  test.concurrent.for([...variantsLeft])("passes: $name (seed $seed)", async (variant) => {
    const { role = "bank", only, packFolder, wrappers, tls, clients, maxInFlight, seed, without = [] } = variant;
    const trial = await openTrial({
      role,
      scheme: "ed25519",
      packFolder: packFolder(),
      tls: tls === true,
      clients: clients === true,
      without,
      ...(maxInFlight === undefined ? {} : { maxInFlight }),
      ...(wrappers === undefined ? {} : { wrappers }),
    });
    try {
      const lines = await judged(trial, { only, seed });
      expect(alarms(lines)).toEqual([]);
      expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(1);
      expect(trial.crashes).toEqual([]);
      keepPassed(nameOfVariant(variant));
    } finally {
      await trial.close();
    }
  });
});

test("a bank whose clock was moved ahead and set back passes, its business date kept", async () => {
  const trial = await openTrial({ role: "bank", scheme: "ed25519" });
  try {
    // Two judgings, so that the second knows nothing of what the first has moved.
    for (const only of ["{REC-03,REC-05}", "{CON-10,REC-01,REC-02,REC-03,REC-05,REC-07,REC-08,LAW-05}"]) {
      const lines = await judged(trial, { only });
      expect(alarms(lines)).toEqual([]);
      expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(3);
    }
    expect(trial.crashes).toEqual([]);
  } finally {
    await trial.close();
  }
});
