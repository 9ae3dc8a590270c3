import { ownHeaders } from "../core/gateway/own-headers.ts";
import type { HeaderProblem } from "../core/gateway/own-headers.ts";
import type { Gateway } from "../simulator/identity/gateway.ts";
import schema from "../specs/meta/statement.schema.json" with { type: "json" };
import { UserError } from "./user-error.ts";

/** The fields of a statement that say what stands ahead of its system. */
interface Stated {
  readonly baseUrl: string;
  readonly signedPrefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Reads what a peer's statement says of its gateway; undefined where it says nothing.
 *
 * @throws UserError for the first thing wrong with it
 */
export function readGateway({ baseUrl, signedPrefix, headers }: Stated, file: string): Gateway | undefined {
  if (signedPrefix === undefined && headers === undefined) return undefined;
  const place = formless(signedPrefix, headers);
  if (place !== undefined) refuse(`${file} ${place}`, FORM);
  const own = ownHeaders(headers ?? {});
  const [problem] = own.problems;
  if (problem !== undefined) refuse(`${file} /headers/${problem.name}`, problem);
  return { baseUrl, headers: own.headers, ...(signedPrefix === undefined ? {} : { signedPrefix }) };
}

/** The first place where a value has not the form that the schema of statements gives it. */
function formless(signedPrefix: unknown, headers: unknown): string | undefined {
  const { signedPrefix: prefixForm, headers: headersForm } = schema.properties;
  if (signedPrefix !== undefined && !matches(signedPrefix, prefixForm.pattern)) return "/signedPrefix";
  if (headers === undefined) return undefined;
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) return "/headers";
  const name = Object.entries(headers).find(
    ([key, value]) =>
      !matches(key, headersForm.propertyNames.pattern) || !matches(value, headersForm.additionalProperties.pattern),
  )?.[0];
  return name === undefined ? undefined : `/headers/${name}`;
}

const matches = (value: unknown, pattern: string): boolean =>
  typeof value === "string" && new RegExp(pattern, "u").test(value);

const FORM: Pick<HeaderProblem, "rule" | "remedy"> = {
  rule: { en: "has a value of another form", zh: "取值形式不符" },
  remedy: {
    en: "Correct the value; docs/statement.md describes the field.",
    zh: "请更正取值；字段说明见 docs/statement.zh-CN.md。",
  },
};

function refuse(where: string, { rule, remedy }: Pick<HeaderProblem, "rule" | "remedy">): never {
  throw new UserError(
    { en: `a field of the peer's statement ${rule.en}`, zh: `对端的声明有误：${rule.zh}` },
    { where, next: remedy },
  );
}
