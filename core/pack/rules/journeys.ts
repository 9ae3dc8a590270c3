import { escape } from "../../expression/typing.ts";
import type { LoadsSource } from "../loads-source.ts";
import type { PackSource } from "../types.ts";
import { problem, unknown } from "./rule.ts";
import type { Rule } from "./rule.ts";

const FILE = "loads.json";

/** Journeys call interfaces that there are, profiles mix journeys that there are, and levels look at such interfaces. */
export const journeys: Rule = {
  id: "reference.unknown",
  check: (source) => (source.loads === undefined ? [] : [...calls(source, source.loads), ...mixes(source.loads)]),
};

function calls({ interfaces }: PackSource, loads: LoadsSource): ReturnType<Rule["check"]> {
  const ids = interfaces.map(({ id }) => id);
  const missing = (pointer: string, id: string) =>
    ids.includes(id) ? [] : [unknown(FILE, pointer, "interface", "接口", id, ids)];
  return [
    ...Object.entries(loads.journeys).flatMap(([name, steps]) =>
      steps.flatMap((id, index) => missing(`/journeys/${escape(name)}/${index}`, id)),
    ),
    ...loads.levels.flatMap(({ interface: id }, index) =>
      id === undefined ? [] : missing(`/levels/${index}/interface`, id),
    ),
  ];
}

function mixes({ journeys: known, profiles }: LoadsSource): ReturnType<Rule["check"]> {
  const all = Object.keys(known);
  return mixesOf(profiles).flatMap(({ pointer, mix }) =>
    Object.keys(mix)
      .filter((journey) => !all.includes(journey))
      .map((journey) => unknown(FILE, `${pointer}/${escape(journey)}`, "journey", "业务流程", journey, all)),
  );
}

/** Every mix of the profiles: each profile's own, and those of its phases. */
function mixesOf(profiles: LoadsSource["profiles"]) {
  return Object.entries(profiles).flatMap(([name, { role = "bank" as const, mix, phases }]) => {
    const at = `/profiles/${escape(name)}`;
    return [
      { role, mix, pointer: `${at}/mix` },
      ...phases.flatMap((phase, index) =>
        phase.mix === undefined ? [] : [{ role, mix: phase.mix, pointer: `${at}/phases/${index}/mix` }],
      ),
    ];
  });
}

/**
 * A load of a bank calls what banks provide. One of a platform calls what platforms provide, or has the platform call
 * what banks provide.
 */
export const journeyRoles: Rule = {
  id: "journey.role",
  check: ({ interfaces, loads }) =>
    loads === undefined
      ? []
      : mixesOf(loads.profiles).flatMap(({ role, mix, pointer }) =>
          Object.keys(mix).flatMap((journey) => {
            const stray = loads.journeys[journey]?.find((id) => {
              const one = interfaces.find((each) => each.id === id);
              return one !== undefined && one.provider !== role && (role === "bank" || one.notification !== undefined);
            });
            return stray === undefined
              ? []
              : [
                  problem(
                    "journey.role",
                    FILE,
                    `${pointer}/${escape(journey)}`,
                    [
                      `The journey ${journey} has ${stray}, which a load of a ${role} cannot call.`,
                      `业务流程 ${journey} 含 ${stray}，${role} 的负载无法调用。`,
                    ],
                    [
                      "Give the profile the role whose interfaces its journeys call, or mix other journeys.",
                      "请将方案的 role 改为其业务流程所调用接口的提供方，或改用其他业务流程。",
                    ],
                  ),
                ];
          }),
        ),
};
