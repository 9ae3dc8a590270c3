import type { PackSource, Role } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Attempt } from "../caller/attempt.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { ServerOptions } from "../http/server.ts";
import type { Identity } from "../identity/identity.ts";
import type { Store } from "../store/store.ts";

/**
 * A nonconforming variant of the simulator, switched on to try the suites. It wraps the parts that the simulator is
 * given, or what goes in and out of it, so that no line of the conforming code knows of it. `requirement` is the one
 * that a run against it must fail by.
 */
export interface Defect extends Wrappers {
  readonly name: string;
  readonly title: Bilingual;
  /** Whose implementation has it. */
  readonly role: Role;
  readonly requirement: string;
  /** Without which nothing of it shows. */
  readonly needs?: {
    readonly tls?: true;
    /** Signature scheme of the parties. */ readonly scheme?: string;
    /** Calls that are taken at once, at most. */ readonly maxInFlight?: number;
  };
}

/** What a defect may wrap; every part is optional, and most defects need one. */
export interface Wrappers {
  /** The rules that are played; the judge keeps those of the real pack. */
  readonly pack?: (source: PackSource) => PackSource;
  readonly store?: (store: Store, runtime: Runtime) => Store;
  readonly runtime?: (runtime: Runtime) => Runtime;
  /** Who is known by which keys, and so what a signature is. */
  readonly identity?: (identity: Identity, pack: Pack) => Identity;
  /** Calls of one's own, and what their answers are taken for. */
  readonly attempt?: (inner: Attempt) => Attempt;
  /** Raw requests and answers, in front of everything else. */
  readonly handle?: (inner: Handle, parts: HandleParts) => Handle;
  /** The port and its sockets, ahead of any request. */
  readonly listening?: (options: ServerOptions) => ServerOptions;
}

export type Handle = (request: RawRequest) => Promise<RawResponse>;

/** What a wrapper of requests may look at. The identity is the one that the simulator has, wrapped. */
export interface HandleParts {
  readonly pack: Pack;
  readonly role: Role;
  readonly runtime: Runtime;
  readonly identity: Identity;
}
