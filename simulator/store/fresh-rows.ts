import { assertRowName, assertScan } from "../../core/unit/document.ts";
import type { RowReader } from "../../core/unit/run.ts";
import type { Json, ReadResult, Scan, Write } from "../../core/unit/unit.ts";
import { RowCache } from "./row-cache.ts";
import type { SqliteTable } from "./sqlite-table.ts";
import { reachingDisk } from "./store-failure.ts";

/** A row that is newer than the table, or may be: written by the running group, or committed to the log alone. */
export interface FreshRow {
  readonly tier: Tier;
  readonly key: string;
  /** Written by the running group. */
  dirty: boolean;
  /** The document; parsed at the first read where the row is not dirty. */
  value: Json | undefined;
  /** Its text in the log; empty for a deletion, undefined when the log lacks it. */
  logged: string | undefined;
  /** Its newest text, once the running group needed it. */
  text: string | undefined;
  /** True when the open transaction has put its newest text into the table. */
  tabled: boolean;
}

/** One collection. */
interface Tier {
  readonly collection: string;
  readonly fresh: Map<string, FreshRow>;
  /** True once a row of it was read; most collections are written far more often than read. */
  cached: boolean;
  /** The highest key of the collection, undefined while it is empty. New keys above it need no look into the file. */
  highest: string | undefined;
}

/**
 * The rows above a store's table: those written by the running group, those in the log alone, and copies of rows that were
 * read. A row is written by a group, logged with it, put into the table's open transaction, and leaves when that is
 * committed. Units read through here and see the newest version of each row.
 */
export class FreshRows implements RowReader {
  readonly #table: SqliteTable;
  /** Rows of the table that were read. */
  readonly #cache: RowCache;
  readonly #tiers = new Map<string, Tier>();
  #count = 0;
  #lastRecord: number;
  /** Rows that the running group has written, each once: a row all payments touch is written once a group. */
  #dirty: FreshRow[] = [];
  /** Rows that the open transaction has brought into the table. */
  #tabled: FreshRow[] = [];
  #tabledRecord = 0;

  /**
   * `cacheEntries`: copies of the table's rows at most. `lastRecord`: of the log, up to which the table has everything.
   */
  constructor(table: SqliteTable, cacheEntries: number, lastRecord: number) {
    this.#table = table;
    this.#cache = new RowCache(cacheEntries);
    this.#lastRecord = lastRecord;
  }

  /** Rows that the table does not have yet. */
  get count(): number {
    return this.#count;
  }

  /** Rows written by the running group. */
  get written(): number {
    return this.#dirty.length;
  }

  /** Number of the log's last record. */
  get lastRecord(): number {
    return this.#lastRecord;
  }

  /** The open transaction holds rows of records up to here, and may be committed once those are on the disk. */
  get tabledRecord(): number {
    return this.#tabledRecord;
  }

