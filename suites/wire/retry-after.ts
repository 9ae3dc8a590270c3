import type { PackView } from "../pack-view.ts";
import { header } from "./header.ts";
import type { Exchange } from "./exchange.ts";

/** Longer waits than this are not granted. */
const LONGEST_MS = 30_000;
/** Where a code says to send the same again, and nothing says when. */
const UNSAID_MS = 1_000;
/** Statuses with which a call is turned away for now (RFC 9110, 15.6.4; RFC 6585, 4). */
const TURNED_AWAY = new Set([429, 503]);

/**
 * How long to wait, in ms, before a call that was turned away is sent again; undefined for one that was not, or not for
 * so short a time. Source: RFC 9110, 10.2.3.
 */
export function waitAsked(
  { answer, response }: Exchange,
  pack: Pick<PackView, "error">,
  nowMs: number,
): number | undefined {
  if (response === undefined || !TURNED_AWAY.has(response.status)) return undefined;
  const said = header(response, "retry-after");
  const retried = answer?.code !== undefined && pack.error(answer.code)?.class === "retry-same";
  if (said === undefined) return retried ? UNSAID_MS : undefined;
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - nowMs;
  return Number.isNaN(ms) || ms > LONGEST_MS ? undefined : Math.max(0, ms);
}
