import { addDays } from "../../calendar/calendar.ts";
import { strict } from "../operator.ts";
import type { Operator } from "../operator.ts";
import { DATE, TEXT, TIME } from "../type.ts";

export const TIMES: readonly Operator[] = [
  strict("time.add-seconds", ["time", "seconds"], ["time", "integer"], TIME, ([time, seconds]) => {
    const moved = time + seconds * 1_000;
    if (!Number.isSafeInteger(moved)) throw new RangeError("The time leaves the safe integers of milliseconds.");
    return moved;
  }),
  strict("time.rfc3339", ["time"], ["time"], TEXT, ([time], { host }) => host.rfc3339(time)),
  // The business date: after cut-over it is tomorrow's.
  strict("date", ["time"], ["time"], DATE, ([time], { host }) => host.date(time)),
  strict("date.add-days", ["date", "days"], ["date", "integer"], DATE, ([date, days]) => addDays(date, days)),
];
