import { escape } from "../../expression/typing.ts";
import type { LoadsSource } from "../loads-source.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** What a profile returns to after an overload is what it began with. */
export const recovery: Rule = {
  id: "load.recovery",
  check: ({ loads }) =>
    Object.entries(loads?.profiles ?? {}).flatMap(([name, profile]) =>
      returns(profile)
        ? []
        : [
            problem(
              "load.recovery",
              "loads.json",
              `/profiles/${escape(name)}/recovery`,
              [
                `The profile ${name} judges a recovery and does not return to a rate that it left.`,
                `负载方案 ${name} 检验恢复能力，却没有回到过载前的速率。`,
              ],
              [
                "Begin and end with phases of one constant rate, put a higher one between, and let the last outlast withinSeconds.",
                "首尾两个阶段须为同一恒定速率，中间须有更高的速率，且最后阶段须长于 withinSeconds。",
              ],
            ),
          ],
    ),
};

function returns({ phases, recovery: asked }: LoadsSource["profiles"][string]): boolean {
  if (asked === undefined) return true;
  const [first, last] = [phases[0], phases.at(-1)];
  if (first === undefined || last === undefined || phases.length < 3) return false;
  const constant = first.from === first.to && last.from === first.to && last.to === first.to;
  return constant && phases.some(({ from, to }) => Math.max(from, to) > first.to) && last.seconds > asked.withinSeconds;
}
