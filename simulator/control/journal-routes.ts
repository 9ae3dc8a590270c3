import { Hono } from "hono";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { Simulator } from "../simulator.ts";
import { wholeNumber } from "./control-error.ts";
import { journalView } from "./journal-view.ts";
import { bodyOpener } from "./opened-bodies.ts";
import { LIMIT } from "./rows.ts";

/** How long an answer waits at most, in milliseconds; a longer `wait_ms` is taken for this. */
const LONGEST_WAIT_MS = 30_000;

/**
 * The exchanges that the simulator saw and made, oldest first. `interface`, `target` and `since` (milliseconds since the
 * epoch) choose among them, and the answer has the newest `limit` of these.
 *
 * To follow the journal, give `after`, the `next` of the answer before: only exchanges recorded later are read and
 * answered, the oldest `limit` of them, and `missed` counts those that the journal has dropped meanwhile. With `wait_ms`
 * the answer comes as soon as there is such an exchange, at the latest after that time.
 */
export function journalRoutes(simulator: Simulator, redact: Redaction): Hono {
  const routes = new Hono();
  const opened = bodyOpener(simulator.pack, simulator.identity);
  routes.get("/requests", async (context) => {
    const asked = questionOf(context.req.query());
    const { journal } = simulator;
    if (asked.waitMs > 0 && recordedAfter(simulator, asked).found.length === 0)
      await recorded(simulator, asked, context.req.raw.signal);
    const { found, more, missed } = recordedAfter(simulator, asked);
    return context.json({
      total: journal.total,
      next: more ? (found.at(-1)?.number ?? asked.after) : journal.total,
      ...(missed === 0 ? {} : { missed }),
      requests: found.map((entry) => journalView(entry, redact, opened(entry))),
    });
  });
  routes.delete("/requests", (context) => {
    simulator.journal.clear();
    return context.body(null, 204);
  });
  return routes;
}

/** Which exchanges are asked for. */
interface Question {
  readonly wanted: (entry: JournalEntry) => boolean;
  /** Those of one target, path and query. */
  readonly target?: string;
  readonly limit: number;
  readonly after?: number;
  readonly waitMs: number;
}

/** @throws ControlError for a number that is none. */
function questionOf(query: Readonly<Record<string, string>>): Question {
  const { interface: id, target, after } = query;
  const since = wholeNumber(query["since"] ?? "0", "since");
  return {
    wanted: (entry) =>
      entry.at >= since &&
      (id === undefined || entry.interface === id) &&
      (target === undefined || entry.request.target === target),
    limit: Math.min(LIMIT, wholeNumber(query["limit"] ?? "100", "limit")),
    waitMs: Math.min(LONGEST_WAIT_MS, wholeNumber(query["wait_ms"] ?? "0", "wait_ms")),
    ...(target === undefined ? {} : { target }),
    ...(after === undefined ? {} : { after: wholeNumber(after, "after") }),
  };
}

/**
 * The exchanges asked for that the journal holds, at most `limit` of them, whether it holds more behind them, and how many
 * after the place it holds no more.
 */
function recordedAfter(
  { journal }: Simulator,
  { after, wanted, target, limit }: Question,
): { readonly found: readonly JournalEntry[]; readonly more: boolean; readonly missed: number } {
  if (after === undefined) {
    const all = journal.entries(journal.total, target).filter(wanted);
    return { found: all.slice(Math.max(0, all.length - limit)), more: false, missed: 0 };
  }
  // A number that this journal has not come to is of the one before a restart, and all of this one is later.
  const place = after > journal.total ? 0 : after;
  const missed = Math.max(0, journal.firstHeld - 1 - place);
  const found: JournalEntry[] = [];
  for (const entry of journal.after(place, target)) {
    if (!wanted(entry)) continue;
    if (found.length === limit) return { found, more: true, missed };
    found.push(entry);
  }
  return { found, more: false, missed };
}

/** Resolves when an exchange that is asked for was recorded, when the time for it is over, or when the caller has gone. */
async function recorded({ journal, clock }: Simulator, { wanted, waitMs }: Question, gone: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const subscription = journal.facts.subscribe((entry) => void (wanted(entry) && end()), {
    onMissed: end,
    onError: reject,
  });
  const cancel = clock.runtime.schedule(gone.aborted ? 0 : waitMs, end);
  gone.addEventListener("abort", end, { once: true });
  try {
    await promise;
  } finally {
    subscription.unsubscribe();
    cancel();
    gone.removeEventListener("abort", end);
  }
}
