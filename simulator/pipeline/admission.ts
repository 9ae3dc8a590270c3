import type { Runtime } from "../../core/runtime/runtime.ts";

/** Calls taken up in one turn of the event loop: far fewer than can wait for the disk and for signatures. */
export const PER_TURN = 6;

/**
 * Admits calls a few at a time, oldest first. Many can arrive in one turn of the event loop; handling all of them at a
 * stretch would hold up the commits, signatures and answers of earlier calls, with the disk and other processors idle.
 */
export class Admission {
  readonly #runtime: Pick<Runtime, "yield">;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #turning = false;

  constructor(runtime: Pick<Runtime, "yield">) {
    this.#runtime = runtime;
  }

  /** Resolves when the call is admitted; at once when few calls arrive. */
  async enter(): Promise<void> {
    if (this.#taken >= PER_TURN) return new Promise((resolve) => void this.#waiting.push(resolve));
    this.#taken += 1;
    if (!this.#turning) void this.#turn();
    return undefined;
  }

  /** Goes on for as long as there are calls. */
  async #turn(): Promise<void> {
    this.#turning = true;
    while (this.#taken > 0) {
      await this.#runtime.yield();
      const next = this.#waiting.splice(0, PER_TURN);
      this.#taken = next.length;
      for (const enter of next) enter();
    }
    this.#turning = false;
  }
}
