import type { LoadHead } from "../../core/load/load-folder.ts";
import type { Interval } from "../../core/load/interval.ts";
import type { Counterparty } from "../run/scope.ts";
import type { LoadCompanion } from "./companion.ts";
import type { LoadEngine } from "./engine.ts";
import type { Segment } from "./segment.ts";

/** What a load is run with. */
export interface LoadOptions {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly profile: string;
  /** Another highest rate, in arrivals a second, or length than the profile's. */
  readonly rate?: number;
  readonly seconds?: number;
  /** Files of service levels (OpenSLO v1); default: those of the statement, else of the pack. */
  readonly levelFiles?: readonly string[];
  readonly seed: number;
  readonly threads: number;
  /** The share of late arrivals above which the load is void; default one in a hundred. */
  readonly mostLate?: number;
  readonly outDirectory: string;
  readonly counterparty?: Counterparty;
  /** Where orders ask to be told of, when another process is the counterparty. */
  readonly notifyUrl?: string;
  /** Which part of the schedule is made; default all of it. */
  readonly segment?: Segment;
  /** Goes on with the load in the folder; profile, rate, length, seed and segment are those that it was begun with. */
  readonly resume?: true;
  readonly signal?: AbortSignal;
  /** The command that repeats the load. */
  readonly replay: string;
  /** Default: the one that is built in. */
  readonly engine?: LoadEngine;
  /** What goes on beside the load, such as drills; each is judged with it. */
  readonly companions?: readonly LoadCompanion[];
  /** Business days that the SUT's clock is led through while the load runs, by its hook `clock`. */
  readonly businessDays?: number;
  readonly onInterval?: (interval: Interval, head: LoadHead) => void;
}
