import type { Fault } from "./fault.ts";

/** A notification arrives several times at once: a receiver must book it once. */
export const notificationDuplicate: Fault = {
  name: "notification-duplicate",
  title: { en: "Notification sent several times", zh: "通知重复发送" },
  settings: { copies: { default: 2, minimum: 2, maximum: 20 } },
  deliver: ({ settings }) => Array.from({ length: settings["copies"] ?? 2 }, () => 0),
};
