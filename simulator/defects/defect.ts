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
 * A nonconforming variant of the simulator, switched on to try the suites. It wraps parts of the simulator, or its
 * requests and answers, so that the conforming code stays free of it. A run against it must fail by `requirement`.
 */
export interface Defect extends Wrappers {
  readonly name: string;
  readonly title: Bilingual;
  /** The role whose implementation has it. */
  readonly role: Role;
  readonly requirement: string;
  /** Settings that the defect needs to show. */
  readonly needs?: {
    readonly tls?: true;
    /** Client certificates that are bound to its parties. */ readonly clients?: true;
    /** Signature scheme of the parties. */ readonly scheme?: string;
    /** Style of the pack's envelope; absent: that of the reference pack. */ readonly envelope?: string;
    /** A pack whose notifications are as SDKs of the field take them: sealed, and signed like answers. */ readonly sdk?: true;
    /** A pack that carries the bodies of requests encrypted. */ readonly encrypted?: true;
    /** Modules of the pack that its statement claims, without those that they need. */ readonly modules?: readonly string[];
    /** A pack whose acknowledgements of notifications have to be signed. */ readonly signedAcknowledgements?: true;
    /** Calls that are taken at once, at most. */ readonly maxInFlight?: number;
  };
}

/** What a defect may wrap; every part is optional, and most defects need one. */
export interface Wrappers {
  /** The pack that the simulator plays; the judge keeps the real one. */
  readonly pack?: (source: PackSource) => PackSource;
  readonly store?: (store: Store, runtime: Runtime) => Store;
  readonly runtime?: (runtime: Runtime) => Runtime;
  /** The keys of the known parties, which decide what verifies. */
  readonly identity?: (identity: Identity, pack: Pack) => Identity;
  /** Outgoing calls, and how their answers are read. */
  readonly attempt?: (inner: Attempt) => Attempt;
  /** Raw requests and answers, in front of everything else. */
  readonly handle?: (inner: Handle, parts: HandleParts) => Handle;
  /** The port and its sockets, ahead of any request. */
  readonly listening?: (options: ServerOptions) => ServerOptions;
}

export type Handle = (request: RawRequest) => Promise<RawResponse>;

/** What a wrapper of requests may look at. The identity is the simulator's own, already wrapped. */
export interface HandleParts {
  readonly pack: Pack;
  readonly role: Role;
  readonly runtime: Runtime;
  readonly identity: Identity;
}
