import { addDays, daysBetween } from "../../calendar/date.ts";
import { formatTime, isTimeForm, parseTime, TIME_FORMS } from "../../calendar/time-form.ts";
import type { TimeForm } from "../../calendar/time-form.ts";
import type { Expression } from "../../pack/types.ts";
import { ExpressionFault } from "../fault.ts";
import { argument, guarded, held, oneOf, strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import type { Evaluate, Scope } from "../scope.ts";
import { DATE, INTEGER, optional, TEXT, TIME } from "../type.ts";

export const TIMES: readonly Operator[] = [
  strict("time.add-seconds", ["time", "seconds"], ["time", "integer"], TIME, ([time, seconds]) => {
    const moved = time + seconds * 1_000;
    if (!Number.isSafeInteger(moved)) throw new RangeError("The time leaves the safe integers of milliseconds.");
    return moved;
  }),
  strict("time.rfc3339", ["time"], ["time"], TEXT, ([time], { host }) => host.calendar.rfc3339(time)),
  {
    // Missing for a text of another form, and for a local time that the zone skips.
    name: "time.parse",
    parameters: ["text", "form"],
    arity: { least: 1, most: 2 },
    compile: (evaluators, source) => {
      const text = argument(evaluators, 0, source);
      const form = formOf(evaluators[1], source);
      return (scope) => parseTime(scope.host.calendar, held("text", text(scope), "text", source), form(scope));
    },
    type: (call) => {
      call.expect(0, ["text"]);
      if (call.arguments.length > 1) oneOf(call, 1, TIME_FORMS);
      return optional(TIME);
    },
  },
  {
    name: "time.format",
    parameters: ["time", "form"],
    compile: (evaluators, source) => {
      const time = argument(evaluators, 0, source);
      const form = formOf(evaluators[1], source);
      return (scope) => {
        const moment = held("time", time(scope), "time", source);
        return guarded(source, () => formatTime(scope.host.calendar, moment, form(scope)));
      };
    },
    type: (call) => {
      call.expect(0, ["time"]);
      oneOf(call, 1, TIME_FORMS);
      return TEXT;
    },
  },
  // The business date: after cut-over it is tomorrow's.
  strict("date", ["time"], ["time"], DATE, ([time], { host }) => host.calendar.businessDate(time)),
  // From the first to the second; negative where the second is earlier.
  strict("date.days", ["from", "to"], ["date", "date"], INTEGER, ([from, to]) => daysBetween(from, to)),
  strict("date.add-days", ["date", "days"], ["date", "integer"], DATE, ([date, days]) => addDays(date, days)),
];

/** How the time is written; RFC 3339 where no form is given. */
function formOf(evaluate: Evaluate | undefined, source: Expression): (scope: Scope) => TimeForm {
  if (evaluate === undefined) return () => "rfc3339";
  return (scope) => {
    const form = evaluate(scope);
    if (isTimeForm(form)) return form;
    throw new ExpressionFault(source, `form must be one of ${TIME_FORMS.join(", ")}.`);
  };
}
