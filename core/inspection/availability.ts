import { calendar } from "../calendar/calendar.ts";
import type { Calendar } from "../calendar/calendar.ts";
import { nextDate } from "../calendar/date.ts";
import { isAnswered, isAsAgreed } from "./round.ts";
import type { InspectionHead, Round } from "./round.ts";

/** A time in which the inspector did not look. It counts as neither up nor down. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}

/** A time in which an interface was down by the rule, from its first unanswered request. */
export interface Outage {
  readonly interface: string;
  readonly from: number;
  /** When it answered again, or until when it was seen to be down; absent while it still is. */
  readonly until?: number;
  /** Whether it was seen to answer again. */
  readonly recovered: boolean;
  readonly looks: number;
}

/** What was seen of an interface on one day. */
export interface InterfaceDay {
  readonly looks: number;
  readonly unanswered: number;
  /** Looks whose answer was as the pack describes. */
  readonly agreed: number;
  readonly observedMs: number;
  readonly downMs: number;
}

/** One day of the pack's time zone, from midnight to midnight. */
export interface DayAvailability {
  readonly date: string;
  readonly gapMs: number;
  readonly interfaces: Readonly<Record<string, InterfaceDay>>;
}

export interface Availability {
  readonly days: readonly DayAvailability[];
  readonly gaps: readonly Gap[];
  readonly outages: readonly Outage[];
  readonly rounds: number;
}

/** The share of the observed time in which an interface was up; undefined where nothing was observed. */
export const shareUp = ({ observedMs, downMs }: Pick<InterfaceDay, "observedMs" | "downMs">): number | undefined =>
  observedMs === 0 ? undefined : 1 - downMs / observedMs;

interface Streak {
  from: number;
  looks: number;
  /** Time by date that counts as down once the streak is long enough. */
  pending: Map<string, number>;
  down: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface State {
  days: Map<string, { gapMs: number; interfaces: Map<string, Writable<InterfaceDay>> }>;
  gaps: Gap[];
  outages: Outage[];
  streaks: Map<string, Streak>;
  last: Round | undefined;
  rounds: number;
}

/** Spans and outages that are kept; of an inspector that is started again and again the oldest go. */
const MOST_KEPT = 10_000;

/** Works out availability from rounds in their order, and keeps sums alone. */
export class AvailabilityMeter {
  readonly #head: InspectionHead;
  readonly #calendar: Calendar;
  #state: State = { days: new Map(), gaps: [], outages: [], streaks: new Map(), last: undefined, rounds: 0 };

  constructor(head: InspectionHead) {
    this.#head = head;
    this.#calendar = calendar(head.pack.timeZone, "00:00:00");
  }

  /** The civil date of a moment in the pack's time zone. */
  dateOf(at: number): string {
    return this.#calendar.businessDate(at);
  }

  take(round: Round): void {
    const state = this.#state;
    // A host whose clock was set back gives a round that covers nothing.
    if (state.last !== undefined) this.#close(state, state.last, Math.max(state.last.at, round.at));
    for (const look of round.looks) {
      const day = this.#day(state, this.dateOf(round.at), look.interface);
      const answered = isAnswered(look, this.#head.rule);
      day.looks += 1;
      if (!answered) day.unanswered += 1;
      if (isAsAgreed(look)) day.agreed += 1;
      if (answered) this.#end(state, look.interface, round.at, true);
      else this.#unanswered(state, look.interface, round.at);
    }
    state.last = round;
    state.rounds += 1;
    for (const date of [...state.days.keys()].toSorted().slice(0, -this.#head.keepDays)) state.days.delete(date);
    state.gaps = state.gaps.slice(-MOST_KEPT);
    state.outages = state.outages.slice(-MOST_KEPT);
  }

  /** What is known at a moment. The time since the last round counts as far as that round speaks for it. */
  availability(now: number): Availability {
    const state = structuredClone(this.#state);
    const { last } = state;
    if (last !== undefined) {
      // That a next round is overdue is seen from outside only; it is no gap as long as the inspector may be at work.
      const spoken = last.at + 1000 * last.everySeconds;
      if (now <= reachOf(last)) this.#cover(state, last, Math.min(Math.max(now, last.at), spoken));
      else this.#close(state, last, now);
    }
    const open: Outage[] = [...state.streaks]
      .filter(([, { down }]) => down)
      .map(([id, { from, looks }]) => ({ interface: id, from, looks, recovered: false }));
    return {
      days: [...state.days]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([date, { gapMs, interfaces }]) => ({ date, gapMs, interfaces: Object.fromEntries(interfaces) })),
      gaps: state.gaps,
      outages: [...state.outages, ...open],
      rounds: state.rounds,
    };
  }

  /** Counts the time from a round to the next one, or to where it ends to speak for it; the rest is a gap. */
  #close(state: State, round: Round, next: number): void {
    if (next <= reachOf(round)) {
      this.#cover(state, round, next);
      return;
    }
    const until = round.at + Math.max(1000 * round.everySeconds, round.tookMs);
    this.#cover(state, round, until);
    state.gaps.push({ from: until, until: next });
    for (const [date, ms] of this.#byDate(until, next)) {
      const day = state.days.get(date) ?? { gapMs: 0, interfaces: new Map() };
      state.days.set(date, day);
      day.gapMs += ms;
    }
    for (const id of state.streaks.keys()) this.#end(state, id, until, false);
  }

  #cover(state: State, round: Round, until: number): void {
    for (const [date, ms] of this.#byDate(round.at, until))
      for (const look of round.looks) {
        const day = this.#day(state, date, look.interface);
        day.observedMs += ms;
        const streak = state.streaks.get(look.interface);
        if (streak === undefined) continue;
        if (streak.down) day.downMs += ms;
        else streak.pending.set(date, (streak.pending.get(date) ?? 0) + ms);
      }
  }

  #unanswered(state: State, id: string, at: number): void {
    const streak = state.streaks.get(id) ?? { from: at, looks: 0, pending: new Map(), down: false };
    state.streaks.set(id, streak);
    streak.looks += 1;
    if (streak.down || streak.looks < this.#head.rule.consecutive) return;
    streak.down = true;
    for (const [date, ms] of streak.pending) this.#day(state, date, id).downMs += ms;
  }

  #end(state: State, id: string, until: number, recovered: boolean): void {
    const streak = state.streaks.get(id);
    state.streaks.delete(id);
    if (streak?.down === true)
      state.outages.push({ interface: id, from: streak.from, until, recovered, looks: streak.looks });
  }

  #day(state: State, date: string, id: string): Writable<InterfaceDay> {
    const day = state.days.get(date) ?? { gapMs: 0, interfaces: new Map<string, Writable<InterfaceDay>>() };
    state.days.set(date, day);
    const one = day.interfaces.get(id) ?? { looks: 0, unanswered: 0, agreed: 0, observedMs: 0, downMs: 0 };
    day.interfaces.set(id, one);
    return one;
  }

  /** The parts of a span by date. */
  *#byDate(from: number, until: number): Generator<readonly [date: string, ms: number]> {
    for (let at = from; at < until;) {
      const date = this.dateOf(at);
      const end = Math.min(until, this.#calendar.startOfBusinessDate(nextDate(date)));
      yield [date, end - at];
      at = end;
    }
  }
}

/** The moment until which the next round may begin without the inspector having been away. */
const reachOf = ({ at, everySeconds, tookMs }: Round): number =>
  at + Math.max(1500 * everySeconds, tookMs + 1000 * everySeconds);
