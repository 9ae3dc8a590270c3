import type { Reason } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import type { Session } from "../session.ts";

/*
 * Numbers of the pack's rules, read where the pack says them.
 */

/** How often an interface may be called before a code of this reason refuses it: `times` of the code's way. */
export function reasonTimes(pack: PackView, one: Interface, reason: Reason): number | undefined {
  const codes = pack.resources.codes(one, reason);
  return pack.source.errors
    .filter(({ code }) => codes.includes(code))
    .flatMap(({ provoke }) => (provoke ?? []).filter((way) => way.in === one.id).flatMap(({ after }) => after ?? []))
    .find((step) => step.call === one.id && step.times !== undefined)?.times;
}

/** For how many days back a bill is kept: the number that the interface's guard takes off today. Skips the check where it says none. */
export function keptDays(session: Session, one: Interface): { readonly first: number } {
  const found = numbersBack(one.read?.require);
  if (found === undefined)
    return session.skip("the pack does not say how long a bill is kept", "规范包未说明账单保留天数", "not-demanded");
  return { first: found };
}

/** The days that an expression takes off a date: `{"date.add-days": [..., -90]}`. */
function numbersBack(expression: unknown): number | undefined {
  if (typeof expression !== "object" || expression === null) return undefined;
  const days = (expression as { readonly "date.add-days"?: readonly unknown[] })["date.add-days"]?.[1];
  if (typeof days === "number" && days < 0) return -days;
  for (const inner of Object.values(expression)) {
    const found = numbersBack(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
