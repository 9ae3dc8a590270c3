import type { Fault } from "./fault.ts";

/** Every answer takes a fixed time longer. */
export const latency: Fault = {
  name: "latency",
  wish: "late",
  title: { en: "Fixed extra latency", zh: "固定附加延迟" },
  settings: { delayMs: { default: 500, minimum: 1, maximum: 120_000 } },
  before: async ({ settings, sleep }) => {
    await sleep(settings["delayMs"] ?? 0);
    return undefined;
  },
};
