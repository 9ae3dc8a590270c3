import type { Entry, History, Observation } from "../laws/history.ts";

/**
 * What a run saw, in the words of the laws: a small record for each sight, made when the answer came. The bytes of the
 * answers are in the event log.
 */
export class RunHistory {
  readonly #observations: Observation[] = [];
  /** Entries by account and id: an account's statement is read again and again, and its entries are the same ones. */
  readonly #entries = new Map<string, Entry>();

  add(observation: Observation): void {
    this.#observations.push(this.#sharing(observation));
  }

  /** In the order of time. */
  observations(): History {
    // Answers come in the order of their times, unless the clock of the harness was set back.
    return this.#observations.toSorted((a, b) => a.at - b.at);
  }

  #sharing(observation: Observation): Observation {
    if (observation.kind === "statement")
      return {
        ...observation,
        entries: observation.entries.map((entry) => this.#shared([observation.party, observation.account], entry)),
      };
    if (observation.kind === "bill")
      return { ...observation, rows: observation.rows.map((row) => this.#shared([observation.party, "bill"], row)) };
    return observation;
  }

  /** The entry that was seen before, where this one says the same in every field. */
  #shared(of: readonly string[], entry: Entry): Entry {
    const key = JSON.stringify([...of, entry.id]);
    const before = this.#entries.get(key);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(entry)) return before;
    this.#entries.set(key, entry);
    return entry;
  }
}
