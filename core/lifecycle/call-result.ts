import type { Scope } from "../expression/expression.ts";
import type { Interface } from "../pack/types.ts";
import type { Json } from "../unit/unit.ts";
import type { PartyRecord } from "./party.ts";
import type { Moment } from "./parts.ts";

/** One call of an interface by a party. */
export interface Call extends Moment {
  readonly interface: Interface;
  readonly party: PartyRecord;
  /** Path, query and body fields, validated and merged. */
  readonly request: Readonly<Record<string, Json>>;
}

export type CallResult =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: Json | undefined;
      readonly scope: Scope;
      readonly replayed: boolean;
    }
  | { readonly kind: "refusal"; readonly code: string };
