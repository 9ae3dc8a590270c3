import { alike, named } from "../../../core/text/alike.ts";
import { addDays } from "../../../core/calendar/date.ts";
import type { Accelerated } from "../../../core/load/accelerated.ts";
import type { Interval } from "../../../core/load/interval.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { moveClock } from "../../checks/notification/arranged.ts";
import { learn, listedBy, tokenOf } from "../../checks/signature/own-rotation.ts";
import { billReadyAt, claimsAccount, entriesOf, forward } from "../../data/books.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Entry } from "../../laws/history.ts";
import { CheckFailed } from "../../outcome.ts";
import { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Beside, CompanionRun, LoadCompanion, RuleJudgement } from "../companion.ts";
import { judgedOf } from "../judged.ts";
import type { Judged } from "../judged.ts";
import type { LoadRule } from "../rules.ts";
import { pagesFor } from "../settlement.ts";
import { DAY_MOMENTS } from "./day-phases.ts";
import type { LoadClock } from "./load-clock.ts";

const HOUR_MS = 3_600_000;
const MORNING_MS = 9 * HOUR_MS;
/** When a new key begins to sign, after the night in which it was announced. */
const KEY_CHANGE_MS = 5 * HOUR_MS;
/** How far the moment that an entry tells may be from the one at which its day was chosen. */
const EDGE_MS = 5_000;

const CUT_OVER_RULE: LoadRule = {
  check: "load.cut-over",
  requirement: "REC-03",
  title: { en: "What is booked around a cut-over has the date of its moment", zh: "日切前后入账的会计日期与时刻一致" },
  faults: [],
};

/** Leads the SUT's clock through business days beside a load; its calls follow `clock`. */
export function businessDays(accelerated: Accelerated, clock: LoadClock): LoadCompanion {
  return {
    rules: [CUT_OVER_RULE],
    start: (beside) => new DaysRun(accelerated, clock, beside),
  };
}

class DaysRun implements CompanionRun {
  readonly #accelerated: Accelerated;
  readonly #clock: LoadClock;
  readonly #beside: Beside;
  readonly #session: Session;
  readonly #begun = Promise.withResolvers<number>();
  readonly #led: Promise<Judged | undefined>;
  #first = "";
  #arrivals = 0;
  #nights = 0;

