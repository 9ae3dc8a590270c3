import type { Fault } from "./fault.ts";

/** An attempt is lost on its way and counts as not acknowledged: the schedule goes on. */
export const notificationLost: Fault = {
  name: "notification-lost",
  title: { en: "Notification attempt lost", zh: "通知丢失" },
  settings: {},
  deliver: () => [],
};
