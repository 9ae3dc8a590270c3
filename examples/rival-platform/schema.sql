-- The platform's books. Amounts are whole fen. `party` is the bank that an entry belongs to.
CREATE TABLE IF NOT EXISTS orders (
  party TEXT NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('CREATED', 'PAID', 'FAILED', 'CLOSED')),
  fen INTEGER NOT NULL CHECK (fen > 0),
  currency TEXT NOT NULL,
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0),
  created_at REAL NOT NULL,
  transaction_id TEXT,
  paid_at REAL,
  PRIMARY KEY (party, number)
) WITHOUT ROWID;

-- Refunds, payouts and bindings as the bank has told of them. `subject` is the order of a refund.
CREATE TABLE IF NOT EXISTS records (
  kind TEXT NOT NULL CHECK (kind IN ('refund', 'payout', 'binding')),
  party TEXT NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  fen INTEGER,
  currency TEXT,
  subject TEXT,
  bank_id TEXT,
  received_at REAL NOT NULL,
  PRIMARY KEY (kind, party, number)
) WITHOUT ROWID;

-- Every notification that was acknowledged, by its content.
CREATE TABLE IF NOT EXISTS events (
  party TEXT NOT NULL,
  notify_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  received_at REAL NOT NULL,
  PRIMARY KEY (party, notify_id, digest)
) WITHOUT ROWID;

-- Goods that are owed for paid orders; handed out by the clerk after the bank has its acknowledgement.
CREATE TABLE IF NOT EXISTS deliveries (
  party TEXT NOT NULL,
  number TEXT NOT NULL,
  handed_out_at REAL,
  PRIMARY KEY (party, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS nonces (
  party TEXT NOT NULL,
  nonce TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  PRIMARY KEY (party, nonce)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS nonces_by_time ON nonces (timestamp);

CREATE TABLE IF NOT EXISTS keys (
  serial TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  pem TEXT NOT NULL,
  valid_from REAL,
  valid_until REAL
) WITHOUT ROWID;

-- What the platform set out to do at a bank, written before the first byte is sent.
CREATE TABLE IF NOT EXISTS intents (
  id INTEGER PRIMARY KEY,
  party TEXT NOT NULL,
  interface TEXT NOT NULL,
  data TEXT NOT NULL,
  begun_at REAL NOT NULL,
  conclusion TEXT
);

CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
