import type { Bilingual } from "../../../core/run/verdict.ts";
import type { HookName } from "../../statement/statement.ts";

/** Something that is done to a SUT under load, in the shape of a Chaos Toolkit experiment. Schema: `specs/meta/drill.schema.json`. */
export interface Drill {
  readonly title: Bilingual;
  readonly description: Bilingual;
  /** The requirement that it judges. */
  readonly requirement: string;
  /** Within what time after the rollbacks the steady state is back. */
  readonly recoverySeconds: number;
  readonly "steady-state-hypothesis": { readonly title: Bilingual; readonly probes: readonly DrillProbe[] };
  readonly method: readonly (DrillAction | DrillProbe)[];
  readonly rollbacks: readonly DrillAction[];
}

/** A figure of the load, and between which values it holds, both included. */
export interface DrillProbe {
  readonly type: "probe";
  readonly name: string;
  readonly tolerance: { readonly range: readonly [least: number, most: number] };
  readonly provider: { readonly measure: "answered-percent" | "p95-ms" };
}

/** A call of a control hook, with pauses around it. */
export interface DrillAction {
  readonly type: "action";
  readonly name: string;
  readonly title: Bilingual;
  readonly provider: { readonly hook: HookName; readonly arguments?: Readonly<Record<string, DrillArgument>> };
  /** Callers know of it: they take the new clock, or the new keys, for their own. */
  readonly callersFollow?: true;
  /** Seconds. */
  readonly pauses?: { readonly before?: number; readonly after?: number };
}

/** A value as it is, or one that is reckoned when the action is taken. */
export type DrillArgument =
  | string
  | number
  | boolean
  | null
  | { readonly afterSeconds: number }
  | { readonly beforeCutOverSeconds: number }
  | { readonly beyondTimeoutMs: number };

/** A drill of a load, by its name, and when it begins. */
export interface PlannedDrill {
  readonly name: string;
  readonly drill: Drill;
  /** Seconds from the begin of the load. */
  readonly at: number;
}

/** The id of the check that a drill is judged as. */
export const checkOf = ({ name }: Pick<PlannedDrill, "name">): string => `drill.${name}`;

/** The hooks that a drill calls, each once. */
export const hooksOf = ({ method, rollbacks }: Drill): readonly HookName[] => [
  ...new Set([...method, ...rollbacks].flatMap((step) => (step.type === "action" ? [step.provider.hook] : []))),
];

/** Seconds that the pauses of a drill's method and rollbacks take. */
export const pausesOf = ({ method, rollbacks }: Drill): number =>
  [...method, ...rollbacks].reduce(
    (sum, step) => sum + (step.type === "action" ? (step.pauses?.before ?? 0) + (step.pauses?.after ?? 0) : 0),
    0,
  );
