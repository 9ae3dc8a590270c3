import { BOOLEAN, DATE, INTEGER, list, MONEY, object, optional, present, TEXT, TIME } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { escape, typeOf } from "../../expression/typing.ts";
import type { TypeEnvironment } from "../../expression/typing.ts";
import type { Load } from "../types.ts";
import type { FilePlacing } from "./placing.ts";
import type { Roots } from "./roots.ts";

const ENTRY = object({
  entry_id: TEXT,
  transfer_id: TEXT,
  kind: TEXT,
  direction: { kind: "text", values: ["debit", "credit"] },
  amount: MONEY,
  balance_after: MONEY,
  reference: TEXT,
  at: TIME,
  business_date: DATE,
});

const BALANCE = object({ posted: MONEY, pending: MONEY, available: MONEY });

const KEY = object(
  {
    serial: TEXT,
    algorithm: TEXT,
    public_key: TEXT,
    certificate: optional(TEXT),
    effective_at: TIME,
    expires_at: optional(TIME),
  },
  true,
);

/** Places what loads say, one after another; gives the roots with what they load. */
export function placeLoads(
  file: FilePlacing,
  pointer: string,
  loads: Readonly<Record<string, Load>> | undefined,
  given: Roots,
): Roots {
  let roots = given;
  for (const [name, load] of Object.entries(loads ?? {}))
    roots = { ...roots, [name]: placeLoad(file, `${pointer}/${escape(name)}`, load, file.pack.environment(roots)) };
  return roots;
}

/** What a field is compared with is there, though the field may be missing. */
const withRequired = (fields: Readonly<Record<string, Type>>): Type =>
  object(Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, present(type)])));

/** Places the expressions of one load; gives the type of what it loads. */
function placeLoad(file: FilePlacing, at: string, load: Load, env: TypeEnvironment): Type {
  if ("value" in load) {
    file.place(`${at}/value`, load.value, env);
    const { type } = typeOf(load.value, env);
    return load.else === undefined ? type : present(type);
  }
  if ("where" in load) {
    const row = file.pack.row(load.resource);
    file.placeFields(`${at}/where`, load.where, env, row.kind === "object" ? withRequired(row.fields) : row);
    return list(row);
  }
  if ("key" in load) {
    const row = file.pack.row(load.resource);
    file.placeFields(`${at}/key`, load.key, env, row);
    return load.else === undefined ? optional(row) : row;
  }
  if ("ledger" in load) {
    file.place(`${at}/ledger`, load.ledger, env, TEXT);
    file.place(`${at}/currency`, load.currency, env, TEXT);
    return BALANCE;
  }
  if ("entries" in load) {
    file.place(`${at}/entries`, load.entries, env, TEXT);
    file.place(`${at}/fromDate`, load.fromDate, env, DATE);
    file.place(`${at}/toDate`, load.toDate, env, DATE);
    file.place(`${at}/currency`, load.currency, env, TEXT);
    file.place(`${at}/after`, load.after, env, optional(TEXT));
    file.place(`${at}/limit`, load.limit, env, INTEGER);
    return object({ items: list(ENTRY), more: BOOLEAN });
  }
  return list(KEY);
}
