import { compilePack } from "../../core/pack/compile.ts";
import { wireApp } from "../http/app.ts";
import { createSimulator } from "../simulator.ts";
import type { Simulator, SimulatorOptions } from "../simulator.ts";
import type { Wrappers } from "./defect.ts";

/** The simulator with a defect's wrappers around its parts, or the plain simulator without a defect. */
export function simulatorWith(defect: Wrappers | undefined, options: SimulatorOptions): Simulator {
  if (defect === undefined) return createSimulator(options);
  const pack = defect.pack === undefined ? options.pack : compilePack(defect.pack(options.pack.source));
  const runtime = defect.runtime?.(options.runtime) ?? options.runtime;
  const store = defect.store?.(options.store, runtime) ?? options.store;
  const identity = defect.identity?.(options.identity, pack) ?? options.identity;
  const simulator = createSimulator({
    ...options,
    pack,
    runtime,
    store,
    identity,
    ...(defect.attempt === undefined ? {} : { attempt: defect.attempt }),
  });
  if (defect.handle === undefined) return simulator;
  const handle = defect.handle(simulator.handle, {
    pack,
    role: options.role,
    runtime: simulator.clock.runtime,
    identity,
  });
  return { ...simulator, handle, app: wireApp(handle, pack.source.manifest.policies.limits.bodyBytes) };
}
