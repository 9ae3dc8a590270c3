import type { Json, Outcome, Read, ReadResult, Reading, Scan, Write } from "./unit.ts";

/**
 * What one unit has read and means to write: a second read of a row sees the first write of it.
 * Nothing leaves it but through `outcome`, so a unit that throws has changed nothing.
 */
export class Workspace {
  readonly #seen = new Map<string, Json | undefined>();
  readonly #written = new Map<string, Write>();

  *get(collection: string, key: string): Reading<Json | undefined> {
    const name = `${collection}\n${key}`;
    if (this.#seen.has(name)) return this.#seen.get(name);
    const read: Read = { get: [{ collection, key }] };
    const { values }: ReadResult = yield read;
    this.#seen.set(name, values[0]);
    return values[0];
  }

  /** A row that was read or put before in this unit: what `get` would give, without the turn of a generator. */
  seen(collection: string, key: string): Json | undefined {
    const name = `${collection}\n${key}`;
    const value = this.#seen.get(name);
    if (value === undefined && !this.#seen.has(name)) throw new Error(`The row ${JSON.stringify(key)} of ${collection} was not read in this unit; prefetch it.`);
    return value;
  }

  /** Loads several rows in one read, so that a driver over a network makes one round trip. */
  *prefetch(keys: readonly { readonly collection: string; readonly key: string }[]): Reading<void> {
    const missing = keys.filter(({ collection, key }) => !this.#seen.has(`${collection}\n${key}`));
    if (missing.length === 0) return;
    const { values }: ReadResult = yield { get: missing };
    for (const [index, { collection, key }] of missing.entries()) this.#seen.set(`${collection}\n${key}`, values[index]);
  }

  /** Rows as they were before this unit: a scan does not see what the unit itself has put. */
  *scan(scan: Scan): Reading<ReadResult> {
    return yield { scan };
  }

  put(collection: string, key: string, value: Json | undefined): void {
    const name = `${collection}\n${key}`;
    this.#seen.set(name, value);
    this.#written.set(name, { collection, key, value });
  }

  /** Takes back every write since: for a refusal that is found half way. */
  checkpoint(): () => void {
    const written = new Map(this.#written);
    return () => {
      for (const [name, write] of this.#written) {
        if (written.get(name) === write) continue;
        this.#written.delete(name);
        this.#seen.delete(name);
      }
      for (const [name, write] of written) {
        this.#written.set(name, write);
        this.#seen.set(name, write.value);
      }
    };
  }

  get changed(): boolean {
    return this.#written.size > 0;
  }

  outcome<T>(result: T): Outcome<T> {
    return { result, writes: [...this.#written.values()] };
  }
}
