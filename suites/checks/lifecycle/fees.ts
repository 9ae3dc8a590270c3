import type { FeeRule } from "../../../core/pack/chart.ts";
import { alike } from "../../../core/text/alike.ts";
import { claimsAccount, entriesOf, horizon, moved, today } from "../../data/books.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import { CHARGE } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { CHARGED_BY_RATE, feeFor, feeRuleOf } from "../../resources/fees.ts";
import type { Session } from "../../session.ts";
import { succeeded } from "../resource-steps.ts";

const WHOLE = 10_000;
const HALF = WHOLE / 2;

/**
 * The amounts at which a fee by rate is easily a minor unit wrong, in minor units: where the rate gives exactly a half
 * above an even and above an odd number, one less and one more; and about the least and the greatest fee.
 */
export function roundingEdges({ rateBasisPoints, minimum, maximum }: FeeRule): readonly number[] {
  const isHalf = (amount: number): boolean => (amount * rateBasisPoints) % WHOLE === HALF;
  const amounts = Array.from({ length: 2 * WHOLE }, (_one, index) => index + 1);
  const halves = [0, 1].flatMap((parity) => {
    const found = amounts.find((one) => isHalf(one) && Math.floor((one * rateBasisPoints) / WHOLE) % 2 === parity);
    return found === undefined ? [] : [found - 1, found, found + 1];
  });
  // The first amount that costs more than the least fee, and the first that would cost more than the greatest.
  const bounds = [minimum, maximum].flatMap((bound) => {
    if (bound === undefined || bound === 0) return [];
    const first = Math.ceil((bound * WHOLE + HALF) / rateBasisPoints);
    return [first - 1, first];
  });
  return [...new Set([...halves, ...bounds])].filter((one) => one > 0).toSorted((a, b) => a - b);
}

/** The fee of each amount at an edge of its rule, as it is told; and as it is booked, where the statement is claimed. */
export const feeRounding: Check = {
  id: "lifecycle.fee-rounding",
  requirement: "LIF-24",
  title: { en: "A fee is exact at each edge of its rule", zh: "手续费在费率规则的每个边界上均精确" },
  effort: "standard",
  each: eachResource(CHARGED_BY_RATE),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const rule = session.pack.source.manifest.fees[feeRuleOf(resource) ?? ""] as FeeRule;
    const from = today(session);
    const made: { readonly amount: number; readonly number: string | undefined }[] = [];
    for (const amount of roundingEdges(rule)) {
      const shown = await succeeded(session, resource, { amount });
      if (shown.value("fee") === undefined)
        session.skip(
          `no query shows the fee of a ${resource.name}`,
          `查询未显示 ${resource.name} 的手续费`,
          "not-demanded",
        );
      expectFee(session, resource, amount, shown.minor("fee"), "told");
      made.push({ amount, number: shown.text("number") });
    }
    if (!CHARGE.holds(resource, session.pack) || !claimsAccount(session, "lists", "entries", SETTLEMENT)) return;
    const entries = await entriesOf(session, SETTLEMENT, from, horizon(session));
    for (const { amount, number } of made) {
      const booked = moved(entries.filter(({ reference }) => reference === number));
      expectFee(session, resource, amount, amount - booked, "booked");
    }
  },
};

function expectFee(session: Session, resource: Resource, amount: number, fee: number, how: "told" | "booked"): void {
  const due = feeFor(session, resource, amount);
  session.judged();
  if (fee === due) return;
  session.fail({
    summary: {
      en: `the fee of a ${resource.name} of ${amount} is ${how} as ${fee}, and the rule asks for ${due}`,
      zh: `金额 ${amount} 的 ${resource.name} 手续费${how === "told" ? "显示" : "入账"}为 ${fee}，按费率规则应为 ${due}`,
    },
    expected: { en: `${due} on ${amount}`, zh: `金额 ${amount} 的手续费为 ${due}` },
    seen: alike(String(fee)),
    likelyCause: {
      en: "Halves are rounded down or to the even number, or the fee is computed with binary fractions.",
      zh: "恰为一半时被舍去或取偶，或以浮点数计算手续费。",
    },
  });
}
