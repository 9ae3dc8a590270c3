import type { PackView } from "../../pack-view.ts";
import { offersHook } from "../../profile.ts";
import type { Statement } from "../../statement/statement.ts";
import { LoadError } from "../plan.ts";
import { hooksOf, pausesOf } from "./drill.ts";
import type { PlannedDrill } from "./drill.ts";
import { AFTER_SECONDS } from "./judge-drill.ts";

/** Seconds from a drill's begin to where it can be judged: its pauses, its recovery, and what has to be seen after it. */
const roomOf = ({ drill }: PlannedDrill): number => pausesOf(drill) + drill.recoverySeconds + AFTER_SECONDS;

/** The least time ahead of a drill in which the load shows a steady state. */
const LEAST_BEFORE_SECONDS = 3;

/**
 * Holds drills against what is there, ahead of anything that is sent: hooks, requirements, and room in the load.
 *
 * @throws LoadError
 */
export function expectDrillable(
  planned: readonly PlannedDrill[],
  pack: PackView,
  statement: Statement,
  loadSeconds: number,
): void {
  const inOrder = planned.toSorted((one, other) => one.at - other.at);
  for (const one of inOrder) {
    expectHooks(one, statement);
    if (pack.requirement(one.drill.requirement) === undefined)
      throw new LoadError(
        {
          en: `the pack ${pack.source.manifest.name} has no requirement ${one.drill.requirement}, by which the drill ${one.name} is judged`,
          zh: `规范包 ${pack.source.manifest.name} 没有演练 ${one.name} 所依据的要求 ${one.drill.requirement}`,
        },
        { where: "/requirement" },
      );
  }
  inOrder.forEach((one, place) => {
    const { name, at } = one;
    const next = inOrder[place + 1];
    const until = at + roomOf(one);
    if (at < LEAST_BEFORE_SECONDS)
      throw new LoadError(
        {
          en: `the drill ${name} begins ${at} s into the load, before a steady state can show`,
          zh: `演练 ${name} 在负载开始 ${at} 秒时进行，此前尚无法判断稳态`,
        },
        { where: "--drill", allowed: [`${name}@${LEAST_BEFORE_SECONDS}`] },
      );
    if (next !== undefined && next.at < until)
      throw new LoadError(
        {
          en: `the drill ${next.name} would begin before ${name} is judged`,
          zh: `演练 ${next.name} 会在 ${name} 判定之前开始`,
        },
        { where: "--drill", allowed: [`${next.name}@${until}`] },
      );
    if (until > loadSeconds)
      throw new LoadError(
        {
          en: `the load takes ${loadSeconds} s, and the drill ${name} can be judged after ${until} s`,
          zh: `负载持续 ${loadSeconds} 秒，而演练 ${name} 需 ${until} 秒方可判定`,
        },
        { where: "--for", allowed: [`${until}`] },
      );
  });
}

function expectHooks({ name, drill }: PlannedDrill, statement: Statement): void {
  const missing = hooksOf(drill).filter((hook) => !offersHook(statement, hook));
  if (missing.length === 0) return;
  throw new LoadError(
    {
      en: `the drill ${name} needs the control hook ${missing.join(" and ")}, which the statement does not offer`,
      zh: `演练 ${name} 需要控制钩子 ${missing.join("、")}，而声明未提供`,
    },
    {
      where: "/hooks/supports",
      remedy: {
        en: `offer it as docs/hooks.md says, and write "hooks": {"url": "…", "supports": [${missing.map((one) => `"${one}"`).join(", ")}, …]} in the statement; our own simulator does with \`serve bank --drills\``,
        zh: `请按 docs/hooks.zh-CN.md 提供，并在声明中写 "hooks": {"url": "…", "supports": [${missing.map((one) => `"${one}"`).join(", ")}, …]}；本项目的模拟器用 \`serve bank --drills\` 提供`,
      },
    },
  );
}
