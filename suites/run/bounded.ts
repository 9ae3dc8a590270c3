import type { Runtime } from "../../core/runtime/runtime.ts";
import type { RunScope } from "./scope.ts";

/** The same run, in which every call and pause ends when `stop` is aborted. */
export function bounded(scope: RunScope, stop: AbortSignal): RunScope {
  const { runtime } = scope;
  const either = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? stop : AbortSignal.any([signal, stop]);
  return {
    ...scope,
    runtime: {
      ...runtime,
      sleep: (ms, signal) => runtime.sleep(ms, either(signal)),
      transport: { send: (request, signal) => runtime.transport.send(request, either(signal)) },
    },
  };
}

/** Why a phase of a run ended before it was through. */
export type Ended = "stopped" | "spent";

/** The end of a phase: `signal` aborts when the run is stopped or its time is spent, and `why` then says which. */
export interface PhaseEnd {
  readonly signal: AbortSignal;
  why(): Ended | undefined;
  /** Gives the timer back. */
  release(): void;
}

export function phaseEnd(
  runtime: Pick<Runtime, "now" | "schedule">,
  stop: AbortSignal | undefined,
  deadline: number | undefined,
): PhaseEnd {
  const spent = new AbortController();
  const cancel =
    deadline === undefined
      ? (): void => {}
      : runtime.schedule(Math.max(0, deadline - runtime.now()), () => spent.abort());
  return {
    signal: stop === undefined ? spent.signal : AbortSignal.any([stop, spent.signal]),
    why: () => (stop?.aborted === true ? "stopped" : spent.signal.aborted ? "spent" : undefined),
    release: cancel,
  };
}
