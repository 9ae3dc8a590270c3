import { feeOf } from "../../core/money/fee.ts";
import type { ResourceKind } from "./kinds.ts";
import type { Resource } from "./resource.ts";
import type { Session } from "../session.ts";

/** Name of the fee rule that is charged with a resource; undefined where none is. */
export function feeRuleOf({ law }: Resource): string | undefined {
  return law !== undefined && "moves" in law ? law.fee : undefined;
}

/** What the pack's fee rule asks for so much, in minor units of the pack's first currency; 0 where there is no rule. */
export function feeFor({ pack }: Pick<Session, "pack">, resource: Resource, minor: number): number {
  const rule = feeRuleOf(resource);
  return rule === undefined
    ? 0
    : feeOf(pack.source.manifest.fees, rule, { value: minor, currency: pack.currency }).value;
}

/** Moves money, and is charged a share of its amount: where a fee has to be rounded. */
export const CHARGED_BY_RATE: ResourceKind = {
  en: "resource with a fee by rate",
  zh: "按费率收取手续费的资源",
  holds: (resource, pack) =>
    resource.creates !== undefined &&
    resource.reads !== undefined &&
    (pack.source.manifest.fees[feeRuleOf(resource) ?? ""]?.rateBasisPoints ?? 0) > 0,
};
