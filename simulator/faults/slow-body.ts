import type { Fault } from "./fault.ts";

/** The answer's body trickles in. */
export const slowBody: Fault = {
  name: "slow-body",
  title: { en: "Answer body that trickles", zh: "应答报文缓慢到达" },
  settings: {
    pieceBytes: { default: 16, minimum: 1, maximum: 65_536 },
    intervalMs: { default: 200, minimum: 1, maximum: 60_000 },
  },
  after: ({ settings }, response) => ({
    ...response,
    wire: { kind: "slow", bytes: settings["pieceBytes"] ?? 1, intervalMs: settings["intervalMs"] ?? 1 },
  }),
};
