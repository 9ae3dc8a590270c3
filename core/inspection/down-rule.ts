import type { Bilingual } from "../run/verdict.ts";

/** When an interface counts as down. */
export interface DownRule {
  readonly name: string;
  /** So many requests in a row without an answer; it is down from the first of them. */
  readonly consecutive: number;
  /** An answer that takes longer is none. */
  readonly withinSeconds: number;
  /** What counts as an answer: any at all, or only one that the pack describes, signed as it says. */
  readonly answer: "any" | "agreed";
  readonly title: Bilingual;
  /** Where its figures are published. */
  readonly source: Bilingual;
}

export const DOWN_RULES: readonly DownRule[] = [
  {
    name: "uk-open-banking",
    consecutive: 5,
    withinSeconds: 30,
    answer: "any",
    title: { en: "five requests in a row unanswered within 30 s", zh: "连续五次请求在 30 秒内无应答" },
    source: {
      en: "UK Open Banking: down after five consecutive requests unanswered within 30 s, counted from the first",
      zh: "英国 Open Banking：连续五次请求在 30 秒内无应答即为中断，自首次起算",
    },
  },
  {
    name: "as-agreed",
    consecutive: 2,
    withinSeconds: 10,
    answer: "agreed",
    title: {
      en: "two requests in a row without an answer as agreed within 10 s",
      zh: "连续两次请求在 10 秒内未获符合约定的应答",
    },
    source: { en: "project default, not a quotation", zh: "本项目默认值，并非引用" },
  },
];
