import type { Headers } from "../../core/envelope/headers.ts";

/** The first header of that name, whatever its case. */
export function header(message: { readonly headers: Headers }, name: string): string | undefined {
  return message.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}
