import type { Scope } from "../expression/expression.ts";
import type { Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { keyOf } from "./key.ts";
import { loadRows } from "./load-rows.ts";
import type { EngineParts, Roots } from "./parts.ts";
import type { LoadPlan } from "./plan.ts";
import { Refused } from "./refused.ts";

/** The most entries of one scan, less the extra one that tells whether others follow. */
const ALL = Number.MAX_SAFE_INTEGER - 1;

/** Loads what rules name, each into its root. */
export function* load(
  { ledger, host }: EngineParts,
  work: Workspace,
  loads: readonly LoadPlan[],
  scope: Scope,
  roots: Roots,
): Reading<void> {
  for (const rule of loads) {
    switch (rule.kind) {
      case "row": {
        const { lifecycle, key } = rule.row();
        const row = yield* work.get(lifecycle.collection, keyOf(key, scope));
        if (row === undefined && rule.else !== undefined) throw new Refused(rule.else);
        roots[rule.name] = row;
        break;
      }
      case "rows":
        roots[rule.name] = yield* loadRows(work, rule, scope);
        break;
      case "value": {
        const value = rule.value(scope);
        if (value === undefined && rule.else !== undefined) throw new Refused(rule.else);
        roots[rule.name] = value;
        break;
      }
      case "balance": {
        const currency = rule.currency(scope);
        const { posted, reserved } = yield* ledger.balance(work, rule.account(scope), currency);
        roots[rule.name] = {
          posted: { value: posted, currency },
          pending: { value: reserved, currency },
          available: { value: posted - reserved, currency },
        };
        break;
      }
      case "entries": {
        const after = rule.after?.(scope);
        if (
          rule.else !== undefined &&
          after !== undefined &&
          !(yield* ledger.hasEntry(
            work,
            rule.account(scope),
            rule.currency(scope),
            rule.fromDate(scope),
            rule.toDate(scope),
            String(after),
          ))
        )
          throw new Refused(rule.else);
        const limit = rule.limit === undefined ? ALL : Number(rule.limit(scope));
        // One more than is wanted tells whether others follow.
        const found = yield* ledger.entries(
          work,
          rule.account(scope),
          rule.currency(scope),
          rule.fromDate(scope),
          rule.toDate(scope),
          typeof after === "string" ? after : undefined,
          limit + 1,
        );
        roots[rule.name] = { items: found.slice(0, limit), more: found.length > limit };
        break;
      }
      default:
        roots[rule.name] = host.keys();
    }
  }
}
