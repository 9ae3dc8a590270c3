import type { Fault } from "./fault.ts";

/** The call is answered with the pack's system error, and has no effect. */
export const serverError: Fault = {
  name: "server-error",
  title: { en: "System error before any effect", zh: "处理前返回系统错误" },
  settings: {},
  before: () => ({ refuse: "system" }),
};
