import { hostTurn } from "../../core/runtime/live.ts";

/** A flush that can be held: what waits for the disk then waits for the test. */
export class Gate {
  #held = false;
  #waiting: (() => void)[] = [];

  readonly flush = (): Promise<void> =>
    this.#held ? new Promise((resolve) => void this.#waiting.push(resolve)) : Promise.resolve();

  /** How many flushes stand at the gate. */
  get waiting(): number {
    return this.#waiting.length;
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** Several turns of the event loop: whatever could run without the gate has run. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await hostTurn();
}
