import type { FeeRule } from "../pack/chart.ts";
import { share } from "./money.ts";
import type { Money } from "./money.ts";

/** What the pack's fee rule asks for an amount: the rate half up, within minimum and maximum (minor units). */
export function feeOf(rules: Readonly<Record<string, FeeRule>>, name: string, amount: Money): Money {
  const rule = rules[name];
  if (rule === undefined)
    throw new Error(`the pack has no fee rule "${name}"; it has: ${Object.keys(rules).join(", ") || "none"}`);
  const rated = share(amount, rule.rateBasisPoints).value;
  return {
    value: Math.min(Math.max(rated, rule.minimum), rule.maximum ?? Number.MAX_SAFE_INTEGER),
    currency: amount.currency,
  };
}
