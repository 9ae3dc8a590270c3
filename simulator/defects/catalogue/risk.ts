import type { Defect } from "../defect.ts";
import { inInterface, inTransition, withoutGuard } from "../parts/edit-pack.ts";

/** They show where the module is claimed. */
const NEEDS = { modules: ["risk"] } as const;

/** Defects of joint risk management. */
export const RISK: readonly Defect[] = [
  {
    name: "risk-late-outcome-untold",
    role: "bank",
    requirement: "NOT-15",
    needs: NEEDS,
    title: {
      en: "The outcome of a risk event that was screened late is not told",
      zh: "延迟核查完成的风险事件不发预警通知",
    },
    pack: (source) => inTransition(source, "risk_event.confirm", ["to", 0, "notify"], undefined),
  },
  {
    name: "risk-outcome-told-as-confirmed",
    role: "bank",
    requirement: "NOT-15",
    needs: NEEDS,
    title: { en: "Every outcome is told as confirmed", zh: "核查结果一律通知为已确认" },
    pack: (source) =>
      inInterface(source, "notify.risk_event", ["notification", "body", "risk_event", "state"], "CONFIRMED"),
  },
  {
    name: "risk-dismissed-withdrawn",
    role: "bank",
    requirement: "ERR-04",
    needs: NEEDS,
    title: { en: "A risk event that was dismissed can be withdrawn", zh: "已排除的风险事件仍可撤回" },
    pack: (source) => inTransition(source, "risk_event.withdraw", ["from"], ["SCREENING", "CONFIRMED", "DISMISSED"]),
  },
  {
    name: "risk-remark-lost-in-screening",
    role: "bank",
    requirement: "CON-06",
    needs: NEEDS,
    title: { en: "The remark of a report that is screened late is lost", zh: "延迟核查的上报丢失备注" },
    pack: (source) => inTransition(source, "risk_event.report", ["to", 0, "set", "remark"], undefined),
  },
  {
    name: "risk-target-unchecked",
    role: "bank",
    requirement: "ERR-04",
    needs: NEEDS,
    title: { en: "Early warnings go wherever a report says", zh: "预警通知可发往未登记的地址" },
    pack: (source) => withoutGuard(source, "risk_event.report", "NOTIFY_URL_NOT_ALLOWED"),
  },
];
