import type { Fault } from "./fault.ts";

/** The connection is reset before the call is looked at: no answer and no effect. */
export const resetBeforeAnswer: Fault = {
  name: "reset-before-answer",
  title: { en: "Connection reset before any effect", zh: "处理前连接被重置" },
  settings: {},
  before: () => ({ wire: { kind: "reset" } }),
};
