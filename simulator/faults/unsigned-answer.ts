import type { Fault } from "./fault.ts";

/** The answer carries no signature at all. */
export const unsignedAnswer: Fault = {
  name: "unsigned-answer",
  title: { en: "Answer without a signature", zh: "应答无签名" },
  settings: {},
  signing: () => ({ unsigned: true }),
};