  get(collection: string, key: string): Json | undefined {
    assertRowName(collection, key);
    const tier = this.#tier(collection);
    const fresh = tier.fresh.get(key);
    if (fresh !== undefined) return valueOf(fresh);
    if (tier.highest === undefined || key > tier.highest) return undefined;
    const cached = tier.cached ? this.#cache.get(rowName(collection, key)) : undefined;
    if (cached !== undefined) return cached;
    const text = reachingDisk(() => this.#table.get(collection, key));
    if (text === undefined) return undefined;
    const value = JSON.parse(text) as Json;
    this.#cache.set(rowName(collection, key), value);
    tier.cached = true;
    return value;
  }

  scan(scan: Scan): ReadResult {
    assertScan(scan);
    const { collection } = scan;
    const tier = this.#tier(collection);
    const found = reachingDisk(() => {
      this.#drain(tier);
      return this.#table.scan(scan);
    });
    return {
      keys: found.map(([key]) => key),
      values: found.map(([key, text]) => {
        // A row in memory is not parsed again, and is the same document whichever way it is read.
        const fresh = tier.fresh.get(key);
        if (fresh !== undefined) return valueOf(fresh);
        return (tier.cached ? this.#cache.get(rowName(collection, key)) : undefined) ?? (JSON.parse(text) as Json);
      }),
    };
  }

  /** Takes what a unit of the running group has written. */
  write(writes: readonly Write[]): void {
    for (const { collection, key, value } of writes) {
      const row = this.#row(collection, key);
      row.value = value;
      row.text = undefined;
      row.tabled = false;
      if (row.dirty) continue;
      row.dirty = true;
      this.#dirty.push(row);
    }
  }

  /** The running group as a record of the log, one line a row. */
  record(): string {
    let record = "";
    for (const row of this.#dirty) {
      row.text ??= textOf(row.value);
      record += `${row.tier.collection}\t${row.key}\t${row.text}\n`;
    }
    return record;
  }

  /** Notes that the running group is in the log as its next record. */
  logged(): void {
    this.#lastRecord += 1;
    for (const row of this.#dirty) {
      row.dirty = false;
      row.logged = row.text;
      row.text = undefined;
      if (!row.tier.cached) row.value = undefined;
    }
    this.#dirty = [];
  }

  /** Drops the running group after a failed write. The open transaction may hold some of it and must be rolled back. */
  abandon(): void {
    for (const row of this.#dirty) {
      row.dirty = false;
      row.value = undefined;
      row.text = undefined;
      if (row.logged === undefined && row.tier.fresh.delete(row.key)) this.#count -= 1;
    }
    this.#dirty = [];
    this.#cache.clear();
  }

  /** Takes what an earlier life has left in the log, oldest record first. */
  recover(records: readonly string[]): void {
    for (const line of records.flatMap((record) => record.split("\n"))) {
      const [collection, key, text] = line.split("\t");
      if (collection !== undefined && key !== undefined && text !== undefined) this.#row(collection, key).logged = text;
    }
    this.#lastRecord += records.length;
  }

  /** In the order of the table, whose pages are then written one after another. */
  inOrder(): readonly FreshRow[] {
    return [...this.#tiers.values()].flatMap(({ fresh }) =>
      [...fresh.values()].sort((one, other) => (one.key < other.key ? -1 : 1)),
    );
  }

  /** Brings into the table's open transaction what the log has of a row, unless it is there or was committed since. */
  carry(row: FreshRow): void {
    if (!row.tabled && row.logged !== undefined) this.#put(row, row.logged, this.#lastRecord);
  }

  /** Brings everything into the table's open transaction, the running group as well. */
  carryAll(): void {
    this.#table.begin();
    for (const row of this.inOrder()) this.#putNewest(row);
  }

  /** Notes that the open transaction was committed, so that its rows are the table's. */
  committed(): void {
    for (const row of this.#tabled) if (row.tabled) this.#leave(row);
    this.#tabled = [];
    this.#tabledRecord = 0;
  }

  /** Notes that the open transaction was rolled back. */
  rolledBack(): void {
    for (const row of this.#tabled) row.tabled = false;
    this.#tabled = [];
    this.#tabledRecord = 0;
  }

  forgetCopies(): void {
    this.#cache.clear();
  }

  #tier(collection: string): Tier {
    const known = this.#tiers.get(collection);
    if (known !== undefined) return known;
    const highest = reachingDisk(() => this.#table.highestKey(collection));
    const tier: Tier = { collection, fresh: new Map(), cached: false, highest };
    this.#tiers.set(collection, tier);
    return tier;
  }

  #row(collection: string, key: string): FreshRow {
    const tier = this.#tier(collection);
    const known = tier.fresh.get(key);
    if (known !== undefined) return known;
    const row: FreshRow = {
      tier,
      key,
      dirty: false,
      value: undefined,
      logged: undefined,
      text: undefined,
      tabled: false,
    };
    tier.fresh.set(key, row);
    this.#count += 1;
    if (tier.highest === undefined || key > tier.highest) tier.highest = key;
    return row;
  }

  /** Brings one collection into the table, which a scan needs. */
  #drain(tier: Tier): void {
    for (const row of tier.fresh.values()) {
      if (row.tabled) continue;
      this.#table.begin();
      this.#putNewest(row);
    }
  }

  #putNewest(row: FreshRow): void {
    if (row.dirty) row.text ??= textOf(row.value);
    // The running group's writes belong to the next record.
    this.#put(row, row.text ?? row.logged ?? "", row.dirty ? this.#lastRecord + 1 : this.#lastRecord);
  }

  #put(row: FreshRow, text: string, record: number): void {
    this.#tabledRecord = Math.max(this.#tabledRecord, record);
    this.#table.put(row.tier.collection, row.key, text);
    row.tabled = true;
    this.#tabled.push(row);
  }

  /** Keeps the read copy of a row that is now in the table. */
  #leave(row: FreshRow): void {
    const { tier, key, value } = row;
    tier.fresh.delete(key);
    this.#count -= 1;
    row.tabled = false;
    // A fold may still list it, and must leave it alone.
    row.logged = undefined;
    if (!tier.cached) return;
    if (value === undefined) this.#cache.delete(rowName(tier.collection, key));
    else this.#cache.set(rowName(tier.collection, key), value);
  }
}

function valueOf(row: FreshRow): Json | undefined {
  if (row.dirty || row.value !== undefined || row.logged === undefined || row.logged === "") return row.value;
  row.tier.cached = true;
  row.value = JSON.parse(row.logged) as Json;
  return row.value;
}

/** Neither part can hold a line break. */
const rowName = (collection: string, key: string): string => `${collection}\n${key}`;

const textOf = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value));
