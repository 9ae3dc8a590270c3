import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { PeerExchange } from "./peer-exchange.ts";
import type { PeerPlaces } from "./peer-places.ts";

/** How long one question waits at most, in milliseconds; the counterparty would wait half a minute. */
const LONGEST_WAIT_MS = 5_000;

/** The most exchanges in one answer: each may hold a body of a megabyte, and both sides hold the answer whole. */
const LIMIT = 100;

/** A moment from which on exchanges are asked for: by the counterparty's clock, and by a place in its journal. */
export interface Moment {
  readonly ms: number;
  readonly after: number;
}

/** Which exchanges. */
export interface PeerQuestion {
  readonly since?: Moment;
  /** Path and query. */
  readonly target?: string;
}

/** What is waited for, and how long: from the question on, by the harness's clock. */
export interface Awaited<T> {
  readonly awaited: (seen: readonly T[]) => boolean;
  readonly withinMs: number;
}

/** What has come, oldest first: at once, or as soon as it is as awaited, or when the time for that is over. */
export type PeerReader<T> = (question: PeerQuestion, until?: Awaited<T>) => Promise<readonly T[]>;

/** The counterparty's journal, which tells of an exchange when it is recorded. */
export interface PeerJournal {
  /** Reads exchanges; those of which `read` makes nothing are passed over. */
  reading<T>(read: (exchange: PeerExchange) => T | undefined): PeerReader<T>;
}

export function peerJournal(
  call: (method: string, path: string, body: undefined, waitMs: number) => Promise<Json | undefined>,
  runtime: Pick<Runtime, "now">,
  places: PeerPlaces,
): PeerJournal {
  return {
    reading:
      <T>(read: (exchange: PeerExchange) => T | undefined): PeerReader<T> =>
      async ({ since, target }, { awaited, withinMs } = AT_ONCE) => {
        const deadline = runtime.now() + withinMs;
        const seen: T[] = [];
        let after = Math.max(since?.after ?? 0, target === undefined ? 0 : places.of(target));
        for (;;) {
          const waitMs = awaited(seen) ? 0 : Math.max(0, Math.min(LONGEST_WAIT_MS, deadline - runtime.now()));
          const query = new URLSearchParams({
            limit: String(LIMIT),
            after: String(after),
            since: String(since?.ms ?? 0),
            wait_ms: String(waitMs),
            ...(target === undefined ? {} : { target }),
          });
          const { next, requests } = (await call(
            "GET",
            `/requests?${query.toString()}`,
            undefined,
            waitMs,
          )) as unknown as Page;
          after = next;
          places.reached(next);
          for (const exchange of requests) {
            const one = read(exchange);
            if (one !== undefined) seen.push(one);
          }
          if (requests.length < LIMIT && (awaited(seen) || runtime.now() >= deadline)) return seen;
        }
      },
  };
}

const AT_ONCE = { awaited: () => true, withinMs: 0 };

/** An answer of the control plane. */
interface Page {
  /** After which number the next question goes on. */
  readonly next: number;
  readonly requests: readonly PeerExchange[];
}
