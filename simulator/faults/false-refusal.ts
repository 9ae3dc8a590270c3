import type { Fault } from "./fault.ts";

/** The call is refused for good, with the first such code of its interface, although nothing is wrong with it; nothing was done. */
export const falseRefusal: Fault = {
  name: "false-refusal",
  title: { en: "Final refusal without a reason", zh: "无故返回最终失败" },
  settings: {},
  before: () => ({ refuse: "final" }),
};
