import type { Fault } from "./fault.ts";

/** The answer is rightly signed but its timestamp lies outside of the window. */
export const staleTimestamp: Fault = {
  name: "stale-timestamp",
  title: { en: "Answer with a stale timestamp", zh: "应答时间戳过期" },
  settings: { ageSeconds: { default: 600, minimum: -86_400, maximum: 86_400 } },
  signing: ({ settings }) => ({ shiftSeconds: -(settings["ageSeconds"] ?? 0) }),
};
