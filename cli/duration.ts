import { InvalidArgumentError } from "commander";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A parser for commander: a length of time such as `30s`, `5m`, `24h` or `7d`, in seconds. */
export function duration(least: number, most: number): (text: string) => number {
  return (text) => {
    const [, count = "", unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
    const seconds = Number(count) * (SECONDS[unit] ?? Number.NaN);
    if (!(seconds >= least && seconds <= most))
      throw new InvalidArgumentError(
        `Give a length of time such as 30s, 5m, 24h or 7d, from ${least} to ${most} seconds.`,
      );
    return seconds;
  };
}
