import { readsOnly } from "../reads.ts";
import type { Interface } from "../../core/pack/types.ts";
import { claimedOf } from "../profile.ts";
import type { RunScope } from "../run/scope.ts";
import type { Exchange } from "../wire/exchange.ts";
import { header } from "../wire/header.ts";

/**
 * Of the interfaces that the SUT claims the one that takes least: the test of the channel, the list of keys, what reads a bound fixture, and where
 * there is none of these whatever comes first.
 */
export function simplest({ pack, statement }: RunScope): Interface | undefined {
  const claimed = claimedOf(pack, statement);
  return (
    claimed.find(({ purpose }) => purpose?.probes !== undefined) ??
    claimed.find(({ purpose }) => purpose?.lists === "keys") ??
    claimed.find(readsOnly) ??
    claimed[0]
  );
}

/** How many seconds the SUT's clock is ahead of ours, by the timestamp of its answer or its Date header; negative: behind. */
export function secondsAhead(exchange: Exchange, scope: RunScope): number | undefined {
  if (exchange.response === undefined) return undefined;
  const stamp = scope.pack.envelope.readAnswer(exchange.response).claims.timestamp;
  const date = header(exchange.response, "date");
  const theirs =
    scope.pack.times.read(stamp ?? "") ?? (date === undefined ? Number.NaN : Math.floor(Date.parse(date) / 1000));
  return Number.isNaN(theirs) ? undefined : theirs - Math.floor(scope.runtime.now() / 1000);
}
