import type { Bilingual } from "../../core/run/verdict.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Store } from "../store/store.ts";

/**
 * A nonconforming variant of the simulator, switched on to try the suites: a wrapper around one injected part, so that
 * no line of the conforming code knows of it. `requirement` is the one that a run against it must fail by.
 */
export interface Defect {
  readonly name: string;
  readonly title: Bilingual;
  readonly requirement: string;
  store(store: Store, runtime: Runtime): Store;
}
