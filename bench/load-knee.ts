import { signLimit } from "./openssl-limit.ts";
import { rowOf } from "./row.ts";
import type { Row } from "./row.ts";
import { runLoad, serveBank } from "./served-bank.ts";

export interface Ramp {
  /** Journeys a second of the last step. */
  readonly rate: number;
  /** Of all steps together. */
  readonly seconds: number;
}

/**
 * The highest step of `load --profile ramp` at which the pack's levels held, against a bank that signs by a scheme. The
 * limit is what one core signs in a second, since every journey has two answers that are signed.
 */
export async function timeKnee(scheme: string, token: string, { rate, seconds }: Ramp): Promise<Row> {
  const bank = await serveBank(token);
  try {
    const { knee } = await runLoad(bank, [
      "--profile",
      "ramp",
      "--rate",
      String(rate),
      "--for",
      String(seconds),
      "--seed",
      "1",
    ]);
    if (knee === undefined) throw new Error("the profile ramp has no knee: does it still go up by steps?");
    for (const step of knee.steps)
      console.error(
        `  ${step.rate}/s ${step.held ? "held" : "broken"} ${step.missed.join(", ")}${step.late > 0 ? ` late with ${step.late}` : ""}`,
      );
    if (knee.limit !== "levels")
      console.error(
        `  !!! load knee ${scheme}: ${knee.limit === "none" ? "every step held, so give a higher --load-rate" : `the ${knee.limit === "generator" ? "generator" : "load"} gave up ahead of the bank`}`,
      );
    const p99 = knee.steps.find((step) => step.rate === knee.rate)?.p99Ms["payment.create"] ?? 0;
    return { ...rowOf(`load knee ${scheme}`, knee.rate, [], signLimit(scheme)), p99Ms: Math.round(p99 * 100) / 100 };
  } finally {
    await bank.stop();
  }
}
