import { escape } from "../../expression/typing.ts";
import { interfaceFile, lifecycleFile } from "../file.ts";
import { notificationsOf } from "../transition-notifications.ts";
import type { Problem } from "../problem.ts";
import type { Branch, Interface, Lifecycle, PackSource, Posting, Transition } from "../types.ts";
import { loadProblems } from "./loads.ts";
import { problem, unknown } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Triggers, moves, notifications and loads name what exists, and a moved transition says what moves it. */
export const wiring: Rule = {
  id: "reference.unknown",
  check: (source) => [
    ...source.lifecycles.flatMap((lifecycle) =>
      lifecycle.transitions.flatMap((transition, index) =>
        ofTransition({ source, lifecycle, transition, at: `/transitions/${index}` }),
      ),
    ),
    ...source.lifecycles.flatMap((lifecycle) => ofAggregates(source, lifecycle)),
    ...source.interfaces.flatMap((one) => ofInterface(source, one)),
  ],
};

/** A transition, and where in the file of its lifecycle it stands. */
interface Placed {
  readonly source: PackSource;
  readonly lifecycle: Lifecycle;
  readonly transition: Transition;
  readonly at: string;
}

const resources = ({ lifecycles }: PackSource): readonly string[] => lifecycles.map(({ resource }) => resource);

const interfaceIds = ({ interfaces }: PackSource): readonly string[] => interfaces.map(({ id }) => id);

function ofTransition(placed: Placed): readonly Problem[] {
  const { source, lifecycle, transition, at } = placed;
  return [
    ...loadProblems(source, lifecycleFile(lifecycle), `${at}/load`, transition.load),
    ...ofTrigger(placed),
    ...ofNotifications(placed),
    ...transition.to.flatMap((branch, which) => ofBranch(placed, branch, `${at}/to/${which}`)),
  ];
}

function ofTrigger({ source, lifecycle, transition, at }: Placed): readonly Problem[] {
  const file = lifecycleFile(lifecycle);
  const { on } = transition;
  if ("transition" in on) return ofCause({ source, lifecycle, transition, at }, on.transition);
  if (!("call" in on)) return [];
  const called = source.interfaces.find(({ id }) => id === on.call);
  if (called === undefined) return [unknown(file, `${at}/on/call`, "interface", "接口", on.call, interfaceIds(source))];
  if (called.provider === lifecycle.role) return [];
  return [
    problem(
      "trigger.role",
      file,
      `${at}/on/call`,
      [
        `${on.call} is provided by the ${called.provider}, but ${lifecycle.resource} belongs to the ${lifecycle.role}.`,
        `${on.call} 由 ${called.provider} 提供,而 ${lifecycle.resource} 属于 ${lifecycle.role}。`,
      ],
      ["A call triggers transitions of the role that provides it.", "调用只触发提供方的转换。"],
    ),
  ];
}

/** A transition that another one triggers is moved by that one. */
function ofCause({ source, lifecycle, transition, at }: Placed, causeName: string): readonly Problem[] {
  const moved = source.lifecycles.some((other) =>
    other.transitions.some(
      (cause) =>
        `${other.resource}.${cause.name}` === causeName &&
        cause.to.some(({ move }) => move?.some(({ transition: name }) => name === transition.name)),
    ),
  );
  if (moved) return [];
  return [
    problem(
      "move.counterpart",
      lifecycleFile(lifecycle),
      `${at}/on/transition`,
      [`${causeName} does not move this transition.`, `${causeName} 并不会 move 本转换。`],
      [
        `Add {"move": [{"row": "<loaded ${lifecycle.resource}>", "transition": "${transition.name}"}]} to a branch of it.`,
        `请在其分支中添加 move。`,
      ],
    ),
  ];
}

