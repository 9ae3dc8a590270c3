import type { Part } from "../../core/pack/purpose.ts";
import type { PackView } from "../pack-view.ts";
import type { Statement } from "../statement/statement.ts";

/** Whose request it is, and under which circumstances. */
export interface Circumstances {
  /** The scenario that was asked for. */
  readonly scenario?: string;
  /** Whether another than the statement's first party makes the request. */
  readonly strange: boolean;
}

/** The scenario that a request's field takes its value from; undefined when none of the pack's gives it. */
export function situationFor(
  name: string,
  { scenario, strange }: Circumstances,
  pack: PackView,
  statement: Statement,
): string | undefined {
  const own = pack.source.scenarios.filter((one) => one.role === statement.role && one.gives[name] !== undefined);
  const playing = (part: Part): string | undefined =>
    own.find((one) => one.plays?.some((each) => each.as === part))?.id;
  return (
    own.find((one) => one.id === scenario)?.id ??
    (strange ? playing("foreign") : undefined) ??
    playing("ordinary") ??
    playing("open") ??
    own[0]?.id
  );
}
