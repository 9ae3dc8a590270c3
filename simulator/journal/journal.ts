import { FactStream } from "../../core/facts/facts.ts";
import type { FactReader, Facts } from "../../core/facts/facts.ts";
import type { Json } from "../../core/unit/unit.ts";
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
  /** Why the message was refused, or its answer not believed, as test mode explains it; masked. */
  readonly explanation?: Json;
}

/**
 * Bounds: exchanges and bytes kept in all (the oldest go first), and bytes kept of one body (of a longer one the
 * beginning).
 */
export const JOURNAL_LIMITS = { entries: 2000, bytes: 16 * 1024 * 1024, bodyBytes: 1024 * 1024 } as const;

/** The initial length of the ring, which is doubled up to the limit. */
const FIRST_BYTES = JOURNAL_LIMITS.bytes / 64;

/** What one UTF-16 unit takes in UTF-8 at most. */
const WIDEST = 3;

/**
 * An entry without its bodies, written as JSON in front of them: a list by position, with a word in place of a body that
 * has no bytes.
 */
type Head = readonly [
  number: number,
  direction: JournalEntry["direction"],
  at: number,
  durationMs: number,
  id: string | null,
  party: string | null,
  code: string | null,
  faults: readonly string[],
  failure: string | null,
  method: string,
  target: string,
  url: string | null,
  headers: RawRequest["headers"],
  body: "bytes" | "too-large" | "broken",
  status: number | null,
  answerHeaders: RawResponse["headers"],
  wire: NonNullable<RawResponse["wire"]> | null,
  explanation: Json | null,
];

/** Where an entry lies: `at` counts all bytes that were ever written. */
interface Place {
  readonly at: number;
  readonly head: number;
  readonly request: number;
  readonly response: number;
}

/**
 * The last exchanges, in memory and bounded. It holds the bytes as they were; `redact` in the control plane masks them
 * before they are shown.
 *
 * Entries lie in one ring of bytes and become objects when they are read. Kept as objects, thousands of them living for a
 * second each would be the worst case of the garbage collector, whose pauses delay every answer.
 */
export class Journal {
  /** Every exchange, as it is recorded. */
  readonly facts: Facts<JournalEntry>;
  /** As long as it has to be, up to the limit. */
  #ring = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Oldest first. */
  #places: Place[] = [];
  /** Where the next entry is written, counted like `Place.at`. */
  #end = 0;
  #number = 0;
  readonly #counts = new Map<string, number>();
  readonly #stream: FactStream<JournalEntry>;

  /** `turn` is `Runtime.yield`: subscribers are given entries in a later turn than the one that records them. */
  constructor(turn: () => Promise<void>) {
    this.#stream = new FactStream({ reader: (from) => this.#reader(from) }, turn);
    this.facts = this.#stream;
  }

  record(entry: Omit<JournalEntry, "number">): void {
    const { request, response } = entry;
    this.#number += 1;
    const label = `${entry.direction} ${entry.interface ?? "-"} ${response?.status ?? "none"} ${entry.code ?? "-"}`;
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);

    const head: Head = [
      this.#number,
      entry.direction,
      entry.at,
      entry.durationMs,
      entry.interface ?? null,
      entry.party ?? null,
      entry.code ?? null,
      entry.faults,
      entry.failure ?? null,
      request.method,
      request.target,
      request.url ?? null,
      request.headers,
      request.body instanceof Uint8Array ? "bytes" : request.body,
      response?.status ?? null,
      response?.headers ?? [],
      response?.wire ?? null,
      entry.explanation ?? null,
    ];
    const text = JSON.stringify(head);
    const sent = request.body instanceof Uint8Array ? kept(request.body) : NOTHING;
    const answered = response === undefined ? NOTHING : kept(response.body);
    const at = this.#room(text.length * WIDEST + sent.length + answered.length);
    const start = at % this.#ring.length;
    const written = this.#ring.write(text, start);
    this.#ring.set(sent, start + written);
    this.#ring.set(answered, start + written + sent.length);
    this.#places.push({ at, head: written, request: sent.length, response: answered.length });
    this.#end = at + written + sent.length + answered.length;
    // Moving the array at each exchange would cost more than the exchange; it is moved once in a while.
    if (this.#places.length >= 2 * JOURNAL_LIMITS.entries) this.#places = this.#places.slice(-JOURNAL_LIMITS.entries);
    this.#stream.published();
  }

