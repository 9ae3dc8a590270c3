import type { Fault } from "./fault.ts";

/** The call takes effect and is never answered: the caller has to time out by itself. */
export const answerNeverSent: Fault = {
  name: "answer-never-sent",
  title: { en: "No answer until the caller gives up", zh: "处理成功但始终不应答" },
  settings: { heldMs: { default: 60_000, minimum: 1, maximum: 600_000 } },
  after: ({ settings }, response) => ({ ...response, wire: { kind: "silent", heldMs: settings["heldMs"] ?? 0 } }),
};