  constructor(accelerated: Accelerated, clock: LoadClock, beside: Beside) {
    this.#accelerated = accelerated;
    this.#clock = clock;
    this.#beside = beside;
    // What it has begun it ends, also when the load is stopped.
    this.#session = new Session(beside.scope, "load.days", new AbortController().signal);
    beside.signal.addEventListener("abort", () => this.#begun.resolve(Infinity), { once: true });
    clock.stop();
    this.#led = this.#lead().then(() => undefined, notLed);
    // An error of the harness is met where it is waited for.
    this.#led.catch(() => {});
  }

  /** The first one tells when the load began. */
  interval({ index, due }: Interval): void {
    this.#arrivals += due;
    const { intervalSeconds } = this.#beside.head;
    this.#begun.resolve(this.#beside.scope.runtime.now() - (index + 1) * intervalSeconds * 1000);
  }

  async ended(): Promise<void> {
    await this.#led;
  }

  async judge(): Promise<readonly RuleJudgement[]> {
    try {
      return [[CUT_OVER_RULE, (await this.#led) ?? (await this.#judged())]];
    } finally {
      await this.#session.close();
    }
  }

  async #judged(): Promise<Judged> {
    const { days } = this.#accelerated;
    if (this.#nights < days)
      return inconclusive(
        `the load ended on business day ${this.#nights + 1} of ${days}`,
        `负载在第 ${this.#nights + 1} 个会计日结束，共应经历 ${days} 个`,
      );
    const session = this.#session;
    if (!claimsAccount(session, "lists", "entries", SETTLEMENT))
      return {
        verdict: "skipped",
        skipCause: "not-demanded",
        reason: { en: "the SUT shows no settlement statement", zh: "被测系统不提供结算账户明细" },
      };
    try {
      const last = addDays(this.#first, days);
      const entries = await entriesOf(session, SETTLEMENT, this.#first, last, pagesFor(this.#arrivals));
      return judgeDates(entries, { days, dateOf: (at) => session.pack.calendar.businessDate(at) });
    } catch (thrown) {
      return judgedOf(thrown);
    }
  }

  async #lead(): Promise<void> {
    const { days, seconds } = this.#accelerated;
    const { calendar } = this.#session.pack;
    const dayMs = (1000 * seconds) / days;
    await this.#move(async () => {
      // A day on which nothing is booked yet.
      this.#first = addDays(await forward(this.#session), 1);
      return calendar.startOfBusinessDate(this.#first) + MORNING_MS;
    });
    const begun = await this.#begun.promise;
    const reached = (share: number): Promise<boolean> => this.#reached(begun + share * dayMs);
    for (let day = 0; day < days; day += 1) {
      const date = addDays(this.#first, day);
      const turn = calendar.startOfBusinessDate(addDays(date, 1));
      if (day > 0) {
        if (!(await reached(day))) return;
        await this.#move(() => calendar.startOfBusinessDate(date) + MORNING_MS);
      }
      if (!(await reached(day + DAY_MOMENTS.evening))) return;
      await this.#move(() => turn - DAY_MOMENTS.beforeCutover * dayMs);
      if (!(await reached(day + DAY_MOMENTS.night))) return;
      await this.#move(
        () => billReadyAt(this.#session, date) + 1_000,
        () => this.#workAtNight(day, turn),
      );
      this.#nights += 1;
    }
  }

  /** Waits for a moment by the host's clock; false when the load ends before it. */
  async #reached(at: number): Promise<boolean> {
    const { signal, scope } = this.#beside;
    if (signal.aborted) return false;
    await scope.runtime.sleep(at - scope.runtime.now(), signal).catch(() => {});
    return !signal.aborted;
  }

  /** Moves the clocks of the SUT and of the counterparty while no call is under way. */
  async #move(to: () => number | Promise<number>, then: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const session = this.#session;
    const { runtime, sutClock, counterparty: peer } = this.#beside.scope;
    await this.#clock.hold(runtime, async () => {
      const at = await to();
      if (peer === undefined) await session.setClock(at);
      else await moveClock(session, counterparty(session), at);
      await then();
      return { offsetMs: sutClock.offsetMs };
    });
  }

  /** A planned restart on the second night and each third one after it; keys change once, in the middle. */
  async #workAtNight(day: number, turn: number): Promise<void> {
    const session = this.#session;
    if (day % 3 === 1 && session.offers("restart")) await session.restart("stop");
    if (day === Math.floor((this.#accelerated.days - 1) / 2) && session.offers("rotate"))
      await this.#changeKeys(turn + KEY_CHANGE_MS);
  }

  /** Has the SUT announce successors of its keys, and takes those in that a known key vouches for. */
  async #changeKeys(from: number): Promise<void> {
    const session = this.#session;
    const { pack, statement } = session;
    const list = pack.provided(statement.role).find(({ purpose }) => purpose?.lists === "keys");
    if (list === undefined || !session.claims(list.id)) return;
    const known = new Set((await listedBy(session, list.id, "the keys before")).keys.map(({ serial }) => serial));
    session.cleanup(async (after) => void (await after.hook("rotate", { from: null })));
    // The old keys stay listed for as long as their signatures may be looked at.
    const until = from + (this.#accelerated.days + 1) * 24 * HOUR_MS;
    await session.hook("rotate", { from: pack.calendar.rfc3339(from), until: pack.calendar.rfc3339(until) });
    const announced = await listedBy(session, list.id, "the keys that are announced");
    const fresh = announced.keys.filter(({ serial }) => !known.has(serial));
    await learn(session, fresh, announced);
    this.#beside.news.tell({
      keys: fresh.map(({ serial, algorithm, publicPem }) => ({
        serial,
        token: tokenOf(algorithm, pack.policies.envelope.algorithms),
        publicPem,
      })),
    });
  }
}

/** Holds that each entry has the business date of its moment, and that there are entries of each day. */
export function judgeDates(
  entries: readonly Entry[],
  { days, dateOf }: { readonly days: number; readonly dateOf: (at: number) => string },
): Judged {
  const wrong = entries.filter(
    ({ bookedAt, date }) =>
      bookedAt !== undefined && ![-EDGE_MS, 0, EDGE_MS].some((shift) => dateOf(bookedAt + shift) === date),
  );
  const [first] = wrong;
  if (first !== undefined)
    return {
      verdict: "fail",
      finding: {
        summary: {
          en: `${wrong.length} of ${entries.length} entries have another business date than that of their moment`,
          zh: `${entries.length} 笔分录中有 ${wrong.length} 笔的会计日期与入账时刻不符`,
        },
        expected: named(first.reference, dateOf(first.bookedAt ?? 0)),
        seen: alike(String(first.date)),
      },
    };
  const seen = new Set(entries.map(({ date }) => date));
  return seen.size >= days
    ? { verdict: "pass" }
    : inconclusive(
        `orders are booked on ${seen.size} of ${days} business days`,
        `${days} 个会计日中仅 ${seen.size} 日有入账`,
      );
}

/** Why the clock could not be led on; what went wrong on the way is no verdict about cut-overs. */
function notLed(thrown: unknown): Judged {
  const reason = thrown instanceof CheckFailed ? thrown.failure.summary : reasonOf(judgedOf(thrown));
  return inconclusive(`the business days could not be led on: ${reason.en}`, `会计日推进中断：${reason.zh}`);
}

const reasonOf = ({ reason }: Judged): Bilingual => reason ?? { en: "unknown", zh: "原因不明" };

const inconclusive = (en: string, zh: string): Judged => ({ verdict: "inconclusive", reason: { en, zh } });
