import type { Defect } from "../defect.ts";
import { inTransition, withGuard, withoutGuard } from "../parts/edit-pack.ts";

const NEEDS = { modules: ["supplychain"] } as const;

/** What banks get wrong about advances on receivables. */
export const SUPPLY_CHAIN: readonly Defect[] = [
  {
    name: "receivable-financed-twice",
    role: "bank",
    requirement: "LIF-29",
    needs: NEEDS,
    title: { en: "An application leaves its receivable free for another one", zh: "申请融资后应收账款仍可再次融资" },
    pack: (source) => inTransition(source, "financing.apply", ["to", 0, "move"], undefined),
  },
  {
    name: "rejection-keeps-the-pledge",
    role: "bank",
    requirement: "LIF-29",
    needs: NEEDS,
    title: { en: "A rejected application keeps its receivable pledged", zh: "申请被拒后应收账款仍被质押" },
    pack: (source) => inTransition(source, "financing.reject", ["to", 0, "move"], undefined),
  },
  {
    name: "financing-above-worth",
    role: "bank",
    requirement: "ERR-04",
    needs: NEEDS,
    title: { en: "A receivable is financed at its whole amount, undiscounted", zh: "按应收账款全额融资，未作贴现" },
    pack: (source) =>
      withGuard(source, "financing.apply", "FINANCING_EXCEEDS_WORTH", (guard) => ({
        ...guard,
        that: { "money.lte": ["$request.amount", "$receivable.amount"] },
      })),
  },
  {
    name: "disbursed-without-approval",
    role: "bank",
    requirement: "ERR-04",
    needs: NEEDS,
    title: { en: "An application is paid out before anyone has approved it", zh: "申请未经审批即可放款" },
    pack: (source) => inTransition(source, "financing.disburse", ["from"], ["APPLIED", "APPROVED"]),
  },
  {
    name: "repaid-beyond-debt",
    role: "bank",
    requirement: "ERR-04",
    needs: NEEDS,
    title: { en: "More is repaid than is owed", zh: "还款可超过应还总额" },
    pack: (source) => withoutGuard(source, "repayment.create", "REPAYMENT_EXCEEDS_DEBT"),
  },
];
