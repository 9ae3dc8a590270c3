import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseStrictJson } from "../../../core/json/strict-json.ts";
import { drillProblems, FILE_LIMITS } from "../../../core/pack/meta-schema.ts";
import { metaProblem } from "../../../core/pack/meta-explanation.ts";
import type { Problem } from "../../../core/pack/problem.ts";
import { reasonOf } from "../../../core/text/said-error.ts";
import type { Drill } from "./drill.ts";

export type DrillReading =
  | { readonly ok: true; readonly name: string; readonly drill: Drill }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const drillsFolder = (): string => fileURLToPath(new URL("../../../specs/drills/", import.meta.url));

/** Names of the drills that come with the project. */
export function drillNames(): readonly string[] {
  return readdirSync(drillsFolder())
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .toSorted();
}

/** The file of a drill given by its name, or by a file of one's own; undefined where there is none. */
export function drillFile(named: string): string | undefined {
  if (drillNames().includes(named)) return `${drillsFolder()}${named}.json`;
  return named.endsWith(".json") && existsSync(named) ? named : undefined;
}

/** Reads a drill, and says everything that is wrong with it: where, and what to do. */
export function readDrill(file: string): DrillReading {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    return { ok: false, problems: [metaProblem(file, "", `It cannot be read: ${en}.`, `无法读取：${zh}。`)] };
  }
  const parsed = parseStrictJson(bytes, { ...FILE_LIMITS, integersOnly: false });
  if (!parsed.ok) {
    const { message, offset } = parsed;
    return {
      ok: false,
      problems: [
        metaProblem(
          file,
          "",
          `It is no JSON: ${message.en} (byte ${offset}).`,
          `不是 JSON：${message.zh}（第 ${offset} 字节）。`,
        ),
      ],
    };
  }
  const problems = [...drillProblems(parsed.value, file)];
  if (problems.length > 0) return { ok: false, problems };
  // The meta-schema holds for it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const drill = parsed.value as unknown as Drill;
  const misplaced = misplacedSteps(drill, file);
  return misplaced.length > 0 ? { ok: false, problems: misplaced } : { ok: true, name: basename(file, ".json"), drill };
}

/** What no schema can say: a range that holds for nothing, and a probe ahead of any action. */
function misplacedSteps({ method, "steady-state-hypothesis": { probes } }: Drill, file: string): readonly Problem[] {
  const found: Problem[] = [];
  const places = [
    ...probes.map((probe, index) => [probe, `/steady-state-hypothesis/probes/${index}`] as const),
    ...method.map((step, index) => [step, `/method/${index}`] as const),
  ];
  for (const [step, pointer] of places)
    if (step.type === "probe" && step.tolerance.range[0] > step.tolerance.range[1])
      found.push(
        metaProblem(
          file,
          `${pointer}/tolerance/range`,
          "The first figure is above the second, so that nothing is between them.",
          "前一个数大于后一个数，区间为空。",
        ),
      );
  if (method[0]?.type === "probe")
    found.push(
      metaProblem(
        file,
        "/method/0",
        "A probe stands ahead of any action; what holds before is the steady-state hypothesis.",
        "探测位于所有动作之前；动作之前的状态由稳态假设描述。",
      ),
    );
  return found;
}