  /** Newest last. With a target only its exchanges, and no other is made an object. */
  entries(limit: number = JOURNAL_LIMITS.entries, target?: string): readonly JournalEntry[] {
    const written = target === undefined ? undefined : Buffer.from(JSON.stringify(target));
    const whole = this.#places
      .slice(-Math.min(limit, JOURNAL_LIMITS.entries))
      .filter((place) => place.at >= this.#end - this.#ring.length && this.#headHas(place, written));
    return limit === 0
      ? []
      : whole
          .map((place) => this.#read(place))
          .filter(({ request }) => target === undefined || request.target === target);
  }

  /** What a party was answered by an interface, newest first; each is made an object only when its turn comes. */
  *answeredTo(id: string | undefined, party: string | undefined): Generator<JournalEntry, void> {
    for (const place of this.#places.slice(-JOURNAL_LIMITS.entries).toReversed()) {
      if (place.at < this.#end - this.#ring.length) return;
      const entry = this.#read(place);
      if (entry.direction === "in" && entry.interface === id && entry.party === party) yield entry;
    }
  }

  /**
   * What was recorded after the exchange of a number, oldest first. Each is made an object only when its turn comes, so
   * that a page of a full journal costs a page.
   */
  *after(number: number, target?: string): Generator<JournalEntry, void> {
    const written = target === undefined ? undefined : Buffer.from(JSON.stringify(target));
    const later = Math.max(0, Math.min(this.#number - number, JOURNAL_LIMITS.entries, this.#places.length));
    for (const place of this.#places.slice(this.#places.length - later)) {
      if (place.at < this.#end - this.#ring.length || !this.#headHas(place, written)) continue;
      const entry = this.#read(place);
      if (target === undefined || entry.request.target === target) yield entry;
    }
  }

  #headHas({ at, head }: Place, text: Buffer | undefined): boolean {
    const start = at % this.#ring.length;
    return text === undefined || this.#ring.subarray(start, start + head).includes(text);
  }

  get total(): number {
    return this.#number;
  }

  /** How many exchanges there were of each direction, interface, status and code, since the start. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#places = [];
  }

  /** A place among the numbers of entries; an entry is read from the ring when its turn comes, if it is still there. */
  #reader(from: "oldest" | "newest"): FactReader<JournalEntry> {
    let seen = from === "newest" ? this.#number : this.firstHeld - 1;
    return {
      next: () => {
        if (seen === this.#number) return undefined;
        const place = this.#held(seen + 1);
        if (place === undefined) {
          const missed = this.firstHeld - 1 - seen;
          seen += missed;
          return { missed };
        }
        seen += 1;
        return { fact: this.#read(place) };
      },
      close: () => {},
    };
  }

  /** Where the entry of a number lies; undefined when it was written over, cleared, or is none of the last ones. */
  #held(number: number): Place | undefined {
    const back = this.#number - number;
    const place = back < JOURNAL_LIMITS.entries ? this.#places[this.#places.length - 1 - back] : undefined;
    return place !== undefined && place.at >= this.#end - this.#ring.length ? place : undefined;
  }

  /** Number of the oldest entry that is held; one more than the newest where none is. */
  get firstHeld(): number {
    let first = this.#number - Math.min(this.#places.length, JOURNAL_LIMITS.entries) + 1;
    while (first <= this.#number && this.#held(first) === undefined) first += 1;
    return first;
  }

  /** A place for so many bytes that does not cross the ring's edge. */
  #room(bytes: number): number {
    // Until the ring has its full length nothing is overwritten, so positions equal counts.
    while (this.#end + bytes > this.#ring.length && this.#ring.length < JOURNAL_LIMITS.bytes) {
      const longer = Buffer.allocUnsafeSlow(this.#ring.length * 2);
      this.#ring.copy(longer, 0, 0, this.#end);
      this.#ring = longer;
    }
    const left = this.#ring.length - (this.#end % this.#ring.length);
    return bytes <= left ? this.#end : this.#end + left;
  }

  #read({ at: place, head: headBytes, request: requestBytes, response: responseBytes }: Place): JournalEntry {
    const start = place % this.#ring.length;
    const copy = (from: number, bytes: number): Uint8Array => Uint8Array.from(this.#ring.subarray(from, from + bytes));
    const [
      number,
      direction,
      at,
      durationMs,
      id,
      party,
      code,
      faults,
      failure,
      method,
      target,
      url,
      headers,
      body,
      status,
      answerHeaders,
      wire,
      explanation,
    ] = JSON.parse(this.#ring.toString("utf8", start, start + headBytes)) as Head;
    return {
      number,
      direction,
      at,
      durationMs,
      faults,
      ...(id === null ? {} : { interface: id }),
      ...(party === null ? {} : { party }),
      ...(code === null ? {} : { code }),
      ...(failure === null ? {} : { failure }),
      ...(explanation === null ? {} : { explanation }),
      request: {
        method,
        target,
        headers,
        ...(url === null ? {} : { url }),
        body: body === "bytes" ? copy(start + headBytes, requestBytes) : body,
      },
      ...(status === null
        ? {}
        : {
            response: {
              status,
              headers: answerHeaders,
              body: copy(start + headBytes + requestBytes, responseBytes),
              ...(wire === null ? {} : { wire }),
            },
          }),
    };
  }
}

const NOTHING = new Uint8Array(0);

const kept = (body: Uint8Array): Uint8Array => body.subarray(0, JOURNAL_LIMITS.bodyBytes);
