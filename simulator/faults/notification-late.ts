import type { Fault } from "./fault.ts";

/** A notification comes late: its receiver must query in the meantime. */
export const notificationLate: Fault = {
  name: "notification-late",
  title: { en: "Notification sent late", zh: "通知延迟发送" },
  settings: { delayMs: { default: 3000, minimum: 1, maximum: 3_600_000 } },
  deliver: ({ settings }) => [settings["delayMs"] ?? 0],
};
