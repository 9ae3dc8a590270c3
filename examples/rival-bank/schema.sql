-- The rival bank's whole memory. Money is in fen, instants are milliseconds since 1970.
-- The constraints are the last line of defence: a rule the code forgets fails here, before any answer.

CREATE TABLE IF NOT EXISTS accounts (
  name TEXT PRIMARY KEY,
  normal TEXT NOT NULL CHECK (normal IN ('debit', 'credit')),
  balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0),
  held INTEGER NOT NULL DEFAULT 0 CHECK (held BETWEEN 0 AND balance),
  frozen INTEGER NOT NULL DEFAULT 0,
  settlement TEXT NOT NULL DEFAULT 'now' CHECK (settlement IN ('now', 'late-success', 'late-failure'))
) STRICT;

CREATE TABLE IF NOT EXISTS bindings (
  binding_id TEXT PRIMARY KEY,
  party_id TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES accounts (name),
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'CANCELLED'))
) STRICT;

CREATE TABLE IF NOT EXISTS transfers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  at INTEGER NOT NULL,
  business_date TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id INTEGER NOT NULL REFERENCES transfers (id),
  account TEXT NOT NULL REFERENCES accounts (name),
  direction TEXT NOT NULL CHECK (direction IN ('debit', 'credit')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  balance_after INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entries_of_account ON entries (account, id);

-- One payment a number: the unique index payments_number is made by bank.mjs, because --careless leaves it out.
-- A number closed before it was ever paid is a row of state CLOSED with nothing else in it.
CREATE TABLE IF NOT EXISTS payments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  party_id TEXT NOT NULL,
  out_trade_no TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('PROCESSING', 'SUCCEEDED', 'FAILED', 'CLOSED')),
  created_at INTEGER NOT NULL,
  fingerprint TEXT,
  transaction_id TEXT UNIQUE,
  binding_id TEXT REFERENCES bindings (binding_id),
  account TEXT REFERENCES accounts (name),
  amount INTEGER,
  refunded INTEGER NOT NULL DEFAULT 0,
  refund_count INTEGER NOT NULL DEFAULT 0 CHECK (refund_count <= 50),
  fee INTEGER,
  description TEXT,
  attach TEXT,
  target TEXT,
  fail_code TEXT,
  settle_due_at INTEGER,
  settled_at INTEGER,
  CHECK (state = 'CLOSED' OR (amount > 0 AND transaction_id IS NOT NULL)),
  CHECK (refunded = 0 OR (state = 'SUCCEEDED' AND refunded <= amount))
) STRICT;
CREATE INDEX IF NOT EXISTS payments_by_number ON payments (party_id, out_trade_no);
CREATE INDEX IF NOT EXISTS payments_unsettled ON payments (settle_due_at) WHERE state = 'PROCESSING';

CREATE TABLE IF NOT EXISTS refunds (
  refund_id TEXT PRIMARY KEY,
  party_id TEXT NOT NULL,
  out_refund_no TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  payment INTEGER NOT NULL REFERENCES payments (id),
  out_trade_no TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  created_at INTEGER NOT NULL,
  UNIQUE (party_id, out_refund_no)
) STRICT;

CREATE TABLE IF NOT EXISTS nonces (
  party_id TEXT NOT NULL,
  nonce TEXT NOT NULL,
  forget_at INTEGER NOT NULL,
  PRIMARY KEY (party_id, nonce)
) STRICT;
CREATE INDEX IF NOT EXISTS nonces_by_age ON nonces (forget_at);

-- Written in the same commit as what it tells of; next_at is null once delivered or given up.
CREATE TABLE IF NOT EXISTS outbox (
  notify_id TEXT PRIMARY KEY,
  party_id TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  delivered_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (next_at) WHERE next_at IS NOT NULL;
