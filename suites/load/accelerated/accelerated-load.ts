import type { Accelerated } from "../../../core/load/accelerated.ts";
import { lengthOf } from "../../../core/load/profile.ts";
import { offersHook } from "../../profile.ts";
import type { Statement } from "../../statement/statement.ts";
import type { LoadCompanion } from "../companion.ts";
import type { LoadEngine } from "../engine.ts";
import { LoadError } from "../plan.ts";
import type { LoadPlan } from "../plan.ts";
import type { Segment } from "../segment.ts";
import { businessDays } from "./business-days.ts";
import { dayPhases } from "./day-phases.ts";
import { LoadClock } from "./load-clock.ts";

/** Real seconds that a business day takes at least: the load passes its cut-over in real time. */
const LEAST_SECONDS = 5;

interface Wanted {
  readonly businessDays?: number;
  readonly resume?: boolean;
  readonly segment?: Segment;
  readonly engine?: LoadEngine;
  readonly companions?: readonly LoadCompanion[];
}

/**
 * The load as business days, where it is wanted so: each day with its peak, led by a companion whose clock the calls
 * follow. Otherwise the load as it is.
 *
 * @throws LoadError for days that are too short, a SUT whose clock cannot be moved, or an engine that follows no clock
 */
export function acceleratedLoad<T extends Wanted>(
  plan: LoadPlan,
  options: T,
  statement: Statement,
): {
  readonly plan: LoadPlan;
  readonly options: T;
  readonly accelerated?: Accelerated;
  readonly clock?: LoadClock;
} {
  const { businessDays: days } = options;
  if (days === undefined) return { plan, options };
  const { phases } = plan.profile;
  const seconds = lengthOf(phases);
  if (seconds / days < LEAST_SECONDS)
    throw new LoadError(
      {
        en: `${days} business days in ${seconds} s are too short: each takes ${LEAST_SECONDS} s at least`,
        zh: `${seconds} 秒内经历 ${days} 个会计日过短：每日至少 ${LEAST_SECONDS} 秒`,
      },
      { where: "--for" },
    );
  if (!offersHook(statement, "clock"))
    throw new LoadError(
      {
        en: 'the statement supports no hook "clock", by which business days are led',
        zh: '声明未支持控制钩子 "clock"，无法推进会计日',
      },
      { where: "/hooks/supports" },
    );
  if (options.resume === true || (options.segment?.of ?? 1) > 1)
    throw new LoadError(
      {
        en: "business days are led by one process, from the first to the last",
        zh: "会计日须由同一进程从首日推进到末日",
      },
      { where: "--business-days" },
    );
  if (options.engine !== undefined && options.engine.name !== "embedded")
    throw new LoadError(
      {
        en: `the engine ${options.engine.name} follows the host's clock, and not that of business days`,
        zh: `引擎 ${options.engine.name} 只按主机时钟运行，无法跟随会计日`,
      },
      { where: "--engine" },
    );
  const rate = Math.max(...phases.flatMap(({ from, to }) => [from, to]));
  const accelerated = { days, seconds };
  const clock = new LoadClock();
  return {
    plan: { ...plan, profile: { ...plan.profile, phases: dayPhases(days, seconds, rate) } },
    options: { ...options, companions: [...(options.companions ?? []), businessDays(accelerated, clock)] },
    accelerated,
    clock,
  };
}
