// The library whole would hold the words of seventy languages in memory.
import { faker } from "@faker-js/faker/locale/zh_CN";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/** faker's dates are relative to this moment and never to the host's clock, so that a seed keeps its meaning. */
const REFERENCE_DATE = "2026-01-01T00:00:00Z";

/** Texts as people write them into orders, from a stream of the run: the same seed gives the same words. */
export function words(random: RandomStream): string {
  // Seeded anew for each text, so that nothing of the one before is left in it.
  faker.seed(random.below(2 ** 31));
  faker.setDefaultRefDate(REFERENCE_DATE);
  return faker.commerce.productName();
}
