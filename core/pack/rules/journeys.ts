import { escape } from "../../expression/typing.ts";
import type { LoadsSource, PackSource } from "../types.ts";
import { unknown } from "./rule.ts";
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
  return Object.entries(profiles).flatMap(([profile, { mix }]) =>
    Object.keys(mix)
      .filter((journey) => !all.includes(journey))
      .map((journey) =>
        unknown(FILE, `/profiles/${escape(profile)}/mix/${escape(journey)}`, "journey", "业务流程", journey, all),
      ),
  );
}
