import type { Policies } from "./types.ts";

/** Whether an answer to a notification acknowledges it, by its status and, where the pack has one, by its text. */
export function acknowledges(
  { acknowledgeStatus, acknowledgeBody }: Pick<Policies["notification"], "acknowledgeStatus" | "acknowledgeBody">,
  { status, body }: { readonly status: number; readonly body: Uint8Array },
): boolean {
  return (
    acknowledgeStatus.includes(status) &&
    (acknowledgeBody === undefined || new TextDecoder().decode(body) === acknowledgeBody)
  );
}
