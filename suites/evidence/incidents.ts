import type { WireExchange } from "../../core/run/finding.ts";
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
  readonly expected: string;
  readonly seen: string;
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
  readonly places: readonly string[];
  /** Different checks that met one, in their order. */
  readonly checks: readonly string[];
}

/** Kept of each kind; the count goes on. */
const MOST = { samples: 5, places: 10, checks: 6 } as const;

/** What is kept of one kind. Each sample, place and check has the number of the incident that showed it first. */
interface Kept {
  count: number;
  readonly samples: { readonly number: number; readonly incident: Incident }[];
  readonly places: Map<string, number>;
  readonly checks: Map<string, number>;
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
    keep(kept.places, `${id} (${check}): ${seen}`, number, MOST.places);
    keep(kept.checks, check, number, MOST.checks);
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

function keep(kept: Map<string, number>, word: string, number: number, most: number): void {
  if (!kept.has(word) && kept.size < most) kept.set(word, number);
}

/** Different words of several lists, in the order in which they were first seen. */
function firstOf(lists: readonly ReadonlyMap<string, number>[], most: number): readonly string[] {
  const all = lists.flatMap((list) => [...list]).toSorted(([, a], [, b]) => a - b);
  return [...new Set(all.map(([word]) => word))].slice(0, most);
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
