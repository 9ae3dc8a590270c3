import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Json } from "../../core/unit/unit.ts";

/** A caller's mistake, answered with what is allowed. */
export class ControlError extends Error {
  readonly status: ContentfulStatusCode;
  constructor(message: string, status: ContentfulStatusCode = 400) {
    super(message);
    this.status = status;
  }
}

/** The body of a request, which must be a JSON object. @throws ControlError */
export async function body(context: Context): Promise<Readonly<Record<string, Json>>> {
  const value: unknown = await context.req.json().catch(() => undefined);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError("the body must be a JSON object");
  return value as Readonly<Record<string, Json>>;
}

/** @throws ControlError for a text that is no whole number. */
export function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ControlError(`"${name}" must be a whole number, not "${text}"`);
  return Number(text);
}
