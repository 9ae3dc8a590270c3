import type { Session } from "../session.ts";
import type { Draft } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";

/** One slow answer may be the host's; three in a row are the SUT's. */
const TRIES = 3;

/** How long something took at best, in ms, and how long an ordinary call did that was made right beside it. */
export interface Pace {
  readonly tookMs: number;
  readonly besideMs: number;
}

/**
 * The time of a call beside that of an ordinary one, both over the same line: of a few tries the one in which it was
 * slowed least. Stops as soon as a try is within the limit.
 */
export async function paceOf(
  withinMs: number,
  odd: () => Promise<Exchange>,
  ordinary: () => Promise<Exchange>,
): Promise<Pace> {
  let best: Pace = { tookMs: Infinity, besideMs: 0 };
  for (let turn = 0; turn < TRIES && isLate(best, withinMs); turn += 1) {
    const tookMs = (await odd()).wire.durationMs;
    // A call within the limit by itself needs no other beside it.
    const besideMs = tookMs > withinMs ? (await ordinary()).wire.durationMs : 0;
    if (tookMs - besideMs < best.tookMs - best.besideMs) best = { tookMs, besideMs };
  }
  return best;
}

/** Whether a call took longer than its limit and the ordinary call together. */
export function isLate({ tookMs, besideMs }: Pace, withinMs: number): boolean {
  return tookMs - besideMs > withinMs;
}

/**
 * An ordinary call as long as another, which changes nothing: its signature is wrong, so that every SUT reads it to its
 * end and refuses it. It tells what the line and the harness take of a call's time.
 */
export async function besideCall(session: Session, draft: Draft, bytes?: number): Promise<Exchange> {
  return session.send(draft, {
    label: "an ordinary call beside it, wrongly signed",
    tamper: {
      signature: (signature) => signature.map((byte) => byte ^ 1),
      ...(bytes === undefined
        ? {}
        : {
            body: (body) => {
              const long = new Uint8Array(Math.max(bytes, body.length)).fill(0x20);
              long.set(body);
              return long;
            },
            mayKeep: true,
          }),
    },
  });
}
