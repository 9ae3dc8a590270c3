import type { RawRequest, RawResponse } from "../http/raw.ts";

/** One exchange the simulator saw (`in`) or made (`out`), with how it was judged. */
export interface JournalEntry {
  readonly number: number;
  readonly direction: "in" | "out";
  readonly at: number;
  readonly durationMs: number;
  readonly interface?: string;
  readonly party?: string;
  /** Code of the refusal, or of the answer that came back; absent when all went well. */
  readonly code?: string;
  /** Names of the faults that the exchange met. */
  readonly faults: readonly string[];
  readonly request: RawRequest & { readonly url?: string };
  readonly response?: RawResponse;
  readonly failure?: string;
}

/** Exchanges kept, and bytes of bodies kept: the oldest go first. */
export const JOURNAL_LIMITS = { entries: 2000, bodyBytes: 16 * 1024 * 1024 } as const;

/**
 * The last exchanges, in memory and bounded. It holds the bytes as they were; `redact` in the control plane masks them
 * before anybody sees them.
 */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  #first = 0;
  #number = 0;
  #bytes = 0;
  readonly #counts = new Map<string, number>();

  record(entry: Omit<JournalEntry, "number">): void {
    this.#number += 1;
    const kept = { ...entry, number: this.#number };
    this.#entries.push(kept);
    this.#bytes += size(kept);
    const label = `${entry.direction} ${entry.interface ?? "-"} ${entry.response?.status ?? "none"} ${entry.code ?? "-"}`;
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);
    while (this.#entries.length - this.#first > JOURNAL_LIMITS.entries || this.#bytes > JOURNAL_LIMITS.bodyBytes) {
      this.#bytes -= size(this.#entries[this.#first] as JournalEntry);
      this.#first += 1;
    }
    // Moving the array at each exchange would cost more than the exchange; it is moved once in a while.
    if (this.#first > JOURNAL_LIMITS.entries) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** Newest last. */
  entries(limit: number = JOURNAL_LIMITS.entries): readonly JournalEntry[] {
    return this.#entries.slice(Math.max(this.#first, this.#entries.length - limit));
  }

  get total(): number {
    return this.#number;
  }

  /** How many exchanges there were of each direction, interface, status and code, since the start. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#first = 0;
    this.#bytes = 0;
  }
}

const size = (entry: JournalEntry): number =>
  200 + (entry.request.body instanceof Uint8Array ? entry.request.body.length : 0) + (entry.response?.body.length ?? 0);
