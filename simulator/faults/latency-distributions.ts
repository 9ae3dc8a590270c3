import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { Fault } from "./fault.ts";

const unit = (random: RandomStream): number => (random.below(2 ** 40) + 1) / 2 ** 40;

/** Latency as an unloaded network has it: most calls near the mean, none below zero. */
export const latencyNormal: Fault = {
  name: "latency-normal",
  title: { en: "Normally distributed extra latency", zh: "正态分布附加延迟" },
  settings: {
    meanMs: { default: 200, minimum: 1, maximum: 60_000 },
    deviationMs: { default: 50, minimum: 0, maximum: 60_000 },
  },
  before: async ({ settings, random, sleep }) => {
    const normal = Math.sqrt(-2 * Math.log(unit(random))) * Math.cos(2 * Math.PI * unit(random));
    await sleep(Math.max(0, Math.round((settings["meanMs"] ?? 0) + normal * (settings["deviationMs"] ?? 0))));
    return undefined;
  },
};

/** Latency as a struggling peer has it: a few calls take very long (Pareto, shape 1.5), up to a limit. */
export const latencyHeavyTail: Fault = {
  name: "latency-heavy-tail",
  title: { en: "Heavy-tailed extra latency", zh: "重尾分布附加延迟" },
  settings: {
    minimumMs: { default: 50, minimum: 1, maximum: 60_000 },
    limitMs: { default: 30_000, minimum: 1, maximum: 120_000 },
  },
  before: async ({ settings, random, sleep }) => {
    await sleep(
      Math.min(settings["limitMs"] ?? 0, Math.round((settings["minimumMs"] ?? 0) / unit(random) ** (1 / 1.5))),
    );
    return undefined;
  },
};
