import { joinKey } from "../../core/lifecycle/rows.ts";
import type { OperatorOrder, OperatorResult } from "../../core/lifecycle/operate.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError } from "./control-error.ts";

/**
 * The order that a call of the hook `decide` gives: `decision` names it as the pack does, the fields of the row's key
 * stand beside it, and `input` is what the decision takes.
 *
 * @throws ControlError for a decision that the pack does not have.
 */
export function readDecision(wanted: Readonly<Record<string, unknown>>, simulator: Simulator): OperatorOrder {
  const decisions = simulator.pack.source.lifecycles.flatMap(({ resource, key, transitions }) =>
    transitions.flatMap(({ name, on }) =>
      "operator" in on ? [{ resource, key, transition: name, said: on.operator }] : [],
    ),
  );
  const found = decisions.find(({ said }) => said === wanted["decision"]);
  if (found === undefined) {
    const known = decisions.map(({ said }) => said);
    throw new ControlError(
      {
        en: `there is no decision ${JSON.stringify(wanted["decision"])}; the pack has: ${known.join(", ")}`,
        zh: `没有决定 ${JSON.stringify(wanted["decision"])}；规范包中有：${known.join("、")}`,
      },
      404,
    );
  }
  const { resource, key, transition } = found;
  const parts = key.map((name) => wanted[name]);
  const { input } = wanted;
  return {
    resource,
    transition,
    ...(parts.every((part) => typeof part === "string") ? { key: joinKey(parts) } : {}),
    ...(typeof input === "object" && input !== null ? { input: input as Readonly<Record<string, Json>> } : {}),
  };
}

/** @throws ControlError where the decision was not taken, with the reason. */
export function mustBeTaken(order: OperatorOrder, result: OperatorResult): void {
  if (result.kind === "done") return;
  // Keys may be account numbers, so the row is named by its resource alone.
  throw new ControlError(notTaken(order.resource, result), result.kind === "absent" ? 404 : 409);
}

function notTaken(row: string, result: Exclude<OperatorResult, { readonly kind: "done" }>): Bilingual {
  if (result.kind === "absent") return { en: `there is no such ${row}`, zh: `没有该 ${row}` };
  if (result.kind === "not-now")
    return {
      en: `${row} is ${result.state}; this is decided from ${result.from.join(", ")}`,
      zh: `${row} 当前为 ${result.state}；该决定须在 ${result.from.join("、")} 状态作出`,
    };
  return result.kind === "refusal"
    ? { en: `${row}: refused with ${result.code}`, zh: `${row}：以 ${result.code} 拒绝` }
    : { en: `the input${result.field}: ${result.issue}`, zh: `输入${result.field}：${result.issue}` };
}
