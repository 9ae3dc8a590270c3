import { addDays } from "../../core/calendar/date.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";

/** The bill of a day: what announces it, and what gives its file. One interface may do both. */
export interface Bills {
  readonly announced: Interface;
  readonly file: Interface;
}

/** The interfaces of a pack's bill; undefined where the pack has none with a file that can be read. */
export function billsOf(pack: PackView): Bills | undefined {
  const file = pack.resources.thing("files", "bill");
  if (file?.response.table === undefined) return undefined;
  return { announced: pack.resources.thing("reads", "bill") ?? file, file };
}

/** A bill that comes out this moment may still be a moment away. */
const MARGIN_MS = 30_000;

/** The last business date whose bill is out: for some hours of a day, or as late as noon, not yesterday's. */
export function lastBilled({ calendar, policies }: Pick<PackView, "calendar" | "policies">, now: number): string {
  const today = calendar.businessDate(now);
  const out = calendar.startOfBusinessDate(today) + policies.cutover.billReadyAfterSeconds * 1000 + MARGIN_MS;
  return addDays(today, now > out ? -1 : -2);
}

/** The interfaces of a bill, each once. */
export const eachOf = ({ announced, file }: Bills): readonly Interface[] =>
  announced === file ? [file] : [announced, file];
