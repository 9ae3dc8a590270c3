import type { RunEvent } from "../core/run/event.ts";

/** How long exactly one check of a run was under way, so that nothing else was judged meanwhile; fed with the events of its log. */
export class TimeAlone {
  readonly #underWay = new Set<string>();
  #since = 0;
  #ms = 0;

  take(event: RunEvent): void {
    if (event.type !== "check.started" && event.type !== "check.finished") return;
    if (this.#underWay.size === 1) this.#ms += Math.max(0, event.at - this.#since);
    this.#since = event.at;
    if (event.type === "check.started") this.#underWay.add(event.check);
    else this.#underWay.delete(event.check);
  }

  get seconds(): number {
    return this.#ms / 1000;
  }
}
