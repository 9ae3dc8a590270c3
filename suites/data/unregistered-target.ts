/** An unregistered target of notifications: a request that names it is refused and has no effect. */
export const UNREGISTERED_TARGET = "https://not-registered.invalid/notify";
