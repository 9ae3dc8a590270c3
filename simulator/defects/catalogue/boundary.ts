import type { Defect } from "../defect.ts";
import { inPolicies, inTransition } from "../parts/edit-pack.ts";

/** A code is good for so many seconds. */
const codeGoodFor = (seconds: number): NonNullable<Defect["pack"]> => {
  const value = { "time.add-seconds": ["$now", seconds] };
  return (source) => inTransition(source, "binding.apply", ["to", 0, "set", "expires_at"], value);
};

/** A number that a rule names is off by one step. */
export const BOUNDARY: readonly Defect[] = [
  {
    name: "sms-code-a-second-short",
    role: "bank",
    requirement: "LIF-14",
    title: { en: "A code is good for a second less", zh: "短信验证码提前一秒失效" },
    pack: codeGoodFor(299),
  },
  {
    name: "sms-code-a-second-long",
    role: "bank",
    requirement: "LIF-14",
    title: { en: "A code is good for a second more", zh: "短信验证码多有效一秒" },
    pack: codeGoodFor(301),
  },
  {
    name: "day-turns-a-second-early",
    role: "bank",
    requirement: "REC-03",
    title: { en: "The business date turns a second ahead of cut-over", zh: "会计日期提前一秒翻转" },
    pack: (source) => inPolicies(source, ["cutover", "at"], "23:59:59"),
  },
  {
    name: "day-turns-a-second-late",
    role: "bank",
    requirement: "REC-03",
    title: { en: "The business date turns a second behind cut-over", zh: "会计日期延后一秒翻转" },
    pack: (source) => inPolicies(source, ["cutover", "at"], "00:00:01"),
  },
];
