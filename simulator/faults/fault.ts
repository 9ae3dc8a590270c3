import type { Bilingual } from "../../core/run/verdict.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { RawRequest, RawResponse, WireFault } from "../http/raw.ts";

/**
 * Misbehaviour of the environment or the peer, switched on while running to test the other side.
 * One fault is one file: settings with units, and the one hook it needs.
 */
export interface Fault {
  readonly name: string;
  readonly title: Bilingual;
  /** A short word by which a request may wish for it. */
  readonly wish?: string;
  /** Every setting with its unit in the name, its default, and the range it may take. */
  readonly settings: Readonly<
    Record<string, { readonly default: number; readonly minimum: number; readonly maximum: number }>
  >;
  /** Ahead of any work. A response here means that the call never reached the pipeline. */
  before?(context: FaultContext): FaultAction | Promise<FaultAction>;
  /** Another answer in place of the real one, before it is signed. */
  saying?(context: FaultContext, body: Uint8Array): Uint8Array;
  /** Just before the answer is signed. */
  signing?(context: FaultContext): SigningFault;
  /** When the answer is ready and what it tells is durable. */
  after?(context: FaultContext, response: RawResponse): RawResponse | Promise<RawResponse>;
  /** How many times, and after how many milliseconds each, a notification that is due is sent. Empty: not this time. */
  deliver?(context: Omit<FaultContext, "request" | "another">): readonly number[];
}

export interface FaultContext {
  readonly settings: Readonly<Record<string, number>>;
  readonly random: RandomStream;
  readonly request: RawRequest;
  readonly sleep: (ms: number) => Promise<void>;
  /** The latest sound answer of the same interface to another request of the caller; only an answer that is ready has it. */
  readonly another?: () => RawResponse | undefined;
}

/** `undefined`: go on. */
export type FaultAction =
  | undefined
  | { readonly wire: WireFault }
  | { readonly refuse: "system" | "overload" | "unavailable" | "final" };

export interface SigningFault {
  readonly shiftSeconds?: number;
  readonly serial?: string;
  readonly breakSignature?: boolean;
  /** It goes out without a signature. */
  readonly unsigned?: boolean;
}