function ofNotifications({ source, lifecycle, transition, at }: Placed): readonly Problem[] {
  const known = source.interfaces.filter(({ notification }) => notification !== undefined).map((one) => one.id);
  return notificationsOf(transition)
    .filter(({ id }) => !known.includes(id))
    .map(({ id, pointer }) => unknown(lifecycleFile(lifecycle), at + pointer, "notification", "通知接口", id, known));
}

function ofBranch(placed: Placed, branch: Branch, at: string): readonly Problem[] {
  return [
    ...(branch.move ?? []).flatMap((move, index) => ofMove(placed, move, `${at}/move/${index}`)),
    ...(branch.post ?? []).flatMap((posting, index) => ofPosting(placed, posting, `${at}/post/${index}`)),
  ];
}

type Move = NonNullable<Branch["move"]>[number];

/** A move names a loaded row and one of its transitions, which says that a transition triggers it. */
function ofMove({ source, lifecycle, transition }: Placed, move: Move, at: string): readonly Problem[] {
  const file = lifecycleFile(lifecycle);
  const load = transition.load?.[move.row];
  if (load === undefined || !("key" in load))
    return [unknown(file, `${at}/row`, "loaded row", "已加载的行", move.row, Object.keys(transition.load ?? {}))];
  const other = source.lifecycles.find(({ resource }) => resource === load.resource);
  const target = other?.transitions.find(({ name }) => name === move.transition);
  if (target === undefined)
    return [
      unknown(
        file,
        `${at}/transition`,
        `transition of ${load.resource}`,
        `${load.resource} 的转换`,
        move.transition,
        other?.transitions.map(({ name }) => name) ?? [],
      ),
    ];
  if ("transition" in target.on) return [];
  return [
    problem(
      "move.counterpart",
      file,
      `${at}/transition`,
      [
        `${load.resource}.${target.name} is not triggered by a transition.`,
        `${load.resource}.${target.name} 不是由转换触发的。`,
      ],
      [
        `Give it "on": {"transition": "${lifecycle.resource}.${transition.name}"}.`,
        `请写 "on": {"transition": "${lifecycle.resource}.${transition.name}"}。`,
      ],
    ),
  ];
}

/** A posting names kinds of accounts, or a pending transfer that some transition makes. */
function ofPosting({ source, lifecycle }: Placed, posting: Posting, at: string): readonly Problem[] {
  const file = lifecycleFile(lifecycle);
  if ("of" in posting) {
    const pending = lifecycle.transitions.flatMap(({ to }) =>
      to.flatMap(({ post }) => (post ?? []).flatMap((one) => (one.phase === "pending" ? [one.as] : []))),
    );
    return pending.includes(posting.of)
      ? []
      : [unknown(file, `${at}/of`, "pending transfer", "预记账", posting.of, pending)];
  }
  const kinds = Object.keys(source.manifest.accounts);
  return (["debit", "credit"] as const).flatMap((side) => {
    const account = posting[side];
    const kind = typeof account === "string" && !account.startsWith("$") ? (account.split(":")[0] ?? "") : undefined;
    return kind === undefined || kind.includes("{$") || kinds.includes(kind)
      ? []
      : [unknown(file, `${at}/${side}`, "account kind", "科目", kind, kinds)];
  });
}

function ofAggregates(source: PackSource, lifecycle: Lifecycle): readonly Problem[] {
  return Object.entries(lifecycle.aggregates ?? {})
    .filter(([, { of }]) => !resources(source).includes(of))
    .map(([name, { of }]) =>
      unknown(lifecycleFile(lifecycle), `/aggregates/${escape(name)}/of`, "resource", "资源", of, resources(source)),
    );
}

function ofInterface(source: PackSource, one: Interface): readonly Problem[] {
  const file = interfaceFile(one);
  const query = one.caller.query?.interface;
  return [
    ...loadProblems(source, file, "/read/load", one.read?.load),
    ...(query === undefined || interfaceIds(source).includes(query)
      ? []
      : [unknown(file, "/caller/query/interface", "interface", "接口", query, interfaceIds(source))]),
  ];
}
