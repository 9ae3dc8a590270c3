import type { OrderLine } from "../orders.ts";
import type { Sample } from "../../../core/load/sample.ts";

/** What a generator does with what its journeys see. */
export interface Witness {
  /** Milliseconds since the begin of the load, to a fraction. */
  now(): number;
  sample(sample: Sample): void;
  order(line: OrderLine): void;
}
