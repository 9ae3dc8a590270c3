import { stringify } from "yaml";
import type { Level } from "../level.ts";
import { ANNOTATIONS } from "./document.ts";
import type { IndicatorSpec, SloDocument } from "./document.ts";

/** Levels as OpenSLO documents; `service` says what they are promised of. `readOpenSlo` gives the same levels back. */
export function openSloOf(levels: readonly Level[], service: string): readonly SloDocument[] {
  return levels.map((level) => ({
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: {
      name: level.name,
      displayName: level.title.en,
      annotations: {
        [ANNOTATIONS.source]: level.source,
        [ANNOTATIONS.titleZh]: level.title.zh,
        ...(level.failsOnBurn === undefined ? {} : { [ANNOTATIONS.failsOnBurn]: String(level.failsOnBurn) }),
      },
    },
    spec: {
      service,
      indicator: { metadata: { name: level.name }, spec: indicatorOf(level) },
      ...(level.period === undefined ? {} : { timeWindow: [{ duration: level.period, isRolling: true }] }),
      budgetingMethod: level.slices === undefined ? "Occurrences" : "Timeslices",
      objectives: [
        {
          target: level.target,
          ...(level.slices === undefined
            ? {}
            : { timeSliceTarget: level.slices.target, timeSliceWindow: windowOf(level.slices.seconds) }),
        },
      ],
    },
  }));
}

/** The same as YAML, a document each. */
export const openSloYaml = (levels: readonly Level[], service: string): string =>
  openSloOf(levels, service)
    .map((document) => stringify(document))
    .join("---\n");

function indicatorOf({ interface: id, good }: Level): IndicatorSpec {
  const calls = id === undefined ? {} : { interface: id };
  return {
    ratioMetric: {
      counter: true,
      good: { metricSource: { type: "liantiao", spec: { ...calls, ...good } } },
      total: { metricSource: { type: "liantiao", spec: calls } },
    },
  };
}

/** Whole minutes as text; OpenSLO knows no seconds, so what is shorter is a fraction of a minute. */
const windowOf = (seconds: number): number | string => (seconds % 60 === 0 ? `${seconds / 60}m` : seconds / 60);
