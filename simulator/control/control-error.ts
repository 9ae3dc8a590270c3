import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { parseStrictJson } from "../../core/json/strict-json.ts";
import type { Json } from "../../core/unit/unit.ts";

/** A caller's mistake, answered with what is allowed. */
export class ControlError extends Error {
  readonly status: ContentfulStatusCode;
  constructor(message: string, status: ContentfulStatusCode = 400) {
    super(message);
    this.status = status;
  }
}

/** Far above any order; a key with its certificate is some thousand bytes. */
export const BODY_LIMITS = { bytes: 256 * 1024, members: 10_000, depth: 32, integersOnly: false } as const;

/** The body of a request, which must be a JSON object. @throws ControlError */
export async function body(context: Context): Promise<Readonly<Record<string, Json>>> {
  const parsed = parseStrictJson(new Uint8Array(await context.req.arrayBuffer()), BODY_LIMITS);
  if (!parsed.ok)
    throw new ControlError(`the body must be a JSON object: ${parsed.message.en} (byte ${parsed.offset})`);
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError("the body must be a JSON object");
  return value as Readonly<Record<string, Json>>;
}

/** @throws ControlError for a text that is no whole number. */
export function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ControlError(`"${name}" must be a whole number, not "${text}"`);
  return Number(text);
}
