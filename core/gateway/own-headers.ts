import type { Bilingual } from "../run/verdict.ts";
import { namedVariable } from "./named-variable.ts";

/** Headers by which a message is framed and read. Those that sign it the pack says; `Host` may differ from `baseUrl`. */
const FRAMING = /^(?:accept|connection|content-.*|expect|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/** What is wrong with one of a statement's own headers. */
export interface HeaderProblem {
  readonly name: string;
  /** In English a predicate, whose subject is the header; in Chinese a sentence without its full stop. */
  readonly rule: Bilingual;
  /** Sentences. */
  readonly remedy: Bilingual;
}

/**
 * The headers that a statement has every call carry, such as the key of a gateway: with the values that stand in the
 * environment, and what is wrong beyond their form, which the schema of statements has.
 */
export function ownHeaders(stated: Readonly<Record<string, string>>): {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly problems: readonly HeaderProblem[];
} {
  const problems: HeaderProblem[] = [];
  const headers = Object.entries(stated).map(([name, value]): [string, string] => {
    if (FRAMING.test(name))
      problems.push({
        name,
        rule: { en: "is a header that each message has of its own", zh: "是报文自身必有的 HTTP 头" },
        remedy: {
          en: "Take it out: only what a gateway asks for besides belongs here, such as the key of an API.",
          zh: "请删去：此处只写网关另行要求的 HTTP 头，如 API 密钥。",
        },
      });
    const variable = typeof value === "string" ? namedVariable(value) : undefined;
    if (variable === undefined) return [name, value];
    const text = variable.text.trim();
    if (!/^[\x20-\x7e]{1,4096}$/.test(text))
      problems.push({
        name,
        rule: text === "" ? variable.missing : noValue(variable.name),
        remedy: {
          en: "Set the variable to one line of visible characters, or write another name after env:.",
          zh: "请将该变量设为一行可见字符，或在 env: 后另写变量名。",
        },
      });
    return [name, text];
  });
  return { headers, problems };
}

const noValue = (name: string): Bilingual => ({
  en: `the variable ${name} is no header's value`,
  zh: `环境变量 ${name} 的值不能作 HTTP 头`,
});
