import type { AtUse } from "./plan.ts";

/** Makes a thing when it is first asked for. */
export function atUse<T extends object>(make: () => T): AtUse<T> {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Memoises by identity; the objects must not change any more. */
export function remembered<K extends object, T>(make: (from: K) => T): (from: K) => T {
  const known = new WeakMap<K, T>();
  return (from) => {
    const found = known.get(from);
    if (found !== undefined) return found;
    const made = make(from);
    known.set(from, made);
    return made;
  };
}
