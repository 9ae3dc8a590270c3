import type { Bilingual } from "../core/run/verdict.ts";

/** A text for people: in both languages, or a name or quotation that is the same in each. */
export type Said = string | Bilingual;

interface Details<Text> {
  /** The file and JSON Pointer, the flag or the address that is meant. */
  readonly where?: string;
  readonly allowed?: Text;
  /** The known name that was probably meant. */
  readonly near?: string | undefined;
  readonly next?: Text;
}

const LABELS: Readonly<Record<keyof Bilingual, Readonly<Record<"where" | "allowed" | "next", string>>>> = {
  en: { where: "  where:   ", allowed: "  allowed: ", next: "  next:    " },
  zh: { where: "  位置：  ", allowed: "  允许：  ", next: "  下一步：" },
};

/** What a user can mend: shown without a stack trace, and the process ends with 2, or with 3 where something was judged already. */
export class UserError extends Error {
  readonly what: Said;
  readonly details: Details<Said>;
  readonly exitCode: 2 | 3;

  /** `what` was wrong, `where` (file and JSON Pointer, flag), what is `allowed` there, and what to do `next`. */
  constructor(what: Said, details: Details<Said> & { readonly exitCode?: 2 | 3; readonly cause?: unknown } = {}) {
    super(inLanguage(what, "en"), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "UserError";
    this.what = what;
    this.details = details;
    this.exitCode = details.exitCode ?? 2;
  }

  /** The lines a person reads. */
  lines(language: keyof Bilingual): readonly string[] {
    const { where, allowed, near, next } = this.details;
    const label = LABELS[language];
    const meant = near === undefined ? "" : inLanguage(didYouMean(near), language);
    return [
      inLanguage(this.what, language),
      ...(where === undefined ? [] : [`${label.where}${where}`]),
      ...(allowed === undefined ? [] : [`${label.allowed}${inLanguage(allowed, language)}`]),
      ...(next === undefined ? [] : [`${label.next}${meant}${inLanguage(next, language)}`]),
    ];
  }
}

const didYouMean = (near: string): Bilingual => ({ en: `did you mean "${near}"? `, zh: `是否要写“${near}”？` });

function inLanguage(text: Said, language: keyof Bilingual): string {
  return typeof text === "string" ? text : text[language];
}
