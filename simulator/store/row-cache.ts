import type { Json } from "../../core/unit/unit.ts";

/**
 * Parsed documents by row; the least recently used are dropped first. Two halves approximate the order: a row that is read
 * moves to the young half, and when that is full the old half is dropped. A hit costs one look-up, without re-insertion.
 */
export class RowCache {
  readonly #half: number;
  #young = new Map<string, Json>();
  #old = new Map<string, Json>();

  /** Holds at most `entries` documents; 0 holds none. */
  constructor(entries: number) {
    this.#half = Math.floor(entries / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(row: string): Json | undefined {
    const young = this.#young.get(row);
    if (young !== undefined) return young;
    const old = this.#old.get(row);
    if (old !== undefined) this.set(row, old);
    return old;
  }

  set(row: string, value: Json): void {
    if (this.#half === 0) return;
    this.#old.delete(row);
    if (this.#young.size >= this.#half && !this.#young.has(row)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(row, value);
  }

  delete(row: string): void {
    this.#young.delete(row);
    this.#old.delete(row);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
