import type { BodySealing } from "../sealing/body/carried.ts";
import type { SealedBody } from "../sealing/body/policy.ts";
import type { Interface, Policies } from "./types.ts";

/** How the body of an interface's requests or good answers is carried encrypted; undefined where it is in clear. */
export function bodySealingOf(
  { bodySealing: policy }: Pick<Policies, "bodySealing">,
  one: Interface,
  part: "request" | "response",
): BodySealing | undefined {
  if (policy === undefined) return undefined;
  const place = part === "request" ? placeOfRequest(policy, one) : placeOfAnswer(policy, one);
  return place === undefined ? undefined : { policy, place };
}

type Policy = NonNullable<Policies["bodySealing"]>;

function placeOfRequest(
  { carried: { requests, notifications } }: Policy,
  { request, notification }: Interface,
): SealedBody | undefined {
  if (request.representation === "empty") return undefined;
  return notification === undefined ? requests : notifications;
}

/** A file is held against its hash, and what acknowledges a notification counts by its status. */
function placeOfAnswer(
  { carried: { answers } }: Policy,
  { response, notification }: Interface,
): SealedBody | undefined {
  const { representation } = response;
  return representation === "empty" || representation === "table" || notification !== undefined ? undefined : answers;
}
