// The bank's one SQLite file, and the few ways its code talks to it.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Opens (or makes) the tables in a directory. A careless bank does without the unique payment number. */
export function openDatabase(directory, careless) {
  mkdirSync(directory, { recursive: true });
  const file = new DatabaseSync(join(directory, "bank.sqlite"));
  // FULL: in WAL mode anything less may forget a commit that was already answered.
  file.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000",
  );
  file.exec(readFileSync(new URL("schema.sql", import.meta.url), "utf8"));
  if (!careless) file.exec("CREATE UNIQUE INDEX IF NOT EXISTS payments_number ON payments (party_id, out_trade_no)");

  const statements = new Map();
  const prepared = (text) => statements.get(text) ?? statements.set(text, file.prepare(text)).get(text);
  return {
    first: (text, ...values) => prepared(text).get(...values),
    all: (text, ...values) => prepared(text).all(...values),
    /** Answers how many rows changed. */
    change: (text, ...values) => Number(prepared(text).run(...values).changes),
    transaction(work) {
      file.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        file.exec("COMMIT");
        return result;
      } catch (error) {
        if (file.isTransaction) file.exec("ROLLBACK");
        throw error;
      }
    },
    /** Inside a transaction: does the work, or undoes it and hands back the error, leaving the rest to be committed. */
    attempt(work) {
      file.exec("SAVEPOINT attempt");
      try {
        return { value: work() };
      } catch (error) {
        file.exec("ROLLBACK TO attempt");
        return { error };
      }
    },
  };
}
