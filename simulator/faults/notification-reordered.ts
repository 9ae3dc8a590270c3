import type { Fault } from "./fault.ts";

/** Notifications overtake each other: each waits a random time within the window. */
export const notificationReordered: Fault = {
  name: "notification-reordered",
  title: { en: "Notifications out of order", zh: "通知乱序" },
  settings: { windowMs: { default: 1000, minimum: 1, maximum: 600_000 } },
  deliver: ({ settings, random }) => [random.below(settings["windowMs"] ?? 1)],
};
