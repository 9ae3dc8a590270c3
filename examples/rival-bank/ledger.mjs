// Double entry: every transfer debits one account and credits another by the same amount.

export const localTime = (ms) => `${new Date(ms + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;
export const businessDate = (ms) => localTime(ms).slice(0, 10);
export const money = (value) => ({ value, currency: "CNY" });
/** Leaves out what is null, so that optional fields are absent rather than null. */
export const present = (fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

/** Books one transfer. Legs are [account, direction, amount]; the tables refuse a balance below zero. */
export function book(db, kind, reference, at, legs) {
  const transfer = db.first(
    "INSERT INTO transfers (kind, reference, at, business_date) VALUES (?, ?, ?, ?) RETURNING id",
    kind,
    reference,
    at,
    businessDate(at),
  );
  for (const [account, direction, amount] of legs) {
    const { balance } = db.first(
      "UPDATE accounts SET balance = balance + iif(normal = ?, ?, -?) WHERE name = ? RETURNING balance",
      direction,
      amount,
      amount,
      account,
    );
    db.change(
      "INSERT INTO entries (transfer_id, account, direction, amount, balance_after) VALUES (?, ?, ?, ?, ?)",
      transfer.id,
      account,
      direction,
      amount,
      balance,
    );
  }
}

const FIXTURES = [
  // suffix of the binding id, digit of the account number, opening balance in fen, frozen, binding state, settlement
  ["FUNDED", 1, 1_000_000_000_000, 0, "ACTIVE", "now"],
  ["LOW", 2, 100, 0, "ACTIVE", "now"],
  ["FROZEN", 3, 1_000_000, 1, "ACTIVE", "now"],
  ["CANCELLED", 4, 1_000_000, 0, "CANCELLED", "now"],
  ["LATE-SUCCESS", 5, 1_000_000_000_000, 0, "ACTIVE", "late-success"],
  ["LATE-FAILURE", 6, 1_000_000_000_000, 0, "ACTIVE", "late-failure"],
];

const open = (db, account, amount) =>
  book(db, "opening", "OPENING", Date.now(), [
    ["cash:opening", "debit", amount],
    [account, "credit", amount],
  ]);

/** Opens the accounts the scenarios need, once in the life of a data directory. */
export function seed(db, parties) {
  if (
    db.change(
      "INSERT OR IGNORE INTO accounts (name, normal) VALUES ('cash:opening', 'debit'), ('fee:income', 'credit')",
    ) === 0
  )
    return;
  for (const party of parties) {
    db.change("INSERT INTO accounts (name, normal) VALUES (?, 'credit')", `settlement:${party}`);
    open(db, `settlement:${party}`, 10_000_000_000);
    for (const [suffix, digit, balance, frozen, state, settlement] of FIXTURES) {
      const account = `customer:62220200${party.slice(1)}000${digit}`;
      db.change(
        "INSERT INTO accounts (name, normal, frozen, settlement) VALUES (?, 'credit', ?, ?)",
        account,
        frozen,
        settlement,
      );
      open(db, account, balance);
      db.change(
        "INSERT INTO bindings (binding_id, party_id, account, state) VALUES (?, ?, ?, ?)",
        `RB-${party}-${suffix}`,
        party,
        account,
        state,
      );
    }
  }
}
