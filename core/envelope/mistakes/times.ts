import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { SECONDS } from "../times.ts";
import type { Times } from "../times.ts";

const DEFAULT_CLOCK_SKEW_SECONDS = 300;
const HOUR_SECONDS = 3_600;
/** How far apart two readings of a clock of milliseconds are looked for. */
const NEAR_MILLISECONDS = 20;

const timesOf = ({ failed }: Attempt): Times => failed.times ?? SECONDS;

/** How old the timestamp is, in whole seconds; negative when it is ahead. */
function ageOf(attempt: Attempt): number | undefined {
  const seconds = timesOf(attempt).read(attempt.failed.message.timestamp);
  return seconds === undefined ? undefined : Math.floor(attempt.failed.now / 1000) - seconds;
}

/** What goes wrong with the timestamp. */
export const TIME_MISTAKES: readonly Mistake[] = [
  {
    id: "timestamp-in-milliseconds",
    family: "time",
    title: {
      en: "the timestamp is in milliseconds, in the header or in the signed text",
      zh: "时间戳（请求头或待签名串中）为毫秒",
    },
    remedy: { en: "use whole seconds since 1970 in both", zh: "两处都应使用秒" },
    *guesses(attempt) {
      if (timesOf(attempt).form !== "seconds") return;
      const { timestamp } = attempt.failed.message;
      if (/^[1-9][0-9]{12}$/.test(timestamp)) {
        yield* attempt.with({ timestamp: timestamp.slice(0, -3) });
        yield { symptom: true };
      } else yield* attempt.with({ timestamp: `${timestamp}000` });
    },
  },
  {
    id: "timestamp-in-seconds",
    family: "time",
    title: {
      en: "the timestamp is in seconds, in the message or in the signed text",
      zh: "时间戳（报文或待签名串中）为秒",
    },
    remedy: { en: "use milliseconds since 1970 in both", zh: "两处都应使用毫秒" },
    *guesses(attempt) {
      if (timesOf(attempt).form !== "milliseconds") return;
      const { timestamp } = attempt.failed.message;
      if (/^[1-9][0-9]{9}$/.test(timestamp)) {
        yield* attempt.with({ timestamp: `${timestamp}000` });
        yield { symptom: true };
      } else yield* attempt.with({ timestamp: timestamp.slice(0, -3) });
    },
  },
  {
    id: "timestamp-taken-twice",
    family: "time",
    title: {
      en: "the clock was read twice: the signed timestamp is another than the one sent",
      zh: "取了两次时间：签名中的时间戳与发送的不同",
    },
    remedy: { en: "read it once and use it in both places", zh: "应只取一次，两处共用" },
    *guesses(attempt) {
      const times = timesOf(attempt);
      const { timestamp } = attempt.failed.message;
      const seconds = times.read(timestamp);
      if (seconds === undefined) return;
      if (times.form === "milliseconds")
        for (let offset = 1; offset <= NEAR_MILLISECONDS; offset += 1)
          for (const near of [-offset, offset]) yield* attempt.with({ timestamp: String(Number(timestamp) + near) });
      else
        for (const offset of [-1, 1, -2, 2, -3, 3])
          yield* attempt.with({ timestamp: times.write((seconds + offset) * 1000) });
    },
  },
  {
    id: "timestamp-in-other-zone",
    family: "time",
    title: { en: "the timestamp is of another time zone", zh: "时间戳属于其他时区" },
    remedy: { en: "use the time that the specification names", zh: "应使用规范约定的时间" },
    *guesses(attempt) {
      const age = ageOf(attempt) ?? 0;
      const hours = Math.round(age / HOUR_SECONDS);
      // A message that is an hour old may have waited; no zone is more than 14 hours away.
      if (Math.abs(hours) < 2 || Math.abs(hours) > 14) return;
      // The clock itself is right to within two minutes.
      if (Math.abs(age - hours * HOUR_SECONDS) <= 120)
        yield {
          symptom: true,
          title: {
            en: `the timestamp is ${Math.abs(hours)} hours ${hours > 0 ? "behind" : "ahead"}, as the time of another zone is`,
            zh: `时间戳${hours > 0 ? "落后" : "超前"} ${Math.abs(hours)} 小时，应是其他时区的时间`,
          },
        };
    },
  },
  {
    id: "timestamp-stale",
    family: "time",
    title: { en: "the timestamp is too old or ahead", zh: "时间戳已过期或超前" },
    remedy: { en: "set the clock, and sign anew for every attempt", zh: "请校准时钟，并在每次发送时重新签名" },
    *guesses(attempt) {
      const { clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS } = attempt.failed;
      const age = ageOf(attempt) ?? 0;
      if (Math.abs(age) > clockSkewSeconds)
        yield {
          symptom: true,
          title: {
            en: `the timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}, allowed: ${clockSkewSeconds} s`,
            zh: `时间戳${age > 0 ? "已过期" : "超前"} ${Math.abs(age)} 秒，允许偏差 ${clockSkewSeconds} 秒`,
          },
        };
    },
  },
];
