import type { Command } from "commander";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { moment, wholeNumber } from "../argument.ts";
import { languageOf } from "../language/language.ts";
import { examples } from "../examples.ts";
import { UserError } from "../../hosting/user-error.ts";
import type { Json } from "../../core/unit/unit.ts";

interface ClockFlags extends AdminFlags {
  readonly advance?: number;
  readonly set?: string;
  readonly reset?: true;
}

const TEN_YEARS_SECONDS = 10 * 366 * 24 * 60 * 60;

export function addClock(program: Command): void {
  const command = program
    .command("clock")
    .summary("show or move the clock of a running simulator")
    .description("Shows the clock of a running simulator, or moves it. It runs on from where it was set.")
    .option("--advance <seconds>", "move it forward", wholeNumber(1, TEN_YEARS_SECONDS))
    .option("--set <moment>", "set it, such as 2026-11-22T23:59:50+08:00", moment)
    .option("--reset", "give it back to the host");
  withAdmin(command)
    .addHelpText(
      "after",
      examples("clock", "clock --advance 301", "clock --set 2026-11-22T23:59:50+08:00", "clock --reset"),
    )
    .action(async (flags: ClockFlags, self: Command) => {
      const order = orderOf(flags);
      const answer = await callAdmin(flags, order === undefined ? "GET" : "POST", "/clock", order);
      const { now, offset_ms: offset } = answer as { readonly now: number; readonly offset_ms: number };
      const from = { en: `${offset / 1000} s from the host's clock`, zh: `与主机时钟相差 ${offset / 1000} 秒` };
      console.log(`${new Date(now).toISOString()} (${from[languageOf(self)]})`);
    });
}

function orderOf({ advance, set, reset }: ClockFlags): Json | undefined {
  const orders: readonly Json[] = [
    ...(advance === undefined ? [] : [{ advance_seconds: advance }]),
    ...(set === undefined ? [] : [{ now: Date.parse(set) }]),
    ...(reset === undefined ? [] : [{ reset: true }]),
  ];
  if (orders.length > 1)
    throw new UserError(
      { en: "the clock is moved in one way at a time", zh: "一次只能以一种方式调整时钟" },
      {
        where: "--advance, --set, --reset",
        allowed: { en: "one of them", zh: "其中之一" },
        next: { en: "leave the others away", zh: "请去掉其余" },
      },
    );
  return orders[0];
}
