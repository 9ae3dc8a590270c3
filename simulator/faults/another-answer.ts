import type { Fault } from "./fault.ts";

/**
 * The stored bytes of the answer to another request: rightly signed and recent, so that only what it says tells that it
 * belongs elsewhere. Where the interface has not yet answered another request of the caller, the real answer goes out.
 */
export const anotherAnswer: Fault = {
  name: "another-answer",
  title: { en: "Answer of another request", zh: "返回其他请求的应答" },
  settings: {},
  after: ({ another }, response) => another?.() ?? response,
};
