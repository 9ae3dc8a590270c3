import pc from "picocolors";
import type { Lifecycle } from "../../core/pack/types.ts";
import type { Language } from "../language/language.ts";
import { ROLES } from "./role.ts";

/** A resource for a person who operates it: the parts of its key, its states, and the transitions with what takes them. */
export function resourceLines(lifecycle: Lifecycle, language: Language): readonly string[] {
  const { resource, role, key, states, transitions } = lifecycle;
  const kept = {
    en: `kept by the ${role}; its key is ${key.join(", ")}`,
    zh: `由${ROLES[role].zh}保存；主键为 ${key.join("、")}`,
  };
  const words = { en: { final: " (final)", same: "(same)" }, zh: { final: "（终态）", same: "（不变）" } }[language];
  return [
    `${pc.bold(resource)}${language === "en" ? ", " : "，"}${kept[language]}`,
    ...Object.entries(states).map(
      ([name, { title, final }]) => `  ${name.padEnd(24)} ${title[language]}${final === true ? words.final : ""}`,
    ),
    pc.bold({ en: "transitions", zh: "状态变更" }[language]),
    ...transitions.map(
      ({ name, from, on, to }) =>
        `  ${name.padEnd(24)} ${from.join(", ")} -> ${to.map(({ state }) => state ?? words.same).join(", ")}, ${on === undefined ? "" : Object.keys(on)[0]}`,
    ),
  ];
}
