import type { Interface, Lifecycle, Module, Role } from "../../core/pack/types.ts";
import type { ModuleScope, Move } from "../../core/run/coverage.ts";
import type { PackView } from "../pack-view.ts";
import { inProfile, offersHook } from "../profile.ts";
import type { Statement } from "../statement/statement.ts";

/** What belongs to no module. */
const SHARED = { title: { en: "All modules", zh: "公共部分" } } as const;

/** What a run can cover, by module: of what the statement claims, and of what it leaves out nothing. */
export function modulesClaimed(pack: PackView, statement: Statement): readonly ModuleScope[] {
  const { modules = [] } = pack.source;
  const parts: readonly (Module | undefined)[] = [...modules, undefined];
  return parts
    .map((module) => scopeOf(pack, statement, module))
    .filter(({ called, told, codes, moves }) => called.length + told.length + codes.length + moves.length > 0);
}

function scopeOf(pack: PackView, statement: Statement, module: Module | undefined): ModuleScope {
  const { role } = statement;
  const modules = pack.source.modules ?? [];
  const own = (content: "interfaces" | "errors" | "lifecycles", name: string): boolean =>
    module === undefined
      ? modules.every(({ holds }) => !holds[content].includes(name))
      : module.holds[content].includes(name);
  const claimed = (side: Role): readonly Interface[] =>
    pack.provided(side).filter(({ id }) => own("interfaces", id) && inProfile(statement, id));
  const called = claimed(role);
  // Any interface may be refused with a code that all modules share.
  const refusing = pack.provided(role).filter(({ id }) => inProfile(statement, id));
  return {
    ...(module === undefined ? {} : { name: module.name }),
    title: module?.title ?? SHARED.title,
    called: called.map(({ id }) => id),
    told: toldBy(role, claimed(role === "bank" ? "platform" : "bank"), statement).map(({ id }) => id),
    codes: pack.source.errors
      .map(({ code }) => code)
      .filter((code) => own("errors", code) && refusing.some((one) => pack.documented(one, code))),
    moves: pack.resources
      .of(role)
      .filter(
        ({ name, creates }) => own("lifecycles", name) && creates !== undefined && inProfile(statement, creates.id),
      )
      .flatMap(({ lifecycle }) => movesOf(lifecycle)),
  };
}

/** A bank calls its peer by itself; a platform calls a bank when its hook tells it to. */
function toldBy(role: Role, claimed: readonly Interface[], statement: Statement): readonly Interface[] {
  return role === "bank" || offersHook(statement, "call") ? claimed : [];
}

/** The changes of state that a lifecycle knows, each once. One that leaves the state as it is cannot be seen. */
function movesOf({ resource, initial, transitions }: Lifecycle): readonly Move[] {
  const moves = transitions.flatMap(({ from, to }) =>
    from.flatMap((before) =>
      to
        .filter(({ state }) => state !== before)
        .map(({ state }): Move => ({ resource, to: state, ...(before === initial ? {} : { from: before }) })),
    ),
  );
  return [...new Map(moves.map((move) => [`${move.from ?? ""} ${move.to}`, move])).values()];
}
