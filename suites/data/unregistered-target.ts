/** A target of notifications that nobody has registered: whatever names it is refused, and does nothing. */
export const UNREGISTERED_TARGET = "https://not-registered.invalid/notify";
