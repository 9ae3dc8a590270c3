import type { Level } from "../level.ts";
import type { Ending } from "../sample.ts";
import { ANNOTATIONS } from "./document.ts";
import type { IndicatorSpec, SliDocument, SloDocument } from "./document.ts";
import type { Placed, SloProblem } from "./place.ts";

type Objective = SloDocument["spec"]["objectives"][number];

/** The levels that a document promises, one for each of its objectives; what is wrong is added to `problems`. */
export function levelsOf(
  slo: Placed<SloDocument>,
  slis: readonly Placed<SliDocument>[],
  problems: SloProblem[],
): readonly Level[] {
  const { metadata, spec } = slo.document;
  const indicator = indicatorOf(slo, slis, problems);
  const failsOnBurn = annotated(slo, problems);
  if (indicator === undefined) return [];
  const { good, total } = indicator.ratioMetric;
  const { interface: id, endings, withinMs } = good.metricSource.spec;
  if (total.metricSource.spec?.interface !== id)
    problems.push(
      slo.problem(
        "/spec/indicator",
        "`good` and `total` name different interfaces: a share is of the same calls.",
        "good 与 total 的 interface 不同：比率须以同一接口的调用计算。",
      ),
    );
  const title = metadata.displayName ?? metadata.name;
  return spec.objectives.map((objective, index): Level => {
    const several = spec.objectives.length > 1;
    const en = objective.displayName ?? title;
    return {
      name: several ? `${metadata.name}-${index + 1}` : metadata.name,
      title: { en, zh: objective.displayName ?? metadata.annotations?.[ANNOTATIONS.titleZh] ?? en },
      source: metadata.annotations?.[ANNOTATIONS.source] ?? "its file names no source",
      ...(id === undefined ? {} : { interface: id }),
      good: {
        // The schema allows no other.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        endings: endings as readonly Ending[],
        ...(withinMs === undefined ? {} : { withinMs }),
      },
      target: targetOf(slo, objective, index, problems),
      ...slicesOf(slo, objective, index, problems),
      ...(spec.timeWindow?.[0] === undefined ? {} : { period: spec.timeWindow[0].duration }),
      ...(failsOnBurn === undefined ? {} : { failsOnBurn }),
    };
  });
}

function indicatorOf(
  { document: { spec }, problem }: Placed<SloDocument>,
  slis: readonly Placed<SliDocument>[],
  problems: SloProblem[],
): IndicatorSpec | undefined {
  const { indicator, indicatorRef } = spec;
  if ((indicator === undefined) === (indicatorRef === undefined)) {
    problems.push(
      problem(
        "/spec",
        "Give `indicator` or `indicatorRef`, one of them.",
        "indicator 与 indicatorRef 须且只能给出其一。",
      ),
    );
    return undefined;
  }
  if (indicator !== undefined) return indicator.spec;
  const found = slis.find(({ document }) => document.metadata.name === indicatorRef);
  if (found !== undefined) return found.document.spec;
  const names = slis.map(({ document }) => document.metadata.name).join(", ");
  problems.push(
    problem(
      "/spec/indicatorRef",
      `No SLI is called ${JSON.stringify(indicatorRef)}. Given: ${names === "" ? "none" : names}.`,
      `没有名为 ${JSON.stringify(indicatorRef)} 的 SLI。已给出：${names === "" ? "无" : names}。`,
    ),
  );
  return undefined;
}

/** Holds the annotations of ours to those that there are; gives whether alerts miss the level. */
function annotated(
  { document: { metadata }, problem }: Placed<SloDocument>,
  problems: SloProblem[],
): boolean | undefined {
  const known: readonly string[] = Object.values(ANNOTATIONS);
  const annotations = metadata.annotations ?? {};
  for (const name of Object.keys(annotations))
    if (name.startsWith("liantiao.dev/") && !known.includes(name))
      problems.push(
        problem(
          "/metadata/annotations",
          `There is no annotation ${JSON.stringify(name)}. Allowed: ${known.join(", ")}.`,
          `没有注解 ${JSON.stringify(name)}。可用：${known.join("、")}。`,
        ),
      );
  const burn = annotations[ANNOTATIONS.failsOnBurn];
  if (burn === undefined) return undefined;
  if (burn !== "true" && burn !== "false")
    problems.push(
      problem(
        "/metadata/annotations",
        `${ANNOTATIONS.failsOnBurn} is ${JSON.stringify(burn)}. Allowed: "true", "false".`,
        `${ANNOTATIONS.failsOnBurn} 现为 ${JSON.stringify(burn)}。可用："true"、"false"。`,
      ),
    );
  return burn === "true";
}

function targetOf(
  { problem }: Placed<SloDocument>,
  { target, targetPercent }: Objective,
  index: number,
  problems: SloProblem[],
): number {
  if ((target === undefined) === (targetPercent === undefined))
    problems.push(
      problem(
        `/spec/objectives/${index}`,
        "Give `target` or `targetPercent`, one of them.",
        "target 与 targetPercent 须且只能给出其一。",
      ),
    );
  // A quotient such as 99.95 / 100 is not the number that one would write.
  return target ?? Number(((targetPercent ?? 0) / 100).toFixed(12));
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };

function slicesOf(
  { document, problem }: Placed<SloDocument>,
  { timeSliceTarget, timeSliceWindow }: Objective,
  index: number,
  problems: SloProblem[],
): Pick<Level, "slices"> {
  const sliced = document.spec.budgetingMethod === "Timeslices";
  const given = [timeSliceTarget, timeSliceWindow].filter((one) => one !== undefined).length;
  if (given !== (sliced ? 2 : 0))
    problems.push(
      problem(
        `/spec/objectives/${index}`,
        "`timeSliceTarget` and `timeSliceWindow` belong to Timeslices, and to nothing else.",
        "timeSliceTarget 与 timeSliceWindow 用于且仅用于 Timeslices。",
      ),
    );
  if (!sliced || timeSliceTarget === undefined || timeSliceWindow === undefined) return {};
  const seconds =
    typeof timeSliceWindow === "number"
      ? Math.max(1, Math.round(60 * timeSliceWindow))
      : Number.parseInt(timeSliceWindow, 10) * (UNITS[timeSliceWindow.at(-1) ?? ""] ?? 60);
  return { slices: { seconds, target: timeSliceTarget } };
}
