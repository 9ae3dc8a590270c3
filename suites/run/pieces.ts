import { pieceKey } from "../../core/run/coverage.ts";
import type { Piece } from "../../core/run/coverage.ts";

/** Most rows of which the last state is remembered; the oldest are forgotten first. */
const REMEMBERED = 20_000;

/** What of the pack a run has seen to work. Each piece is told once, when it is first seen. */
export class Pieces {
  readonly #tell: (piece: Piece) => void;
  readonly #told = new Set<string>();
  readonly #states = new Map<string, string>();

  constructor(tell: (piece: Piece) => void) {
    this.#tell = tell;
  }

  cover(piece: Piece): void {
    const key = pieceKey(piece);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#tell(piece);
  }

  /**
   * Takes the state in which a row was seen. `isNew`: the call that showed it made the row; another one that is seen for
   * the first time has come about before the run.
   */
  showed(resource: string, row: string, to: string, isNew: boolean): void {
    const key = `${resource} ${row}`;
    const from = this.#states.get(key);
    if (from === to) return;
    this.#states.set(key, to);
    const [oldest] = this.#states.keys();
    if (oldest !== undefined && this.#states.size > REMEMBERED) this.#states.delete(oldest);
    if (from !== undefined || isNew) this.cover({ moved: { resource, to, ...(from === undefined ? {} : { from }) } });
  }
}
