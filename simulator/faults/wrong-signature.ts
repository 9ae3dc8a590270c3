import type { Fault } from "./fault.ts";

/** The answer carries a signature that does not verify. */
export const wrongSignature: Fault = {
  name: "wrong-signature",
  title: { en: "Answer with a wrong signature", zh: "应答签名错误" },
  settings: {},
  signing: () => ({ breakSignature: true }),
};
