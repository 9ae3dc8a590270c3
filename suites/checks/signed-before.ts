import type { Session } from "../session.ts";
import type { Tamper } from "../wire/sealed-request.ts";

/**
 * The change that signs a message a while before it is sent, well within the window: what its sender did since then is
 * later than its timestamp, and was there first all the same.
 */
export function signedBefore(session: Session): Tamper {
  const seconds = Math.max(2, Math.min(20, Math.floor(session.pack.policies.freshness.clockSkewSeconds / 3)));
  return { clock: (now) => now - seconds };
}
