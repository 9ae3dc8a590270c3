import type { Runtime } from "../../core/runtime/runtime.ts";

/** Calls taken up in one turn of the event loop: far fewer than can wait for the disk and for signatures. */
export const PER_TURN = 6;

/**
 * Takes calls up a few at a time, oldest first. Many can arrive in one turn of the event loop, and judging all of them
 * at a stretch would leave what was judged before lying about: commits that could start, signatures that could be made,
 * answers that could go out, and with them the disk and the other processors idle.
 */
export class Admission {
  readonly #runtime: Pick<Runtime, "yield">;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #turning = false;

  constructor(runtime: Pick<Runtime, "yield">) {
    this.#runtime = runtime;
  }

  /** Resolves when the call's turn has come; in a quiet hour that is at once. */
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
