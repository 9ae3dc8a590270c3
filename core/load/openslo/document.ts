/*
 * The parts of OpenSLO v1 that a load can be held against, as `specs/meta/openslo.schema.json` describes them. The
 * specification is that of the OpenSLO project (github.com/OpenSLO/OpenSLO, Apache-2.0).
 */

/** Annotations by which a document says what OpenSLO has no field for. */
export const ANNOTATIONS = {
  source: "liantiao.dev/source",
  titleZh: "liantiao.dev/title-zh",
  failsOnBurn: "liantiao.dev/fails-on-burn",
} as const;

interface Metadata {
  readonly name: string;
  readonly displayName?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Objective {
  readonly displayName?: string;
  readonly target?: number;
  readonly targetPercent?: number;
  readonly timeSliceTarget?: number;
  /** A number is of minutes. */
  readonly timeSliceWindow?: number | string;
}

export interface IndicatorSpec {
  readonly ratioMetric: {
    readonly counter?: boolean;
    readonly good: {
      readonly metricSource: {
        readonly type: "liantiao";
        readonly spec: { readonly interface?: string; readonly endings: readonly string[]; readonly withinMs?: number };
      };
    };
    readonly total: {
      readonly metricSource: { readonly type: "liantiao"; readonly spec?: { readonly interface?: string } };
    };
  };
}

export interface SloDocument {
  readonly apiVersion: "openslo/v1";
  readonly kind: "SLO";
  readonly metadata: Metadata;
  readonly spec: {
    readonly service: string;
    readonly indicator?: { readonly metadata?: Metadata; readonly spec: IndicatorSpec };
    readonly indicatorRef?: string;
    readonly timeWindow?: readonly { readonly duration: string; readonly isRolling?: boolean }[];
    readonly budgetingMethod: "Occurrences" | "Timeslices";
    readonly objectives: readonly Objective[];
  };
}

export interface SliDocument {
  readonly apiVersion: "openslo/v1";
  readonly kind: "SLI";
  readonly metadata: Metadata;
  readonly spec: IndicatorSpec;
}
