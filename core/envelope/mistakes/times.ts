import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";
import type { Attempt } from "../diagnosis.ts";
import { SECONDS } from "../times.ts";
import type { Times } from "../times.ts";

const DEFAULT_CLOCK_SKEW_SECONDS = 300;

const timesOf = ({ failed }: Attempt): Times => failed.times ?? SECONDS;

/** What goes wrong with the timestamp. */
export const TIME_MISTAKES: readonly Mistake[] = [
  {
    id: "timestamp-in-milliseconds",
    proven: false,
    explains: (attempt) => {
      if (timesOf(attempt).form !== "seconds") return undefined;
      const { timestamp } = attempt.failed.message;
      const sentInMilliseconds = /^[1-9][0-9]{12}$/.test(timestamp);
      return said(
        sentInMilliseconds || attempt.fitsWith({ timestamp: `${timestamp}000` }),
        "the timestamp is in milliseconds, in the header or in the signed text; use whole seconds since 1970 in both",
        "时间戳（请求头或待签名串中）为毫秒；两处都应使用秒",
      );
    },
  },
  {
    id: "timestamp-taken-twice",
    proven: true,
    explains: (attempt) => {
      const times = timesOf(attempt);
      // Of milliseconds a thousand would have to be tried for each second.
      const seconds = times.form === "milliseconds" ? undefined : times.read(attempt.failed.message.timestamp);
      return said(
        seconds !== undefined &&
          [-1, 1, -2, 2, -3, 3].some((offset) =>
            attempt.fitsWith({ timestamp: times.write((seconds + offset) * 1000) }),
          ),
        "the clock was read twice: the signed timestamp is another than the one sent; read it once and use it in both places",
        "取了两次时间：签名中的时间戳与发送的不同；应只取一次，两处共用",
      );
    },
  },
  {
    id: "timestamp-stale",
    proven: false,
    explains: (attempt) => {
      const { now, clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS } = attempt.failed;
      const seconds = timesOf(attempt).read(attempt.failed.message.timestamp);
      if (seconds === undefined) return undefined;
      const age = Math.floor(now / 1000) - seconds;
      return said(
        Math.abs(age) > clockSkewSeconds,
        `the timestamp is ${Math.abs(age)} s ${age > 0 ? "old" : "ahead"}, allowed: ${clockSkewSeconds} s; set the clock, and sign anew for every attempt`,
        `时间戳${age > 0 ? "已过期" : "超前"} ${Math.abs(age)} 秒，允许偏差 ${clockSkewSeconds} 秒；请校准时钟，并在每次发送时重新签名`,
      );
    },
  },
];
