import type { PackSource } from "../core/pack/types.ts";
import type { StatementListenerTls } from "./calling-tls.ts";

/** Where the counterparty of a run listens, and TLS there; absent: plain HTTP. */
export interface NotifyPlace {
  readonly host: string;
  readonly port: number;
  readonly tls?: StatementListenerTls;
}

/** Origin of the addresses at which that counterparty is reached. */
export const originOf = ({ host, port, tls }: NotifyPlace): string =>
  `${tls === undefined ? "http" : "https"}://${host}:${port}`;

/** The target of a notification that goes where the party is registered, whatever a request says. */
const REGISTERED = "$party.notify_url";

/**
 * Where a served bank tells its parties of what no request names a target for: below the address at which the counterparty
 * of a run listens. Undefined for a pack whose requests can name each target, so that nothing else is told of unasked.
 */
export function registeredTarget({ interfaces }: PackSource, notify: NotifyPlace): string | undefined {
  return interfaces.some(({ notification }) => notification?.target === REGISTERED)
    ? `${originOf(notify)}/notify/registered`
    : undefined;
}
