import type { DownRule } from "./down-rule.ts";

/** What became of one look at an interface; the words are those of a load's samples. */
export type LookEnding = "success" | "refused" | "server-error" | "malformed" | "unanswered";

/** One look at one interface. */
export interface Look {
  readonly interface: string;
  readonly ending: LookEnding;
  /** From sending to the whole answer, or to where it was given up. */
  readonly ms: number;
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  readonly code?: string;
  /** Whether the answer's signature verified; absent where none is wanted, or none came. */
  readonly signed?: boolean;
}

/** All looks of one moment. */
export interface Round {
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  /** Seconds after which the next one was to begin. */
  readonly everySeconds: number;
  /** How long it took until its last answer. */
  readonly tookMs: number;
  readonly looks: readonly Look[];
}

/** What is inspected, and by which rule: the same for all rounds of a folder. */
export interface InspectionHead {
  readonly version: 1;
  readonly role: "bank" | "platform";
  readonly sut: { readonly name: string; readonly baseUrl: string };
  readonly pack: { readonly name: string; readonly version: string; readonly timeZone: string };
  readonly rule: DownRule;
  /** Days of which rounds are kept. */
  readonly keepDays: number;
}

/** Whether a look was answered in the sense of the rule. */
export function isAnswered({ ending, signed }: Look, { answer }: DownRule): boolean {
  return answer === "any"
    ? ending !== "unanswered"
    : isAsAgreed({ ending, ...(signed === undefined ? {} : { signed }) });
}

/** Whether an answer was one that the pack describes, signed as it says. */
export const isAsAgreed = ({ ending, signed }: Pick<Look, "ending" | "signed">): boolean =>
  (ending === "success" || ending === "refused") && signed !== false;
