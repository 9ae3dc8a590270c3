import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { parseStrictJson } from "../../core/json/strict-json.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import type { Json } from "../../core/unit/unit.ts";

/** A caller's mistake, answered with what is allowed. */
export class ControlError extends SaidError {
  readonly status: ContentfulStatusCode;
  constructor(said: Bilingual, status: ContentfulStatusCode = 400) {
    super(said);
    this.status = status;
  }
}

/** The body of a refusal: programs and testers read `error`, and those who read Chinese `error_zh`. */
export const refusalBody = ({ en, zh }: Bilingual): { readonly error: string; readonly error_zh: string } => ({
  error: en,
  error_zh: zh,
});

/** Far above any order; a key with its certificate is some thousand bytes. */
export const BODY_LIMITS = { bytes: 256 * 1024, members: 10_000, depth: 32, integersOnly: false } as const;

/** The body of a request, which must be a JSON object. @throws ControlError */
export async function body(context: Context): Promise<Readonly<Record<string, Json>>> {
  const parsed = parseStrictJson(new Uint8Array(await context.req.arrayBuffer()), BODY_LIMITS);
  if (!parsed.ok)
    throw new ControlError({
      en: `the body must be a JSON object: ${parsed.message.en} (byte ${parsed.offset})`,
      zh: `报文体须为 JSON 对象：${parsed.message.zh}（第 ${parsed.offset} 字节）`,
    });
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError({ en: "the body must be a JSON object", zh: "报文体须为 JSON 对象" });
  return value as Readonly<Record<string, Json>>;
}

/** @throws ControlError for a text that is no whole number. */
export function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new ControlError({
      en: `"${name}" must be a whole number, not "${text}"`,
      zh: `“${name}”须为整数，不能是“${text}”`,
    });
  return Number(text);
}

/** That a member of an order must be a moment. */
export const noMoment = (name: string): Bilingual => ({
  en: `"${name}" must be a moment such as 2026-11-22T23:59:50+08:00`,
  zh: `“${name}”须为时刻，例如 2026-11-22T23:59:50+08:00`,
});

/** A hook is answered within a minute. */
const MOST_SECONDS = 50;

/** A length of time in an order. @throws ControlError */
export function secondsIn(order: Readonly<Record<string, Json>>, name: string, missing?: number): number {
  const value = order[name] ?? missing;
  if (typeof value !== "number" || !(value >= 0 && value <= MOST_SECONDS))
    throw new ControlError({
      en: `"${name}" must be from 0 to ${MOST_SECONDS} seconds`,
      zh: `“${name}”须为 0 至 ${MOST_SECONDS} 秒`,
    });
  return value;
}
