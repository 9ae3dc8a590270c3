import type { WireExchange } from "../../core/run/finding.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Trait } from "../wire/inspection.ts";

/** Something no answer may show, noticed whatever the check was about. */
export interface Incident {
  readonly kind:
    | "undocumented-code"
    | "server-error"
    | "answer-signature"
    | "answer-clock-or-key"
    | "status-mismatch"
    | "sensitive-address"
    | Trait;
  readonly check: string;
  readonly interface: string;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
  readonly exchange: WireExchange;
  /** Shown by the page of a server that failed, which has neither code nor signature: the failure is what is wrong. */
  readonly page?: true;
}

/** What is told of incidents of some kinds: how many there were, and a few of them. */
export interface IncidentReport {
  readonly count: number;
  /** The first ones, in their order, each with its bytes. */
  readonly samples: readonly Incident[];
  /** Different places in words, in the order in which they first showed it: interface, check, what was seen. */
  readonly places: readonly Bilingual[];
  /** Different checks that met one, in their order. */
  readonly checks: readonly string[];
}

/** Kept of each kind; the count goes on. */
const MOST = { samples: 5, places: 10, checks: 6 } as const;

/** What is kept of one kind. Each sample, place and check has the number of the incident that showed it first. */
interface Kept {
  count: number;
  readonly samples: { readonly number: number; readonly incident: Incident }[];
  readonly places: Map<string, First<Bilingual>>;
  readonly checks: Map<string, First<string>>;
}

/** What was said, and the number of the incident that said it first. */
interface First<T> {
  readonly number: number;
  readonly said: T;
}

/**
 * The incidents of a run: counted all, and a few of each kind kept. A SUT that does one thing wrong does it in every
 * answer, and the bytes of every answer are in the event log.
 */
export class Incidents {
  readonly #kinds = new Map<Incident["kind"], Kept>();
  /** The same of pages of a server that failed. */
  readonly #pages = new Map<Incident["kind"], Kept>();
  /** The first answer of each check that its schema refused. */
  readonly #misled = new Map<string, Pick<Incident, "interface" | "seen">>();
  #number = 0;

  add(incident: Incident): void {
    const { kind, check, interface: id, seen } = incident;
    const kinds = incident.page === true ? this.#pages : this.#kinds;
    const kept: Kept = kinds.get(kind) ?? { count: 0, samples: [], places: new Map(), checks: new Map() };
    kinds.set(kind, kept);
    const number = (this.#number += 1);
    kept.count += 1;
    if (kept.samples.length < MOST.samples) kept.samples.push({ number, incident });
    const place = { en: `${id} (${check}): ${seen.en}`, zh: `${id}（${check}）：${seen.zh}` };
    keep(kept.places, place.en, { number, said: place }, MOST.places);
    keep(kept.checks, check, { number, said: check }, MOST.checks);
    if (kind === "answer-schema" && !this.#misled.has(check)) this.#misled.set(check, { interface: id, seen });
  }

  /** How many there were, and the first of them, of these kinds together. */
  report(kinds: readonly Incident["kind"][]): IncidentReport {
    return reportOf(kinds.flatMap((kind) => this.#kinds.get(kind) ?? []));
  }

  /** The same of pages of a server that failed. */
  reportOfPages(kinds: readonly Incident["kind"][]): IncidentReport {
    return reportOf(kinds.flatMap((kind) => this.#pages.get(kind) ?? []));
  }

  /** The kinds that were met, with how often. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#pages, ...this.#kinds].map(([kind, { count }]) => [kind, count]));
  }

  /** What misled a check: the first of its answers that the schema of the interface refused. */
  misleading(check: string): Pick<Incident, "interface" | "seen"> | undefined {
    return this.#misled.get(check);
  }
}

function keep<T>(kept: Map<string, First<T>>, word: string, first: First<T>, most: number): void {
  if (!kept.has(word) && kept.size < most) kept.set(word, first);
}

/** What several lists say, each once, in the order in which it was first said. */
function firstOf<T>(lists: readonly ReadonlyMap<string, First<T>>[], most: number): readonly T[] {
  const all = lists.flatMap((list) => [...list]).toSorted(([, a], [, b]) => a.number - b.number);
  const firsts = all.filter(([word], index) => all.findIndex(([other]) => other === word) === index);
  return firsts.slice(0, most).map(([, { said }]) => said);
}

/** What was kept of some kinds, together. */
function reportOf(kept: readonly Kept[]): IncidentReport {
  return {
    count: kept.reduce((sum, { count }) => sum + count, 0),
    samples: kept
      .flatMap(({ samples }) => samples)
      .toSorted((a, b) => a.number - b.number)
      .slice(0, MOST.samples)
      .map(({ incident }) => incident),
    places: firstOf(
      kept.map(({ places }) => places),
      MOST.places,
    ),
    checks: firstOf(
      kept.map(({ checks }) => checks),
      MOST.checks,
    ),
  };
}
