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
    throw new UserError(`${flag} is not JSON: ${parsed.message.en} (byte ${parsed.offset})`, {
      where: flag,
      allowed: "a JSON object",
      next: `quote it for the shell: ${flag} '{"amount":{"value":100,"currency":"CNY"}}'`,
    });
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UserError(`${flag} is not a JSON object`, {
      where: flag,
      allowed: "a JSON object",
      next: `name the fields: ${flag} '{"message":"hello"}'`,
    });
  return value as Readonly<Record<string, Json>>;
}
