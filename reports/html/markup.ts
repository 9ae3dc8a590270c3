import { visible } from "../../core/text/visible-text.ts";

/** Text that is markup already. Only `markup` and `raw` make it, so whatever else is put on a page is escaped. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | readonly Content[];

/** Template tag: strings and numbers put into it are escaped, markup goes in as it is, lists are joined. */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: strings.map((text, index) => text + flatten(contents[index] ?? "")).join("") };
}

/** For constants of our own (styles); never for a text that comes from a log. */
export function raw(constant: string): Markup {
  return { markup: constant };
}

function flatten(content: Content): string {
  if (typeof content === "string") return escape(content);
  if (typeof content === "number") return String(content);
  if ("markup" in content) return content.markup;
  return content.map(flatten).join("");
}

function escape(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
