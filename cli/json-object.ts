import { parseStrictJson } from "../core/json/strict-json.ts";
import type { Json } from "../core/unit/unit.ts";
import { UserError } from "../hosting/user-error.ts";

/** A flag's text as a JSON object. @throws UserError for any other text. */
export function jsonObject(text: string, flag: string): Readonly<Record<string, Json>> {
  // The message of `JSON.parse` would repeat the input, which may hold personal data.
  const parsed = parseStrictJson(new TextEncoder().encode(text), {
    bytes: 1024 * 1024,
    members: 10_000,
    integersOnly: false,
  });
  if (!parsed.ok)
    throw new UserError(
      {
        en: `${flag} is not JSON: ${parsed.message.en} (byte ${parsed.offset})`,
        zh: `${flag} 不是 JSON：${parsed.message.zh}（第 ${parsed.offset} 字节）`,
      },
      {
        where: flag,
        allowed: { en: "a JSON object", zh: "JSON 对象" },
        next: {
          en: `quote it for the shell: ${flag} '{"amount":{"value":100,"currency":"CNY"}}'`,
          zh: `请为 shell 加引号：${flag} '{"amount":{"value":100,"currency":"CNY"}}'`,
        },
      },
    );
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UserError(
      { en: `${flag} is not a JSON object`, zh: `${flag} 不是 JSON 对象` },
      {
        where: flag,
        allowed: { en: "a JSON object", zh: "JSON 对象" },
        next: {
          en: `name the fields: ${flag} '{"message":"hello"}'`,
          zh: `请写出字段名：${flag} '{"message":"hello"}'`,
        },
      },
    );
  return value as Readonly<Record<string, Json>>;
}
