import type { Statement } from "../../statement/statement.ts";
import { LoadError } from "../plan.ts";
import type { LoadProfile, Phase } from "../../../core/load/profile.ts";

/** Between the last call's time-out and the end of an iteration. */
const SPARE_MS = 1_000;

/** Seconds that a rate can be told by, so that it is whole. */
const UNITS = [1, 10, 100, 1_000];

/**
 * The options of a k6 script for a profile: arrivals at its rates, and no more VUs than the statement allows calls at
 * once, since a VU makes one call at a time. All are there from the begin: k6 starts one at a time later on.
 *
 * @throws LoadError for what k6 cannot do
 */
export function optionsOf(
  profile: LoadProfile,
  { limits, tls }: Pick<Statement, "limits" | "tls">,
  longestJourney: number,
): Readonly<Record<string, unknown>> {
  if (tls?.servername !== undefined)
    throw new LoadError(
      {
        en: `k6 cannot ask for the name ${tls.servername} at another address`,
        zh: `k6 无法在其他地址上请求 ${tls.servername} 这一名称`,
      },
      {
        where: "/tls/servername",
        remedy: {
          en: "call the system by that name (an entry in the hosts file will do), or use the engine that is built in",
          zh: "请以该名称调用被测系统（可写入 hosts 文件），或使用内置引擎",
        },
      },
    );
  const { maxConcurrency, callsPerSecond, timeoutMs } = limits;
  if (callsPerSecond !== undefined && callsPerSecond < 1)
    throw new LoadError(
      { en: "k6 cannot call less often than once a second", zh: "k6 的限速不能低于每秒一次" },
      { where: "/limits/callsPerSecond" },
    );
  return {
    scenarios: {
      load: {
        exec: "journey",
        ...executorOf(profile.phases),
        preAllocatedVUs: maxConcurrency,
        maxVUs: maxConcurrency,
        gracefulStop: `${longestJourney * timeoutMs + SPARE_MS}ms`,
      },
    },
    maxRedirects: 0,
    // What each of the nine points of a call repeats.
    systemTags: ["scenario"],
    ...(callsPerSecond === undefined ? {} : { rps: Math.floor(callsPerSecond) }),
    ...(tls?.cert === undefined ? {} : { tlsAuth: [{ cert: tls.cert, key: tls.key }] }),
  };
}

function executorOf(phases: readonly Phase[]): Readonly<Record<string, unknown>> {
  const rates = phases.flatMap(({ from, to }) => [from, to]);
  const unit = UNITS.find((each) => rates.every((rate) => isWhole(rate * each))) ?? 1_000;
  const timeUnit = `${unit}s`;
  const rate = (arrivals: number): number => Math.round(arrivals * unit);
  const [first, ...others] = phases;
  if (first !== undefined && others.length === 0 && first.from === first.to)
    return { executor: "constant-arrival-rate", rate: rate(first.from), timeUnit, duration: milliseconds(first) };
  let before = first?.from;
  const stages = phases.flatMap((phase) => {
    const jump = before === phase.from ? [] : [{ target: rate(phase.from), duration: "0s" }];
    before = phase.to;
    return [...jump, { target: rate(phase.to), duration: milliseconds(phase) }];
  });
  return { executor: "ramping-arrival-rate", startRate: rate(first?.from ?? 0), timeUnit, stages };
}

const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-9;
const milliseconds = ({ seconds }: Phase): string => `${Math.round(seconds * 1000)}ms`;
