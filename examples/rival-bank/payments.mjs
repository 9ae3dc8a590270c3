// Payments and refunds. Every function runs inside the one transaction of its call.

import { createHash, randomUUID } from "node:crypto";
import { activeBinding } from "./accounts.mjs";
import { book, businessDate, localTime, money, present } from "./ledger.mjs";
import { Refusal } from "./refusals.mjs";

const LATE_SETTLEMENT_MS = 2000;
const MAX_REFUNDS = 50;

const findPayment = (db, party, number) =>
  db.first("SELECT * FROM payments WHERE party_id = ? AND out_trade_no = ? ORDER BY id LIMIT 1", party, number);
/** The same for bodies that say the same, whatever order their fields stand in. */
const fingerprintOf = (body) =>
  createHash("sha256")
    .update(JSON.stringify(inOrder(body)))
    .digest("hex");
const inOrder = (value) =>
  typeof value === "object" && value !== null
    ? Object.keys(value)
        .sort(byText)
        .map((name) => [name, inOrder(value[name])])
    : value;
const byText = (one, other) => (one < other ? -1 : 1);

function paymentView(row) {
  const head = {
    party_id: row.party_id,
    out_trade_no: row.out_trade_no,
    state: row.state,
    created_at: localTime(row.created_at),
  };
  if (row.state === "CLOSED") return head;
  const paid = row.state === "SUCCEEDED";
  return present({
    ...head,
    transaction_id: row.transaction_id,
    binding_id: row.binding_id,
    amount: money(row.amount),
    refunded: money(row.refunded),
    fee: paid && row.fee > 0 ? money(row.fee) : null,
    description: row.description,
    attach: row.attach,
    settled_at: paid ? localTime(row.settled_at) : null,
    business_date: paid ? businessDate(row.settled_at) : null,
    fail_code: row.fail_code,
  });
}

// A refund is booked at once, so it is created and settled in the same instant.
const refundView = (row) => ({
  party_id: row.party_id,
  out_refund_no: row.out_refund_no,
  out_trade_no: row.out_trade_no,
  refund_id: row.refund_id,
  state: "SUCCEEDED",
  amount: money(row.amount),
  created_at: localTime(row.created_at),
  settled_at: localTime(row.created_at),
});

/** Where the outcome is to be told: the URL of the call, else what the party registered, else nowhere. */
function checkCurrencyAndTarget({ body, party, targets }) {
  if (body.amount.currency !== "CNY")
    throw new Refusal("CURRENCY_NOT_SUPPORTED", { field: "/amount/currency", issue: "only CNY", location: "body" });
  if (body.notify_url !== undefined && !targets.allow(body.notify_url))
    throw new Refusal("NOTIFY_URL_NOT_ALLOWED", {
      field: "/notify_url",
      issue: "not under a registered prefix",
      location: "body",
    });
  return body.notify_url ?? targets.defaultOf(party);
}

function notify(db, party, target, event, resource, at) {
  if (target === null) return;
  const notifyId = `N${randomUUID().replaceAll("-", "")}`;
  const body = JSON.stringify({ notify_id: notifyId, event, occurred_at: localTime(at), ...resource });
  db.change(
    "INSERT INTO outbox (notify_id, party_id, target, body, next_at) VALUES (?, ?, ?, ?, ?)",
    notifyId,
    party,
    target,
    body,
    at,
  );
}

/** Ends a payment that is PROCESSING: releases what was held and books it, or not. */
export function settle(db, id, succeeds, now) {
  const payment = db.first("SELECT * FROM payments WHERE id = ? AND state = 'PROCESSING'", id);
  if (payment === undefined) return;
  const { party_id: party, out_trade_no: number, account, amount, fee } = payment;
  db.change("UPDATE accounts SET held = held - ? WHERE name = ?", amount, account);
  if (succeeds) {
    db.change("UPDATE payments SET state = 'SUCCEEDED', settled_at = ? WHERE id = ?", now, id);
    book(db, "payment", number, now, [
      [account, "debit", amount],
      [`settlement:${party}`, "credit", amount],
    ]);
    if (fee > 0)
      book(db, "fee", number, now, [
        [`settlement:${party}`, "debit", fee],
        ["fee:income", "credit", fee],
      ]);
  } else {
    db.change("UPDATE payments SET state = 'FAILED', fail_code = 'ACCOUNT_FROZEN' WHERE id = ?", id);
  }
  notify(
    db,
    party,
    payment.target,
    "payment.result",
    { payment: paymentView(db.first("SELECT * FROM payments WHERE id = ?", id)) },
    now,
  );
}

function replayPayment(payment, body) {
  if (payment.state === "CLOSED") throw new Refusal("ORDER_CLOSED");
  if (payment.fingerprint !== fingerprintOf(body)) throw new Refusal("CONTEXT_INCONSISTENT");
  return paymentView(payment);
}

