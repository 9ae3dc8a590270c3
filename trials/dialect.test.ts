import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource, Role } from "../core/pack/types.ts";
import { checkPack } from "../core/pack/check.ts";
import { edited, inInterface, withoutGuard } from "../simulator/defects/parts/edit-pack.ts";
import { otherWords } from "./other-words.ts";
import { retoldPack } from "./retold-pack.ts";
import type { Retelling } from "./retold-pack.ts";
import { sampled } from "./sample.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";

/*
 * A bank all of whose words are others is served and judged by its own pack, and each check comes to the verdict of the
 * reference: no name of a field, state or code stands in a suite or in the simulator. The same holds with amounts that
 * are texts of yuan, and local times. docs/recipes/dialect.md
 */

/** What a row's owner is called in every pack. */
const ENGINE_WORDS = ["party_id"];

const RETELLING: Retelling = {
  words: {
    fields: {
      out_trade_no: "mer_order_id",
      out_refund_no: "mer_refund_id",
      out_payout_no: "mer_payout_id",
      transaction_id: "bank_serial",
      binding_id: "agreement_no",
      party_id: "mer_id",
      state: "trade_status",
      amount: "txn_amt",
      refunded: "refunded_amt",
      settled_at: "finish_time",
      returned_at: "return_time",
      paid_at: "pay_time",
      occurred_at: "event_time",
      notify_id: "msg_id",
      notify_url: "back_url",
      bill_date: "recon_date",
      business_date: "acct_date",
      hash_value: "file_digest",
      row_count: "line_count",
      next_cursor: "next_page",
      entry_id: "line_id",
      balance_after: "balance_then",
      direction: "dc",
      kind: "item",
      sms_code: "verify_code",
      account_no: "acct_no",
      holder_name: "acct_name",
      id_no: "cert_no",
      payee_account_no: "payee_acct",
      description: "subject",
      reason: "why",
    },
    states: {
      SUCCEEDED: "TRADE_OK",
      FAILED: "TRADE_FAIL",
      PROCESSING: "TRADE_WAIT",
      CLOSED: "TRADE_END",
      PAID: "ORDER_OK",
      RETURNED: "PAYOUT_BACK",
      ACTIVE: "SIGNED",
      PENDING: "SIGNING",
      LOCKED: "SIGN_STOP",
      EXPIRED: "SIGN_OLD",
      CANCELLED: "UNSIGNED",
    },
    codes: {
      SIGN_ERROR: "EAUTH",
      NONCE_REUSED: "EAGAIN",
      INSUFFICIENT_FUNDS: "EFUNDS",
      REFUND_EXCEEDS_PAYMENT: "EREFUND",
      CONTEXT_INCONSISTENT: "EDIFFERS",
      ORDER_NOT_FOUND: "ENOORDER",
      PARAM_ERROR: "EPARAM",
      ORDER_PAID: "EPAID",
      ORDER_CLOSED: "EEND",
      ORDER_PROCESSING: "EWAIT",
      SMS_CODE_WRONG: "ECODE",
      BILL_NOT_READY: "ENOTYET",
    },
  },
  paths: { "/v1/payments": "/gateway/pay", "/v1/refunds": "/gateway/refund" },
};
/** In other words alone, and with amounts in yuan and local times as well. */
const FOLDER = retoldPack(RETELLING);
const FORMED = retoldPack({ ...RETELLING, otherForms: true });
afterAll(() => {
  for (const folder of [FOLDER, FORMED]) rmSync(dirname(folder), { recursive: true, force: true });
});

/** How many instances of each check came to what. Instances are named after words of the pack, so they are counted. */
async function verdicts(role: Role, packFolder?: string): Promise<Readonly<Record<string, number>>> {
  const trial = await openTrial({ role, scheme: "ed25519", ...(packFolder === undefined ? {} : { packFolder }) });
  try {
    const count: Record<string, number> = {};
    for (const { check, verdict } of await trial.judge({ effort: role === "platform" ? "standard" : "smoke" })) {
      const ended = `${check.split("/")[0] ?? ""} ${verdict}`;
      count[ended] = (count[ended] ?? 0) + 1;
    }
    expect(trial.crashes).toEqual([]);
    return count;
  } finally {
    await trial.close();
  }
}

