import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource, Role } from "../core/pack/types.ts";
import type { Verdict } from "../core/run/verdict.ts";
import { retoldPack } from "./retold-pack.ts";
import { openTrial } from "./trial.ts";

/*
 * A bank with words of its own is judged by the same checks: nothing about names, states and codes is written in a suite
 * that the pack could say. docs/recipes/dialect.md
 */
const FOLDER = retoldPack({
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
  paths: { "/v1/payments": "/gateway/pay", "/v1/refunds": "/gateway/refund" },
});
afterAll(() => rmSync(dirname(FOLDER), { recursive: true, force: true }));

/** How many checks came to what. */
async function verdicts(role: Role, packFolder?: string): Promise<Readonly<Partial<Record<Verdict, number>>>> {
  const trial = await openTrial({ role, scheme: "ed25519", ...(packFolder === undefined ? {} : { packFolder }) });
  try {
    const count: Partial<Record<Verdict, number>> = {};
    for (const { verdict } of await trial.judge({ effort: role === "platform" ? "standard" : "smoke" }))
      count[verdict] = (count[verdict] ?? 0) + 1;
    expect(trial.crashes).toEqual([]);
    return count;
  } finally {
    await trial.close();
  }
}

test.each(["bank", "platform"] as const)(
  "a %s in other words comes to the same verdicts as the reference",
  async (role) => {
    const [reference, dialect] = await Promise.all([verdicts(role), verdicts(role, FOLDER)]);
    expect(reference.pass).toBeGreaterThan(role === "bank" ? 400 : 250);
    expect(dialect).toEqual(reference);
  },
  300_000,
);

test("a fault in other words is found", async () => {
  const pack = loadPack(FOLDER);
  const lax: PackSource = {
    ...pack,
    lifecycles: pack.lifecycles.map((one) =>
      one.resource !== "refund"
        ? one
        : {
            ...one,
            transitions: one.transitions.map((transition) =>
              transition.require === undefined
                ? transition
                : { ...transition, require: transition.require.filter((guard) => guard.else !== "EREFUND") },
            ),
          },
    ),
  };
  const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: FOLDER, pack: lax });
  try {
    const ends = await trial.judge({ only: "lifecycle.refund-sum" });
    expect(ends.map(({ verdict }) => verdict)).toEqual(["fail"]);
    expect(JSON.stringify(ends[0]?.finding?.evidence)).toContain("mer_refund_id");
  } finally {
    await trial.close();
  }
}, 60_000);
