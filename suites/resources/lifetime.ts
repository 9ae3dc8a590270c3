import type { Expression } from "../../core/pack/types.ts";
import type { Resource } from "./resource.ts";

/*
 * How long something lasts by its lifecycle, and what it comes to then.
 */

/** For how many seconds a resource may be used once it is made: what its lifecycle adds to `$now` for its expiry. */
export function lifetimeSeconds({ lifecycle }: Resource): number | undefined {
  const timers = new Set(
    lifecycle.transitions.flatMap(({ on }) => ("at" in on && typeof on.at === "string" ? [on.at.split(".")[1]] : [])),
  );
  for (const { from, to } of lifecycle.transitions) {
    if (!from.includes("ABSENT")) continue;
    for (const [field, value] of to.flatMap(({ set }) => Object.entries(set ?? {}))) {
      const seconds = timers.has(field) ? addedToNow(value) : undefined;
      if (seconds !== undefined) return seconds;
    }
  }
  return lifecycle.transitions.flatMap(({ on }) =>
    "after" in on && typeof on.after === "number" ? [on.after] : [],
  )[0];
}

/** How a resource ends by itself when nothing happens to it within its time. */
export interface Lapse {
  /** How long after it is made. */
  readonly seconds: number;
  /** The states that it may come to. */
  readonly states: readonly string[];
  /** Fields of its row that its end sets. */
  readonly sets: readonly string[];
  /** The notifications that tell of it. */
  readonly tells: readonly string[];
}

/**
 * The end that a resource comes to when its time is over, by the timers of its lifecycle that lead to nothing but a
 * failure or a close; undefined where there is none. A timer that may succeed settles what is open, and when it does is
 * the provider's business.
 */
export function lapseOf(resource: Resource): Lapse | undefined {
  const seconds = lifetimeSeconds(resource);
  const initial = new Set(
    resource.lifecycle.transitions.flatMap(({ from, to }) =>
      from.includes("ABSENT") ? to.map(({ state }) => state) : [],
    ),
  );
  const ends = resource.lifecycle.transitions
    .filter(({ on, from }) => ("at" in on || "after" in on) && from.some((state) => initial.has(state)))
    .flatMap(({ to }) => to);
  const lapses = ends.every(({ state }) => ["failed", "closed"].includes(resource.outcome(state) ?? ""));
  if (seconds === undefined || ends.length === 0 || !lapses) return undefined;
  return {
    seconds,
    states: ends.map(({ state }) => state),
    sets: ends.flatMap(({ set }) => Object.keys(set ?? {})),
    tells: ends.flatMap(({ notify }) => notify ?? []),
  };
}

function addedToNow(expression: Expression): number | undefined {
  const added = (expression as { readonly "time.add-seconds"?: readonly unknown[] } | null)?.["time.add-seconds"];
  return Array.isArray(added) && added[0] === "$now" && typeof added[1] === "number" ? added[1] : undefined;
}