const DIALECTS = [
  ["other words", FOLDER],
  ["other words, yuan and local times", FORMED],
] as const;

test.each(DIALECTS)("a pack in %s is sound, and has no word of the reference", (_how, folder) => {
  const told = loadPack(folder);
  expect(checkPack(told)).toEqual([]);
  const own = otherWords(loadPack(PACK_FOLDER));
  const theirs = otherWords(told);
  for (const kind of ["fields", "states", "codes"] as const)
    expect([...theirs[kind].keys()].filter((word) => own[kind].has(word) && !ENGINE_WORDS.includes(word))).toEqual([]);
});

/** A whole run of one role in one dialect, each every fourth day. */
const RUNS = (["bank", "platform"] as const).flatMap((role) =>
  DIALECTS.map(([how, folder]) => ({ role, how, folder })),
);
const today = sampled(RUNS, RUNS.length, () => "run");

describe(`a whole run in a dialect (${today.note})`, () => {
  test.each(today.items)("each check comes to the same verdicts of a $role in $how", async ({ role, folder }) => {
    const reference = await verdicts(role);
    const passed = Object.entries(reference).filter(([ended]) => ended.endsWith(" pass"));
    expect(passed.reduce((total, [, count]) => total + count, 0)).toBeGreaterThan(role === "bank" ? 400 : 250);
    expect(await verdicts(role, folder)).toEqual(reference);
  });
});

/** A defect in a dialect's own words: what is wrong, the check that must find it, what the finding shows. */
interface DialectDefect {
  readonly what: string;
  readonly folder: string;
  readonly check: string;
  readonly seen: string;
  readonly pack: (source: PackSource) => PackSource;
}

const FEN = { value: { text: [{ "money.value": "$payout.txn_amt" }] }, currency: "CNY" };

const DEFECTS: readonly DialectDefect[] = [
  {
    what: "refunds beyond the payment",
    folder: FOLDER,
    check: "lifecycle.refund-sum",
    seen: "mer_refund_id",
    pack: (source) => withoutGuard(source, "refund.create", "EREFUND"),
  },
  {
    what: "a payout that does not say when it was settled",
    folder: FOLDER,
    check: "contract.settled-at/payout",
    seen: "finish_time",
    pack: (source) => inInterface(source, "payout.query", ["read", "answer", "finish_time"], undefined),
  },
  {
    what: "an order that does not say when it was paid",
    folder: FOLDER,
    check: "notification.paid-at",
    seen: "pay_time",
    pack: (source) => inInterface(source, "order.query", ["read", "answer", "pay_time"], undefined),
  },
  {
    what: "an amount answered in fen where the message has yuan",
    folder: FORMED,
    check: "contract.valid-request/payout.query",
    seen: "must be written as yuan",
    pack: (source) => inInterface(source, "payout.query", ["read", "answer", "txn_amt"], FEN),
  },
  {
    what: "payments of 0.00 yuan",
    folder: FORMED,
    check: "parsing.amounts/payment.create",
    seen: "0.00",
    pack: (source) =>
      edited(source, [{ path: ["messages", "common", "$defs", "money", "properties", "value", "minimum"], value: 0 }]),
  },
  {
    what: "a local time of another zone",
    folder: FORMED,
    check: "contract.settled-at/payout",
    seen: "finish_time",
    pack: (source) =>
      inInterface(source, "payout.query", ["read", "answer", "finish_time"], {
        "time.add-seconds": ["$payout.finish_time", 8 * 3_600],
      }),
  },
];

test.each(DEFECTS)("a dialect with $what is failed", async ({ folder, check, seen, pack }) => {
  const role = check.startsWith("notification.") ? "platform" : "bank";
  const trial = await openTrial({ role, scheme: "ed25519", packFolder: folder, pack: pack(loadPack(folder)) });
  try {
    const ends = await trial.judge({ only: `${check}*` });
    expect(ends.map(({ verdict }) => verdict)).toContain("fail");
    expect(JSON.stringify(ends.map(({ finding }) => finding))).toContain(seen);
  } finally {
    await trial.close();
  }
});
