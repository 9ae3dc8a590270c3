/** What stands between us and a peer, as its statement says it. */
export interface Gateway {
  /** Where the peer is called: origin and path. */
  readonly baseUrl: string;
  /** The path that signatures cover in place of that of `baseUrl`; empty for none. Absent: the path of `baseUrl`. */
  readonly signedPrefix?: string;
  /** Headers that every call carries besides, such as the key of the gateway. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Stands for the value of a header that is the gateway's. */
const MASKED = "******";

/** The target that a signature covers, for a message that goes to `target` of `url`. */
export function signedTarget(gateway: Gateway | undefined, url: string, target: string): string {
  if (gateway?.signedPrefix === undefined || !isBehind(gateway, url)) return target;
  const prefix = new URL(gateway.baseUrl).pathname.replace(/\/$/, "");
  const rest = target.slice(prefix.length);
  return target.startsWith(prefix) && /^[/?]/.test(rest) ? gateway.signedPrefix + rest : target;
}

/** The gateway's headers for a message to `url` that has others of its own; what it has itself stays. */
export function gatewayHeaders(
  gateway: Gateway | undefined,
  url: string,
  own: Gateway["headers"],
): { readonly sent: Gateway["headers"]; readonly shown: Gateway["headers"] } {
  if (gateway === undefined || !isBehind(gateway, url)) return { sent: [], shown: [] };
  const taken = new Set(own.map(([name]) => name.toLowerCase()));
  const sent = gateway.headers.filter(([name]) => !taken.has(name.toLowerCase()));
  return { sent, shown: sent.map(([name]) => [name, MASKED]) };
}

/** A key of the gateway goes to its own origin alone. */
const isBehind = ({ baseUrl }: Gateway, url: string): boolean => new URL(url).origin === new URL(baseUrl).origin;
