import { isSchemaObject } from "../../../core/pack/reference.ts";
import type { PackSource } from "../../../core/pack/types.ts";
import { pick, policies } from "../variation.ts";
import type { Variation } from "../variation.ts";

export const times: Variation = {
  name: "other times",
  vary: (source, random) =>
    policies(source, ({ freshness, notification, cutover }) => ({
      freshness: { ...freshness, clockSkewSeconds: pick(random, [60, 120, 600]) },
      notification: {
        ...notification,
        retrySeconds: pick(random, [
          [5, 30, 60],
          [120, 600, 3_600, 7_200],
        ]),
        acknowledgeWithinSeconds: pick(random, [3, 5, 8]),
      },
      cutover: { ...cutover, at: pick(random, ["00:00:00", "23:30:00", "04:00:00"]) },
    })),
};

/** Seconds from which on a time may be another: what a judge waits for within a run stays. */
const LONG = 30;

/** Expiries and timers of the rules. */
export const durations: Variation = {
  name: "other expiries",
  vary: (source, random) => {
    const [by, of] = pick(random, [
      [1, 2],
      [2, 1],
      [3, 1],
    ] as const);
    const scaled = (seconds: unknown): unknown =>
      typeof seconds === "number" && seconds > LONG ? Math.ceil((seconds * by) / of) : seconds;
    const walk = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(walk);
      if (!isSchemaObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([word, one]) => {
          if (word === "time.add-seconds" && Array.isArray(one)) return [word, [walk(one[0]), scaled(one[1])]];
          return word === "after" && typeof one === "number" ? [word, scaled(one)] : [word, walk(one)];
        }),
      );
    };
    return { ...source, lifecycles: walk(source.lifecycles) as PackSource["lifecycles"] };
  },
};

/** When a caller asks what became of a call, and when the bill of a day is there. */
export const questions: Variation = {
  name: "other schedules",
  vary: (source, random) => {
    const afterSeconds = pick(random, [[1], [2, 4, 8, 16], [1, 1, 1, 60, 600]]);
    const made = policies(source, ({ cutover }) => ({
      cutover: { ...cutover, billReadyAfterSeconds: pick(random, [0, 60, 3_600]) },
    }));
    return {
      ...made,
      interfaces: made.interfaces.map((one) =>
        one.caller.query === undefined
          ? one
          : { ...one, caller: { ...one.caller, query: { ...one.caller.query, afterSeconds } } },
      ),
    };
  },
};
