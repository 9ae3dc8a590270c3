import type { Json, Outcome, Read, ReadResult, Reading, RowKey, Scan, Write } from "./unit.ts";

/** A row as this unit sees it, in the form of a write, so that the outcome needs no copies. */
interface Slot extends Write {
  value: Json | undefined;
  written: boolean;
  /** A row of another collection under the same key. */
  readonly next: Slot | undefined;
}

/**
 * What one unit has read and means to write: a second read of a row sees the first write of it.
 * Nothing leaves it but through `outcome`, so a unit that throws has changed nothing.
 */
export class Workspace {
  // By key alone, as few collections share one: a joined name would have to be made for every look.
  #slots = new Map<string, Slot>();
  /** In the order of their first write. */
  #written: Slot[] = [];

  *get(collection: string, key: string): Reading<Json | undefined> {
    const known = this.#slot(collection, key);
    if (known !== undefined) return known.value;
    const read: Read = { get: [{ collection, key }] };
    const { values }: ReadResult = yield read;
    this.#keep(collection, key, values[0]);
    return values[0];
  }

  /** A row that was read or put before in this unit: what `get` would give, without the turn of a generator. */
  seen(collection: string, key: string): Json | undefined {
    const slot = this.#slot(collection, key);
    if (slot === undefined)
      throw new Error(`The row ${JSON.stringify(key)} of ${collection} was not read in this unit; prefetch it.`);
    return slot.value;
  }

  /** Loads several rows in one read, so that a driver over a network makes one round trip. */
  *prefetch(keys: readonly RowKey[]): Reading<void> {
    const missing: RowKey[] = [];
    for (const row of keys) if (this.#slot(row.collection, row.key) === undefined) missing.push(row);
    if (missing.length === 0) return;
    const { values }: ReadResult = yield { get: missing };
    for (let at = 0; at < missing.length; at += 1) {
      const { collection, key } = missing[at] as RowKey;
      if (this.#slot(collection, key) === undefined) this.#keep(collection, key, values[at]);
    }
  }

  /** Rows as they were before this unit: a scan does not see what the unit itself has put. */
  *scan(scan: Scan): Reading<ReadResult> {
    return yield { scan };
  }

  put(collection: string, key: string, value: Json | undefined): void {
    const slot = this.#slot(collection, key) ?? this.#keep(collection, key, undefined);
    slot.value = value;
    if (slot.written) return;
    slot.written = true;
    this.#written.push(slot);
  }

  /** Takes back every write since: for a refusal that is found half way. */
  checkpoint(): () => void {
    const before = this.#written.map((slot) => ({ slot, value: slot.value }));
    return () => {
      // The rows' earlier values are unknown here, so they are read again when needed.
      const read = [...this.#all()].filter(({ written }) => !written);
      this.#slots = new Map();
      this.#written = [];
      for (const { collection, key, value } of read) this.#keep(collection, key, value);
      for (const { slot, value } of before) this.put(slot.collection, slot.key, value);
    };
  }

  outcome<T>(result: T): Outcome<T> {
    return { result, writes: this.#written };
  }

  #slot(collection: string, key: string): Slot | undefined {
    let slot = this.#slots.get(key);
    while (slot !== undefined && slot.collection !== collection) slot = slot.next;
    return slot;
  }

  #keep(collection: string, key: string, value: Json | undefined): Slot {
    const slot: Slot = { collection, key, value, written: false, next: this.#slots.get(key) };
    this.#slots.set(key, slot);
    return slot;
  }

  *#all(): Generator<Slot> {
    for (const first of this.#slots.values())
      for (let slot: Slot | undefined = first; slot !== undefined; slot = slot.next) yield slot;
  }
}
