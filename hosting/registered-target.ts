import type { PackSource } from "../core/pack/types.ts";

/** The target of a notification that goes where the party is registered, whatever a request says. */
const REGISTERED = "$party.notify_url";

/**
 * Where a served bank tells its parties of what no request names a target for: below the address at which the counterparty
 * of a run listens. Undefined for a pack whose requests can name each target, so that nothing else is told of unasked.
 */
export function registeredTarget(
  { interfaces }: PackSource,
  notify: { readonly host: string; readonly port: number },
): string | undefined {
  return interfaces.some(({ notification }) => notification?.target === REGISTERED)
    ? `http://${notify.host}:${notify.port}/notify/registered`
    : undefined;
}
