import pc from "picocolors";
import type { Lifecycle } from "../../core/pack/types.ts";

/** A resource for a person who operates it: the parts of its key, its states, and the transitions with what takes them. */
export function resourceLines(lifecycle: Lifecycle): readonly string[] {
  const { resource, role, key, states, transitions } = lifecycle;
  return [
    `${pc.bold(resource)}, kept by the ${role}; its key is ${key.join(", ")}`,
    ...Object.entries(states).map(
      ([name, { title, final }]) => `  ${name.padEnd(24)} ${title.en} / ${title.zh}${final === true ? " (final)" : ""}`,
    ),
    pc.bold("transitions"),
    ...transitions.map(
      ({ name, from, on, to }) =>
        `  ${name.padEnd(24)} ${from.join(", ")} -> ${to.map(({ state }) => state ?? "(same)").join(", ")}, ${on === undefined ? "" : Object.keys(on)[0]}`,
    ),
  ];
}
