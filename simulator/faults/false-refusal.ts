import type { Fault } from "./fault.ts";

/** A valid call is refused for good, with the first final code of its interface, and has no effect. */
export const falseRefusal: Fault = {
  name: "false-refusal",
  title: { en: "Final refusal without a reason", zh: "无故返回最终失败" },
  settings: {},
  before: () => ({ refuse: "final" }),
};
