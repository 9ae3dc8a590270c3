import type { IncomingMessage } from "node:http";

/** Targets as peers sent them, of requests whose own spelling the framework does not take. */
const targets = new WeakMap<IncomingMessage, string>();

/** What every framework takes as a host and as a target. */
const PLAIN_HOST = /^[a-z0-9.-]+(?::\d{1,5})?$/;
const PLAIN_TARGET = /^\/[\x21-\x7e]*$/;

/**
 * Makes a request that HTTP allows one that the framework takes: other spellings of the host (an IPv6 address in its long
 * form, an empty port) and the absolute form of a target (RFC 9112 section 3.2.2). What the peer sent stays to be had:
 * `rawHeaders` are untouched, and `targetOf` gives the target.
 */
export function makePlain(incoming: IncomingMessage): void {
  const { host } = incoming.headers;
  // Messages name no host and signatures cover none, so that its spelling changes nothing.
  if (host !== undefined && !PLAIN_HOST.test(host)) incoming.headers.host = "peer";
  const url = incoming.url ?? "";
  if (PLAIN_TARGET.test(url)) return;
  const target = originForm(url);
  targets.set(incoming, target);
  incoming.url = PLAIN_TARGET.test(target) ? target : "/";
}

/** The target of a request as the peer sent it, in origin form: path and query. */
export const targetOf = (incoming: IncomingMessage): string => targets.get(incoming) ?? incoming.url ?? "";

function originForm(target: string): string {
  const [whole, rest = ""] = /^https?:\/\/[^/?#]*(.*)$/i.exec(target) ?? [];
  if (whole === undefined) return target;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
