import type { ExpressionHost, Scope } from "../expression/expression.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pack } from "../pack/compile.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { drawing } from "./draw.ts";
import type { PartyRecord } from "./party.ts";
import type { Plans } from "./plan.ts";

/** What an engine is made of. */
export interface EngineParts {
  readonly pack: Pack;
  readonly plans: Plans;
  readonly ledger: Ledger;
  readonly host: EngineHost;
}

export interface EngineHost {
  readonly currencies: ExpressionHost["currencies"];
  readonly fee: ExpressionHost["fee"];
  readonly calendar: ExpressionHost["calendar"];
  readonly table: ExpressionHost["table"];
  party(partyId: string): PartyRecord | undefined;
  /** `$self`. */
  self(): Readonly<Record<string, Json>>;
  /** The provider's verification keys, for `{keys: "provider"}`. */
  keys(): readonly Readonly<Record<string, Json>>[];
}

/** When a unit happens, and what it may draw. */
export interface Moment {
  readonly now: number;
  /** At least 16 random bytes; ids and codes are drawn from them in a fixed order. */
  readonly entropy: Uint8Array;
}

/** What the expressions of a unit may name, by the name of the root. */
export type Roots = Record<string, unknown>;

/** What expressions are evaluated in. */
export function scopeOf({ host }: EngineParts, roots: Roots, moment: Moment): Scope {
  return {
    roots,
    host: {
      currencies: host.currencies,
      fee: host.fee,
      calendar: host.calendar,
      table: host.table,
      draw: drawing(moment.entropy),
    },
  };
}

/** The roots that every expression of a unit has. */
export function baseRoots({ host, pack }: EngineParts, moment: Moment, party?: PartyRecord): Roots {
  const roots: Roots = { now: moment.now, self: host.self(), policies: pack.source.manifest.policies };
  if (party !== undefined) roots["party"] = party;
  return roots;
}

/**
 * Sets `$today`: the date under which the ledger posts in this unit, so that answers name the date that the bill has.
 */
export function* setToday({ ledger }: EngineParts, work: Workspace, roots: Roots, { now }: Moment): Reading<void> {
  roots["today"] ??= yield* ledger.businessDate(work, now);
}

/** The party that a row is of. */
export function partyOf({ host }: EngineParts, partyId: Json | undefined): PartyRecord | undefined {
  return typeof partyId === "string" ? host.party(partyId) : undefined;
}
