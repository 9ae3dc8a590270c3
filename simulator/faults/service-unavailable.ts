import type { Fault } from "./fault.ts";

/** The call is refused as during maintenance, and has no effect. */
export const serviceUnavailable: Fault = {
  name: "service-unavailable",
  title: { en: "Service unavailable before any effect", zh: "处理前返回服务不可用" },
  settings: {},
  before: () => ({ refuse: "unavailable" }),
};
