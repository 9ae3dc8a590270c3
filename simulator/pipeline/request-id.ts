import type { Runtime } from "../../core/runtime/runtime.ts";
import type { RawResponse } from "../http/raw.ts";

/** The header by which both sides find an exchange in their logs; the journal shows it. */
const REQUEST_ID = "Request-ID";

/** An answer with an id of its own, unless the pack gives it one. */
export function identified(response: RawResponse, runtime: Runtime): RawResponse {
  if (response.headers.some(([name]) => name.toLowerCase() === "request-id")) return response;
  const id = Buffer.from(runtime.random("request-id").bytes(12)).toString("hex").toUpperCase();
  return { ...response, headers: [...response.headers, [REQUEST_ID, id]] };
}
