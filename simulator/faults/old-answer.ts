import { withOtherNumbers } from "./altered-answer.ts";
import type { Fault } from "./fault.ts";

/** An answer of an earlier time comes again: rightly signed, by its own timestamp, over numbers that are no longer true. */
export const oldAnswer: Fault = {
  name: "old-answer",
  title: { en: "Old answer, replayed", zh: "重放旧应答" },
  settings: { ageSeconds: { default: 600, minimum: 1, maximum: 86_400 } },
  saying: (_context, body) => withOtherNumbers(body),
  signing: ({ settings }) => ({ shiftSeconds: -(settings["ageSeconds"] ?? 0) }),
};
