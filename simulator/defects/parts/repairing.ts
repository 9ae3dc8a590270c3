import type { RawRequest } from "../../http/raw.ts";
import type { HandleParts, Wrappers } from "../defect.ts";
import { resealed, trusting } from "./front.ts";
import type { Credentials, Fronted } from "./front.ts";

/** Takes a request that the conforming service refuses for its signature, once `repair` has put it right. */
export function repairing(
  repair: (request: RawRequest, parts: HandleParts) => Fronted | undefined,
): Pick<Wrappers, "identity" | "handle"> {
  return {
    identity: trusting,
    handle: (inner, parts) => (request) => {
      const repaired = repair(request, parts);
      return inner(repaired === undefined ? request : resealed(repaired, parts));
    },
  };
}

/** What a request of a party says of its sender when it is signed now. */
export function fieldsFor(
  partyId: string | undefined,
  { identity, runtime, pack }: HandleParts,
): Credentials | undefined {
  const key = partyId === undefined ? undefined : identity.peer(partyId)?.keys[0];
  if (key === undefined || partyId === undefined) return undefined;
  return {
    algorithm: key.algorithm,
    party: partyId,
    serial: key.serial,
    timestamp: pack.times.write(runtime.now()),
    nonce: Buffer.from(runtime.random("front").bytes(12)).toString("hex"),
  };
}
