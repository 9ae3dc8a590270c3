import { seededStream } from "../../../core/runtime/random.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import { readAnswer } from "../../wire/answer.ts";
import { outcomeOf, sampleOf } from "../answered.ts";
import type { EngineWork } from "../engine.ts";
import { Gatherer, LATE_MS } from "../gatherer.ts";
import { Measures } from "../measures.ts";
import type { OrdersFile } from "../orders.ts";
import { arrivalsOf, journeyAt } from "../../../core/load/profile.ts";
import type { Sample } from "../../../core/load/sample.ts";
import type { Said } from "./k6-load.ts";
import { pointOf } from "./point.ts";
import { PlannedArrivals } from "./planned-arrivals.ts";

/** Problems that are kept; one makes a load void. */
const MOST_PROBLEMS = 20;

/** A share of arrivals that k6 may not tell of: counts may differ by one, and by one more at each end. */
const MISSING_SHARE = 0.01;
const MISSING_AT_LEAST = 2;

type Reading = Pick<EngineWork, "head" | "latencies" | "onInterval">;
type AnswerSaid = Extract<Said, { readonly kind: "answer" }>;

/**
 * Makes samples, orders and intervals of what k6's JSON output tells, line by line. What an answer is worth is judged
 * here, by the code that judges those of the engine that is built in.
 */
export class K6Reader {
  readonly problems: string[] = [];
  readonly #scope: RunScope;
  readonly #head: EngineWork["head"];
  readonly #orders: OrdersFile;
  readonly #measures: Measures;
  readonly #gatherer: Gatherer;
  readonly #planned: PlannedArrivals;
  readonly #dropped: () => number;
  /** For each interface a request of the party, by which the answer to it is read. */
  readonly #asked = new Map<string, HttpRequest>();
  #arrivals = 0;
  /** When k6 began the scenario, in milliseconds since 1970. */
  #start: number | undefined;

  constructor(scope: RunScope, orders: OrdersFile, { head, latencies, onInterval }: Reading) {
    this.#scope = scope;
    this.#head = head;
    this.#orders = orders;
    this.#measures = new Measures(latencies);
    this.#gatherer = new Gatherer(head.levels, head.intervalSeconds, onInterval);
    this.#planned = new PlannedArrivals(head.profile.phases, head.segment.of);
    const draws = seededStream(head.seed, "dropped");
    this.#dropped = () => draws.below(1_000_000) / 1_000_000;
  }

  /** One line of the output. A line that cannot be read is a problem. */
  line(text: string, number: number): void {
    try {
      const told = pointOf(text);
      if (told === undefined) return;
      if (told.kind === "dropped") for (let one = 0; one < told.count; one += 1) this.#drop(told.at);
      else this.#said(told.said);
    } catch (cause) {
      this.#problem(`line ${number} of k6's output: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  /** Ends the last interval. `whole`: k6 ran to its end, so that every arrival must have been told of. */
  end(whole: boolean): void {
    this.#gatherer.end();
    const due = arrivalsOf(this.#head.profile.phases) / this.#head.segment.of;
    const missing = Math.floor(due) - this.#arrivals;
    if (whole && missing > Math.max(MISSING_AT_LEAST, MISSING_SHARE * due))
      this.#problem(`k6's output tells of ${this.#arrivals} of ${Math.floor(due)} arrivals`);
  }

  #said(said: Said): void {
    switch (said.kind) {
      case "begin":
        this.#start ??= said.start;
        this.#arrive(said.at - this.#start, true);
        break;
      case "intent":
        this.#orders.append(said);
        break;
      case "answer":
        this.#answer(said);
        break;
      case "broken":
        this.#problem(`the script: ${said.why}`);
        break;
    }
  }

  /** k6 begins an iteration when it is due or not at all, so one that begins late shows that k6 itself was behind. */
  #arrive(atMs: number, begun: boolean): void {
    this.#arrivals += 1;
    const late = this.#planned.isLate(atMs, LATE_MS);
    this.#gatherer.arrival(Math.max(0, atMs), late || !begun, begun);
  }

  /** The call of a journey that was not begun, since no VU was free: to the customer, none came. */
  #drop(at: number): void {
    const atMs = at - (this.#start ?? at);
    this.#arrive(atMs, false);
    const journey = journeyAt(this.#head.profile.mix, this.#dropped());
    this.#take({
      interface: this.#head.journeys[journey]?.[0] ?? "",
      scheduledMs: atMs,
      sinceScheduledMs: Infinity,
      sinceSentMs: Infinity,
      ending: "unanswered",
      status: 0,
    });
  }

  #answer(said: AnswerSaid): void {
    const { pack, sutKeys } = this.#scope;
    const one = pack.interface(said.interface);
    const { status, body, ended, sent, scheduled, durationMs, number } = said;
    const answer =
      status === 0
        ? undefined
        : readAnswer(
            { status, headers: Object.entries(said.headers), body: Buffer.from(body, "base64") },
            one,
            pack,
            sutKeys,
            Math.floor(ended / 1000),
            this.#request(said.interface),
          );
    const start = this.#start ?? scheduled;
    // Moments of the script are whole milliseconds; k6's own measure is finer, and leaves out connecting.
    const endMs = sent - start + Math.max(ended - sent, durationMs);
    const sample = sampleOf(one, pack, answer, { scheduledMs: scheduled - start, sentMs: sent - start, endMs });
    this.#gatherer.until(endMs);
    this.#take(sample);
    if (number !== undefined)
      this.#orders.append({ kind: "told", number, outcome: outcomeOf(answer, sample.ending, one, pack) });
  }

  #take(sample: Sample): void {
    this.#measures.take(sample);
    this.#gatherer.sample(sample);
  }

  /** A request of the party to an interface: whose answer it is, is read from it. */
  #request(id: string): HttpRequest {
    const known = this.#asked.get(id);
    if (known !== undefined) return known;
    const session = new Session(this.#scope, "load.k6", new AbortController().signal);
    const one = this.#scope.pack.interface(id);
    const request = session.seal({
      interface: one,
      path: {},
      query: {},
      ...(one.request.body === undefined ? {} : { body: {} }),
    });
    this.#asked.set(id, request);
    return request;
  }

  #problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }
}