function acceptPayment(call) {
  const { db, body, party, now } = call;
  const target = checkCurrencyAndTarget(call);
  const binding = activeBinding(db, party, body.binding_id);
  const account = db.first("SELECT * FROM accounts WHERE name = ?", binding.account);
  if (account.frozen === 1) throw new Refusal("ACCOUNT_FROZEN");
  const amount = body.amount.value;
  if (account.balance - account.held < amount) throw new Refusal("INSUFFICIENT_FUNDS");
  const fee = Math.floor((amount * 60 + 5000) / 10_000); // 60 basis points, half up
  const late = account.settlement !== "now";
  db.change("UPDATE accounts SET held = held + ? WHERE name = ?", amount, account.name);
  const { id } = db.first(
    `INSERT INTO payments (party_id, out_trade_no, state, created_at, fingerprint, transaction_id, binding_id, account,
       amount, fee, description, attach, target, settle_due_at)
     VALUES (?, ?, 'PROCESSING', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    party,
    body.out_trade_no,
    now,
    fingerprintOf(body),
    `T${randomUUID().replaceAll("-", "")}`,
    binding.binding_id,
    account.name,
    amount,
    fee,
    body.description,
    body.attach ?? null,
    target,
    late ? now + LATE_SETTLEMENT_MS : now,
  );
  if (!late) settle(db, id, true, now);
  return paymentView(db.first("SELECT * FROM payments WHERE id = ?", id));
}

export function createPayment(call) {
  const known = findPayment(call.db, call.party, call.body.out_trade_no);
  return known === undefined ? acceptPayment(call) : replayPayment(known, call.body);
}

/** What --careless does instead: looks, asks the fraud desk, and by then believes an answer that is out of date. */
export async function createPaymentCarelessly(begin) {
  const [call, known] = begin((call) => [call, findPayment(call.db, call.party, call.body.out_trade_no)]);
  if (known !== undefined) return replayPayment(known, call.body);
  await fraudDesk(call.body);
  return call.db.transaction(() => acceptPayment(call));
}
const fraudDesk = () => new Promise((resolve) => setTimeout(resolve, 25));

export function queryPayment({ db, path, party }) {
  const payment = findPayment(db, party, path.out_trade_no);
  if (payment === undefined) throw new Refusal("ORDER_NOT_FOUND");
  return paymentView(payment);
}

export function closePayment({ db, path, party, now }) {
  const payment = findPayment(db, party, path.out_trade_no);
  if (payment === undefined) {
    // The number itself is closed, so that a payment still on its way under it can never be taken.
    db.change(
      "INSERT INTO payments (party_id, out_trade_no, state, created_at) VALUES (?, ?, 'CLOSED', ?)",
      party,
      path.out_trade_no,
      now,
    );
    return paymentView(findPayment(db, party, path.out_trade_no));
  }
  if (payment.state === "SUCCEEDED") throw new Refusal("ORDER_PAID");
  if (payment.state === "PROCESSING") throw new Refusal("ORDER_PROCESSING");
  // A failed payment has ended already; ended states never change.
  if (payment.state === "FAILED") throw new Refusal("ORDER_CLOSED");
  return paymentView(payment);
}

export function createRefund(call) {
  const { db, body, party, now } = call;
  const known = db.first("SELECT * FROM refunds WHERE party_id = ? AND out_refund_no = ?", party, body.out_refund_no);
  if (known !== undefined) {
    if (known.fingerprint !== fingerprintOf(body)) throw new Refusal("CONTEXT_INCONSISTENT");
    return refundView(known);
  }
  const target = checkCurrencyAndTarget(call);
  const payment = findPayment(db, party, body.out_trade_no);
  // A number closed before it was ever paid is no order that money could come back from.
  if (payment === undefined || payment.state === "CLOSED") throw new Refusal("ORDER_NOT_FOUND");
  if (payment.state !== "SUCCEEDED") throw new Refusal("ORDER_NOT_REFUNDABLE");
  const amount = body.amount.value;
  if (payment.refund_count >= MAX_REFUNDS) throw new Refusal("REFUND_COUNT_EXCEEDED");
  if (payment.refunded + amount > payment.amount) throw new Refusal("REFUND_EXCEEDS_PAYMENT");
  const settlement = `settlement:${party}`;
  if (db.first("SELECT balance FROM accounts WHERE name = ?", settlement).balance < amount)
    throw new Refusal("SETTLEMENT_INSUFFICIENT");
  db.change(
    "UPDATE payments SET refunded = refunded + ?, refund_count = refund_count + 1 WHERE id = ?",
    amount,
    payment.id,
  );
  book(db, "refund", body.out_refund_no, now, [
    [settlement, "debit", amount],
    [payment.account, "credit", amount],
  ]);
  const refund = db.first(
    `INSERT INTO refunds (refund_id, party_id, out_refund_no, fingerprint, payment, out_trade_no, amount, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    `R${randomUUID().replaceAll("-", "")}`,
    party,
    body.out_refund_no,
    fingerprintOf(body),
    payment.id,
    body.out_trade_no,
    amount,
    now,
  );
  notify(db, party, target, "refund.result", { refund: refundView(refund) }, now);
  return refundView(refund);
}

export function queryRefund({ db, path, party }) {
  const refund = db.first("SELECT * FROM refunds WHERE party_id = ? AND out_refund_no = ?", party, path.out_refund_no);
  if (refund === undefined) throw new Refusal("REFUND_NOT_FOUND");
  return refundView(refund);
}
