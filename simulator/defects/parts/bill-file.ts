import { createHash } from "node:crypto";
import type { Wrappers } from "../defect.ts";
import type { RawRequest } from "../../http/raw.ts";
import { answered, bodyOf, interfaceOf } from "./answers.ts";
import { resealed, trusting, verifiedRequest } from "./front.ts";

/**
 * A bill that is written differently and announced with its own hash. `note` sees every request, and `write` makes every
 * file, with the line ends of the pack's.
 */
export function billWritten(
  make: () => { readonly note: (request: RawRequest) => void; readonly write: (file: string) => string },
): Pick<Wrappers, "identity" | "handle"> {
  return {
    // The announcement needs the hash of the file, so the file is fetched first, as the asking party.
    identity: trusting,
    handle: (inner, parts) => {
      const { note, write } = make();
      const rewritten = (file: Uint8Array): Uint8Array =>
        new TextEncoder().encode(write(new TextDecoder().decode(file)));
      return async (request) => {
        note(request);
        const response = await inner(request);
        const called = response.status < 300 ? interfaceOf(request, parts) : undefined;
        if (called === "bill.download") return { ...response, body: rewritten(response.body) };
        const fields = called === "bill.get" ? verifiedRequest(request, parts)?.fields : undefined;
        if (fields === undefined) return response;
        const fetched = { ...fields, nonce: Buffer.from(parts.runtime.random("front").bytes(12)).toString("hex") };
        const file = await inner(
          resealed({ request: { ...request, target: request.target.replace("?", "/file?") }, fields: fetched }, parts),
        );
        return answered(
          response.status,
          { ...bodyOf(response, parts), hash_value: createHash("sha256").update(rewritten(file.body)).digest("hex") },
          parts,
        );
      };
    },
  };
}
