import type { Money } from "../../resources/money-shape.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import type { Intent } from "../orders.ts";

/** What a platform was told, and may be told again. */
export interface News {
  readonly draft: Draft;
  readonly subject: Resource | undefined;
  readonly number: string | undefined;
  readonly amount: Money | undefined;
  /** The order that it is about; undefined where no interface of the platform shows what became of it. */
  readonly intent: Intent | undefined;
}

/** How far a journey has come. */
export interface Walk {
  /** What its calls said and were answered, by interface. */
  readonly priors: Record<string, Fields>;
  /** What it has told a platform. */
  readonly news: News[];
  /** When its next call is to begin, in milliseconds from the begin of the load. */
  beginMs: number;
}
