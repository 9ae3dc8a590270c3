import type { Draft } from "../wire/draft.ts";

/** Of one interface; a system that fails whatever it is asked is found by other checks. */
const MOST = 4;

/** Calls that the SUT itself ended with a 5xx, to be asked about later: the first few of each interface. */
export class FailedCalls {
  readonly #drafts = new Map<string, Draft[]>();

  add(draft: Draft): void {
    const known = this.#drafts.get(draft.interface.id) ?? [];
    if (known.length < MOST) this.#drafts.set(draft.interface.id, [...known, draft]);
  }

  of(interfaceId: string): readonly Draft[] {
    return this.#drafts.get(interfaceId) ?? [];
  }
}
