import type { Fault } from "./fault.ts";

/** The answer names a key that was never enrolled. */
export const wrongKeyId: Fault = {
  name: "wrong-key-id",
  title: { en: "Answer that names an unknown key", zh: "应答证书序列号未知" },
  settings: {},
  signing: () => ({ serial: "UNKNOWN-KEY" }),
};
