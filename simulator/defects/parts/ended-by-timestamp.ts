import type { Handle, HandleParts } from "../defect.ts";
import { bodyOf, interfaceOf, refused } from "./answers.ts";
import { verifiedRequest } from "./front.ts";

/**
 * Refuses the use of what was ended by the second in which the request was signed, where the service behind it no longer
 * looks: what was signed before goes through, however late it arrives.
 */
export function endedByTimestamp(said: {
  /** The interface that ends something, and the one that uses it. */
  readonly ends: string;
  readonly uses: string;
  /** The field of both by which it is known. */
  readonly number: string;
  readonly code: string;
}): (inner: Handle, parts: HandleParts) => Handle {
  return (inner, parts) => {
    const ended = new Map<string, number>();
    return async (request) => {
      const called = interfaceOf(request, parts);
      if (called !== said.ends && called !== said.uses) return inner(request);
      const fields = verifiedRequest(request, parts)?.fields;
      const body = request.body instanceof Uint8Array ? bodyOf({ body: request.body }) : undefined;
      const keyOf = (from: typeof body): string => JSON.stringify([fields?.party, from?.[said.number]]);
      const second = called === said.uses ? ended.get(keyOf(body)) : undefined;
      if (second !== undefined && Number(fields?.timestamp) >= second) return refused(said.code, parts);
      const response = await inner(request);
      if (called === said.ends && response.status < 300)
        ended.set(keyOf(bodyOf(response, parts)), Math.floor(parts.runtime.now() / 1000));
      return response;
    };
  };
}
