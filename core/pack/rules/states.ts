import { escape } from "../../expression/typing.ts";
import { lifecycleFile, scenarioFile } from "../file.ts";
import type { Lifecycle, PackSource, Transition } from "../types.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** States that a transition may lead to, refusals included. */
function targets(transition: Transition): readonly string[] {
  return [
    ...transition.to.map(({ state }) => state),
    ...(transition.require ?? []).flatMap(({ onRefuse }) => onRefuse?.to?.map(({ state }) => state) ?? []),
  ];
}

/** Every state that is named is declared. */
export const stateUnknown: Rule = {
  id: "state.unknown",
  check: (source) =>
    source.lifecycles.flatMap((lifecycle) => {
      const file = lifecycleFile(lifecycle);
      const said: { state: string; pointer: string; owner: string; file: string }[] = [];
      const say = (pointer: string, states: readonly string[], owner = lifecycle.resource, where = file): void => {
        states.forEach((state, index) =>
          said.push({ state, pointer: pointer.replace("*", String(index)), owner, file: where }),
        );
      };
      lifecycle.transitions.forEach((transition, index) => {
        const at = `/transitions/${index}`;
        say(
          `${at}/from/*`,
          transition.from.map((state) => (state === "ABSENT" ? "*" : state)),
        );
        transition.to.forEach(({ state }, which) => say(`${at}/to/${which}/state`, [state]));
        for (const state of Object.keys(transition.otherwise ?? {}))
          say(`${at}/otherwise/${escape(state)}`, [state === "ABSENT" ? "*" : state]);
        transition.require?.forEach((guard, which) =>
          guard.onRefuse?.to?.forEach(({ state }, branch) =>
            say(`${at}/require/${which}/onRefuse/to/${branch}/state`, [state]),
          ),
        );
      });
      lifecycle.unique?.forEach((unique, index) => say(`/unique/${index}/while/*`, unique.while));
      lifecycle.limits?.forEach((limit, index) => say(`/limits/${index}/while/*`, limit.while));
      for (const [name, aggregate] of Object.entries(lifecycle.aggregates ?? {}))
        say(`/aggregates/${escape(name)}/while/*`, aggregate.while, aggregate.of);
      for (const scenario of source.scenarios)
        scenario.seed.forEach((seed, index) => {
          if (seed.resource === lifecycle.resource)
            say(`/seed/${index}/state`, [seed.state], seed.resource, scenarioFile(scenario));
        });
      return said.flatMap(({ state, pointer, owner, file: where }) => {
        const states = source.lifecycles.find(({ resource }) => resource === owner)?.states;
        if (state === "*" || states === undefined || Object.hasOwn(states, state)) return [];
        return [
          problem(
            "state.unknown",
            where,
            pointer,
            [`${owner} has no state ${state}.`, `${owner} 没有状态 ${state}。`],
            instead(state, Object.keys(states)),
          ),
        ];
      });
    }),
};

/** Every state is entered by a transition that can be taken, or seeded by a scenario. */
export const stateUnreachable: Rule = {
  id: "state.unreachable",
  check: (source) =>
    source.lifecycles.flatMap((lifecycle) => {
      const reached = reachable(source, lifecycle);
      return Object.keys(lifecycle.states)
        .filter((state) => !reached.has(state))
        .map((state) =>
          problem(
            "state.unreachable",
            lifecycleFile(lifecycle),
            `/states/${escape(state)}`,
            [
              `Nothing leads ${lifecycle.resource} into ${state}.`,
              `没有任何转换使 ${lifecycle.resource} 进入 ${state}。`,
            ],
            [
              "Add the transition that enters it, seed it in a scenario, or remove the state.",
              "请添加进入它的转换、在场景中预置,或删除该状态。",
            ],
          ),
        );
    }),
};

function reachable(source: PackSource, lifecycle: Lifecycle): ReadonlySet<string> {
  const reached = new Set([
    "ABSENT",
    ...source.scenarios.flatMap(({ seed }) =>
      seed.filter(({ resource }) => resource === lifecycle.resource).map(({ state }) => state),
    ),
  ]);
  for (let grown = true; grown;) {
    const before = reached.size;
    for (const transition of lifecycle.transitions)
      if (transition.from.some((state) => reached.has(state)))
        for (const state of targets(transition)) reached.add(state);
    grown = reached.size > before;
  }
  return reached;
}

/** A state that nothing leaves is final, and nothing leaves a final state. */
export const stateFinal: Rule = {
  id: "state.final",
  check: (source) =>
    source.lifecycles.flatMap((lifecycle) =>
      Object.entries(lifecycle.states).flatMap(([state, { final }]) => {
        const leaving = lifecycle.transitions.find(
          (transition) => transition.from.includes(state) && targets(transition).some((target) => target !== state),
        );
        const pointer = `/states/${escape(state)}`;
        if (final === true && leaving !== undefined)
          return [
            problem(
              "state.final",
              lifecycleFile(lifecycle),
              pointer,
              [`${state} is final, but ${leaving.name} leaves it.`, `${state} 是终态,但 ${leaving.name} 会离开它。`],
              ["Remove final, or the transition.", "请去掉 final 或该转换。"],
            ),
          ];
        if (final !== true && leaving === undefined)
          return [
            problem(
              "state.final",
              lifecycleFile(lifecycle),
              pointer,
              [`No transition leaves ${state}, and it is not final.`, `没有转换离开 ${state},而它不是终态。`],
              [`Write "final": true, or add the transition.`, `请写 "final": true 或添加转换。`],
            ),
          ];
        return [];
      }),
    ),
};
