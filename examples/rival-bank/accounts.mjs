// What a party may see of a customer's account.

import { localTime, money, present } from "./ledger.mjs";
import { Refusal } from "./refusals.mjs";

/** The binding a call of this party may use; refuses otherwise. */
export function activeBinding(db, party, bindingId) {
  const binding = db.first("SELECT * FROM bindings WHERE binding_id = ? AND party_id = ?", bindingId, party);
  if (binding === undefined) throw new Refusal("BINDING_NOT_FOUND");
  if (binding.state !== "ACTIVE") throw new Refusal("BINDING_NOT_ACTIVE");
  return binding;
}

export function balance({ db, path, party, now }) {
  const { account } = activeBinding(db, party, path.binding_id);
  const { balance: posted, held } = db.first("SELECT balance, held FROM accounts WHERE name = ?", account);
  return {
    party_id: party,
    binding_id: path.binding_id,
    available: money(posted - held),
    pending: money(held),
    posted: money(posted),
    as_of: localTime(now),
  };
}

const STATEMENT_DAYS = 31;

/** Whether the cursor is one of the account's entries in the range. */
function isEntry(db, account, { cursor, from_date: from, to_date: to }) {
  const found = db.first(
    `SELECT 1 FROM entries JOIN transfers ON transfers.id = transfer_id
     WHERE entries.id = ? AND account = ? AND business_date BETWEEN ? AND ?`,
    Number(cursor),
    account,
    from,
    to,
  );
  return found !== undefined;
}

export function statement({ db, path, query, party }) {
  const { account } = activeBinding(db, party, path.binding_id);
  const days = (Date.parse(query.to_date) - Date.parse(query.from_date)) / 86_400_000;
  if (days < 0 || days >= STATEMENT_DAYS)
    throw new Refusal("STATEMENT_RANGE", { field: "/to_date", issue: "not 1 to 31 days", location: "query" });
  if (query.cursor !== undefined && !isEntry(db, account, query))
    throw new Refusal("STATEMENT_RANGE", { field: "/cursor", issue: "no page gave it", location: "query" });
  const limit = Number(query.limit ?? 100);
  const rows = db.all(
    `SELECT entries.id, transfer_id, kind, direction, amount, balance_after, reference, at, business_date
     FROM entries JOIN transfers ON transfers.id = transfer_id
     WHERE account = ? AND business_date BETWEEN ? AND ? AND entries.id > ? ORDER BY entries.id LIMIT ?`,
    account,
    query.from_date,
    query.to_date,
    Number(query.cursor ?? 0),
    limit + 1,
  );
  const page = rows.slice(0, limit);
  const entries = page.map(({ id, transfer_id: transfer, amount, balance_after: after, at, ...row }) => ({
    entry_id: `E${id}`,
    transfer_id: `X${transfer}`,
    ...row,
    amount: money(amount),
    balance_after: money(after),
    at: localTime(at),
  }));
  return present({
    party_id: party,
    binding_id: path.binding_id,
    entries,
    next_cursor: rows.length > limit ? String(page.at(-1).id) : null,
  });
}
