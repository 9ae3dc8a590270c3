import type { Bilingual, Level } from "./verdict.ts";

/** One HTTP exchange as bytes on the wire; bodies are UTF-8 text where they are, base64 where they are not. */
export interface WireExchange {
  readonly label: string;
  readonly request: WireMessage & { readonly method: string; readonly url: string };
  /** Absent when no answer came: then `failure` says why. */
  readonly response?: WireMessage & { readonly status: number };
  readonly failure?: { readonly kind: string; readonly message: string; readonly sent: boolean };
  readonly startedAt: number;
  readonly durationMs: number;
}

export interface WireMessage {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly bodyEncoding: "utf8" | "base64";
  /** The length on the wire of a body of which only the beginning is kept. */
  readonly bodyBytes?: number;
}

/** A fail with all that is needed to believe it and to mend it. */
export interface Finding {
  readonly requirement: string;
  readonly level: Level;
  readonly check: string;
  /** What was found, in one sentence for a person. */
  readonly summary: Bilingual;
  readonly expected: string;
  readonly seen: string;
  /**
   * The same two in Chinese, and the description of the minimal case; absent where all are the same in both languages.
   */
  readonly inChinese?: { readonly expected: string; readonly seen: string; readonly minimal?: string };
  /** Where to look first, when the harness has an idea. */
  readonly likelyCause?: Bilingual;
  /** The smallest case that still shows it, as data; and how often it came back when tried again. */
  readonly minimal?: {
    readonly description: string;
    readonly value: unknown;
    readonly reproduced?: { readonly tries: number; readonly failures: number };
  };
  readonly evidence: readonly WireExchange[];
  readonly seed: number;
  /** A command that runs just this case again. */
  readonly replay: string;
}
