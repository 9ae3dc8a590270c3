import type { Bilingual } from "../run/verdict.ts";

/** How the interfaces are used when many use them. */
export interface LoadsSource {
  /** Interfaces that one customer calls one after another, by the name of the journey. */
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly profiles: Readonly<
    Record<
      string,
      {
        readonly title: Bilingual;
        /** Who is put under load; default the bank. */
        readonly role?: "bank" | "platform";
        readonly pace?: "even" | "poisson";
        /** Arrivals a second at the begin and at the end of each stretch of time, and the mix where it is another there. */
        readonly phases: readonly {
          readonly seconds: number;
          readonly from: number;
          readonly to: number;
          readonly mix?: Readonly<Record<string, number>>;
        }[];
        readonly mix: Readonly<Record<string, number>>;
        /** Latency at the end is held against latency at the begin, in loads of this length at least. */
        readonly drift?: { readonly leastSeconds: number };
        /** The last phase must be as the first, so long after it began. */
        readonly recovery?: { readonly withinSeconds: number };
        /** How often a caller sends again what no answer came to. */
        readonly retries?: number;
        /** Whether the notifications of its orders are counted and judged, too. */
        readonly told?: boolean;
        /** Of so many calls that the SUT is told to make, one answer is lost after its effect. */
        readonly losesEvery?: number;
      }
    >
  >;
  readonly levels: readonly {
    readonly name: string;
    readonly title: Bilingual;
    readonly source: string;
    /** Whose level it is; absent: that of either. */
    readonly role?: "bank" | "platform";
    readonly interface?: string;
    readonly good: { readonly endings: readonly string[]; readonly withinMs?: number };
    /** A share as a decimal text, such as `0.999`. */
    readonly target: string;
    readonly slices?: { readonly seconds: number; readonly target: string };
    readonly period?: string;
    readonly failsOnBurn?: boolean;
  }[];
}
