import type { Bilingual } from "../../core/run/verdict.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** Both languages, each marked as what it is; the page's switch hides one, paper shows both. */
export function both({ en, zh }: Bilingual): Markup {
  return markup`<span class="en" lang="en">${en}</span> <span class="zh" lang="zh-Hans">${zh}</span>`;
}

/** Shorthand for labels of the page itself. */
export function label(en: string, zh: string): Markup {
  return both({ en, zh });
}
