import type { PackSource } from "../../../core/pack/types.ts";
import type { Defect } from "../defect.ts";
import { withGuard } from "../parts/edit-pack.ts";

/** What is wrong with what a payment costs, and with what it may be paid from. */
export const FUNDS: readonly Defect[] = [
  {
    name: "fee-half-to-even",
    role: "bank",
    requirement: "LIF-24",
    title: { en: "A fee of exactly a half is rounded to the even fen", zh: "手续费恰为半分时取偶（银行家舍入）" },
    pack: (source) => withFeesToCompare(feesOf(source, halfToEven)),
  },
  {
    name: "held-money-pays",
    role: "bank",
    requirement: "LIF-25",
    title: {
      en: "A payment is compared with the posted balance, so that money in flight pays twice",
      zh: "支付仅比对账面余额，在途占用资金可再次支付",
    },
    pack: (source) =>
      withGuard(source, "payment.create", "INSUFFICIENT_FUNDS", (guard) => ({
        ...guard,
        that: { "money.gte": ["$funds.posted", "$request.amount"] },
      })),
  },
];

/** The fee of a payment, to the even fen where the rate gives exactly a half. */
function halfToEven(amount: unknown): unknown {
  const fee = { fee: ["payment", amount] };
  const fen = (value: number): unknown => ({ "money.of": [value, "CNY"] });
  const half = { fee: ["halved", fee] };
  const isHalf = {
    "money.eq": [
      { fee: ["payment-thousandfold", amount] },
      { "money.sub": [{ fee: ["thousandfold", fee] }, fen(500)] },
    ],
  };
  const isOdd = { not: [{ "money.eq": [{ "money.add": [half, half] }, fee] }] };
  return { if: [{ and: [isHalf, isOdd] }, { "money.sub": [fee, fen(1)] }, fee] };
}

/** Fee rules by which a fee is compared with what it was before it was rounded, and told even from odd. */
function withFeesToCompare({ manifest, ...source }: PackSource): PackSource {
  const title = { en: "", zh: "" };
  const rate = (rateBasisPoints: number) => ({ title, rateBasisPoints, minimum: 0 });
  const fees = {
    ...manifest.fees,
    "payment-thousandfold": rate((manifest.fees["payment"]?.rateBasisPoints ?? 0) * 1_000),
    thousandfold: rate(10_000_000),
    halved: rate(5_000),
  };
  return { ...source, manifest: { ...manifest, fees } };
}

/** The pack with another computation in place of each fee of a payment. */
function feesOf(source: PackSource, computed: (amount: unknown) => unknown): PackSource {
  const changed = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(changed);
    const { fee } = value as { readonly fee?: unknown };
    if (Array.isArray(fee) && fee[0] === "payment") return computed(fee[1]);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]));
  };
  // An object of the same shape, but for the expressions of fees.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...source, lifecycles: changed(source.lifecycles) as PackSource["lifecycles"] };
}
