import { assertRowName, assertScan, assertWrites, freezeDocument } from "./document.ts";
import type { Rows } from "./run.ts";
import type { Json, ReadResult, Scan, Write } from "./unit.ts";

interface Collection {
  readonly values: Map<string, Json>;
  /** In code-unit order. */
  readonly keys: string[];
}

/**
 * Rows in memory, scanned in the order of their keys. Documents are frozen when written: a unit that changes what it
 * read breaks the contract of units, and here it throws.
 */
export class RowMap implements Rows {
  readonly #collections = new Map<string, Collection>();

  get(collection: string, key: string): Json | undefined {
    assertRowName(collection, key);
    return this.#collections.get(collection)?.values.get(key);
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const collection = this.#collections.get(scan.collection);
    if (collection === undefined) return { keys: [], values: [] };
    const start = placeOf(collection.keys, scan.from);
    const end = Math.max(start, placeOf(collection.keys, scan.below));
    const keys =
      scan.reverse === true
        ? collection.keys.slice(Math.max(start, end - scan.limit), end).reverse()
        : collection.keys.slice(start, Math.min(end, start + scan.limit));
    return { keys, values: keys.map((key) => collection.values.get(key)) };
  }

  /** All or nothing: throws a TypeError, with nothing applied, when one of the writes may not be stored. */
  apply(writes: readonly Write[]): void {
    assertWrites(writes);
    for (const { collection: name, key, value } of writes) {
      const collection = this.#collection(name);
      const known = collection.values.has(key);
      if (value === undefined) {
        collection.values.delete(key);
        if (known) collection.keys.splice(placeOf(collection.keys, key), 1);
      } else {
        collection.values.set(key, freezeDocument(value));
        if (!known) insert(collection.keys, key);
      }
    }
  }

  /** The same rows for another owner; documents are shared, being frozen. */
  copy(): RowMap {
    const copy = new RowMap();
    for (const [name, { values, keys }] of this.#collections)
      copy.#collections.set(name, { values: new Map(values), keys: [...keys] });
    return copy;
  }

  #collection(name: string): Collection {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const collection: Collection = { values: new Map(), keys: [] };
    this.#collections.set(name, collection);
    return collection;
  }
}

function insert(keys: string[], key: string): void {
  const last = keys.at(-1);
  // Keys that start with a time or a sequence number come in order.
  if (last === undefined || last < key) keys.push(key);
  else keys.splice(placeOf(keys, key), 0, key);
}

/** Where `key` stands, or would stand. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
