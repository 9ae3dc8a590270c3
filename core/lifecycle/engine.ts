import type { Ledger } from "../ledger/ledger.ts";
import type { Pack } from "../pack/compile.ts";
import type { Expression } from "../pack/types.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { call } from "./call.ts";
import type { Call, CallResult } from "./call-result.ts";
import { fire } from "./fire.ts";
import { operate } from "./operate.ts";
import type { OperatorOrder, OperatorResult } from "./operate.ts";
import { baseRoots, scopeOf } from "./parts.ts";
import type { EngineHost, EngineParts, Moment } from "./parts.ts";
import { place } from "./place.ts";
import { planPack } from "./plan-pack.ts";
import type { Row } from "./rows.ts";
import type { Timer } from "./timer.ts";

/**
 * The rules of the pack at work: what a call, a timer or an operator's decision does to the rows.
 *
 * Everything here is pure. The clock and the randomness come in with the call, rows through the workspace, and what
 * comes out is an answer or a refusal together with what the workspace has been given to write. The simulator runs it
 * against its store; the suites' model runs the same code against a map.
 */
export interface Engine {
  readonly pack: Pack;
  readonly ledger: Ledger;
  call(work: Workspace, call: Call): Reading<CallResult>;
  fire(work: Workspace, timer: Timer, moment: Moment): Reading<boolean>;
  operate(work: Workspace, order: OperatorOrder, moment: Moment): Reading<OperatorResult>;
  /** Puts a row as it is, in a state, with its timers and unique entries: for seeds, and to bring them back. */
  place(
    work: Workspace,
    resource: string,
    state: string,
    fields: Readonly<Record<string, Json>>,
    moment: Moment,
  ): Reading<Row>;
  /** Evaluates outside of any row: seeds, bindings of scenarios. There `$today` is the date of the moment. */
  evaluate(expression: Expression, roots: Readonly<Record<string, unknown>>, moment: Moment): unknown;
}

/** The engine of a pack; what it does is in `call`, `fire`, `operate` and `place`. */
export function createEngine(pack: Pack, ledger: Ledger, host: EngineHost): Engine {
  const parts: EngineParts = { pack, plans: planPack(pack), ledger, host };
  return {
    pack,
    ledger,
    call: (work, input) => call(parts, work, input),
    fire: (work, timer, moment) => fire(parts, work, timer, moment),
    operate: (work, order, moment) => operate(parts, work, order, moment),
    place: (work, resource, state, fields, moment) => place(parts, work, resource, state, fields, moment),
    evaluate: (expression, roots, moment) =>
      pack.expression(expression)(
        scopeOf(
          parts,
          { ...baseRoots(parts, moment), today: host.calendar.businessDate(moment.now), ...roots },
          moment,
        ),
      ),
  };
}
