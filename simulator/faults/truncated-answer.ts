import type { Fault } from "./fault.ts";

/** The answer's body breaks off: its length and its signature no longer fit. */
export const truncatedAnswer: Fault = {
  name: "truncated-answer",
  title: { en: "Answer cut off in the middle", zh: "应答报文被截断" },
  settings: { keepBytes: { default: 20, minimum: 0, maximum: 65_536 } },
  after: ({ settings }, response) => ({ ...response, wire: { kind: "truncate", bytes: settings["keepBytes"] ?? 0 } }),
};
