import type { Defect } from "../defect.ts";
import { inLifecycle, inTransition, withGuard, withoutGuard } from "../parts/edit-pack.ts";

/** They show where the module is claimed. */
const NEEDS = { modules: ["scenario"] } as const;

/** What is wrong with holds that are captured in parts, and with debits under a mandate. */
export const SCENARIO: readonly Defect[] = [
  {
    name: "capture-compared-with-whole-hold",
    role: "bank",
    requirement: "IDM-20",
    needs: NEEDS,
    title: {
      en: "A capture is compared with what was held at first, and not with what is left",
      zh: "预授权完成仅与原冻结金额比对，未扣除已完成部分",
    },
    pack: (source) =>
      withGuard(source, "preauth.capture", "CAPTURE_EXCEEDS_PREAUTH", (guard) => ({
        ...guard,
        that: { "money.lte": ["$request.amount", "$preauth.amount"] },
      })),
  },
  {
    name: "void-keeps-holding",
    role: "bank",
    requirement: "LIF-28",
    needs: NEEDS,
    title: { en: "A voided pre-authorisation goes on holding its money", zh: "预授权撤销后资金仍被冻结" },
    pack: (source) => inTransition(source, "preauth.void", ["to", 0, "post"], []),
  },
  {
    name: "expiry-not-told",
    role: "bank",
    requirement: "NOT-15",
    needs: NEEDS,
    title: { en: "A pre-authorisation expires without a notification", zh: "预授权到期未发出通知" },
    pack: (source) => inTransition(source, "preauth.expire", ["to", 0, "notify"], []),
  },
  {
    name: "notice-period-not-awaited",
    role: "bank",
    requirement: "LIF-42",
    needs: NEEDS,
    title: { en: "An announced debit is taken at once", zh: "扣款预通知期未满即扣款" },
    pack: (source) => withoutGuard(source, "debit.create", "DEBIT_TOO_EARLY"),
  },
  {
    name: "day-limit-forgotten",
    role: "bank",
    requirement: "LIF-41",
    needs: NEEDS,
    title: {
      en: "Debits of a day are held against the limit of one debit alone",
      zh: "仅校验单笔限额，未累计单日限额",
    },
    pack: (source) => inLifecycle(source, "debit", ["limits", 0], undefined),
  },
  {
    name: "month-limit-begins-anew-daily",
    role: "bank",
    requirement: "LIF-41",
    needs: NEEDS,
    title: { en: "The sum of a month begins anew with each day", zh: "单月累计额每日清零" },
    pack: (source) => inLifecycle(source, "debit", ["limits", 1, "per"], "day"),
  },
  {
    name: "cancelled-mandate-debits",
    role: "bank",
    requirement: "LIF-16",
    needs: NEEDS,
    title: { en: "A mandate debits on after it was cancelled", zh: "扣款协议解约后仍可扣款" },
    pack: (source) => withoutGuard(source, "debit.create", "MANDATE_NOT_ACTIVE"),
  },
];
