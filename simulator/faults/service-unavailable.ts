import type { Fault } from "./fault.ts";

/** The call is turned away as it is when the service is down for maintenance, and nothing was done. */
export const serviceUnavailable: Fault = {
  name: "service-unavailable",
  title: { en: "Service unavailable before any effect", zh: "处理前返回服务不可用" },
  settings: {},
  before: () => ({ refuse: "unavailable" }),
};
