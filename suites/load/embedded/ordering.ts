import type { PackView } from "../../pack-view.ts";
import { conclusionOf, numberOf } from "../../checks/caller/called.ts";
import type { Conclusion } from "../../checks/caller/called.ts";
import { peerRequest } from "../../data/peer-request.ts";
import type { Given } from "../../data/request-builder.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Ending } from "../../../core/load/sample.ts";
import { intentOf } from "../answered.ts";
import type { Walk } from "./walk.ts";
import type { Witness } from "./witness.ts";

/** The answer of one call is lost after our bank has carried it out. */
const LOST = { name: "answer-lost-after-commit" } as const;

const ENDED: Readonly<Record<Conclusion["outcome"], Ending>> = {
  answered: "success",
  refused: "refused",
  unknown: "unanswered",
};

/** Has a platform call our bank (hook `call`), and takes what it says that it concluded. */
export class Ordering {
  readonly #session: Session;
  readonly #witness: Witness;
  readonly #losesEvery: number | undefined;
  #count = 0;

  constructor(session: Session, witness: Witness, losesEvery: number | undefined) {
    this.#session = session;
    this.#witness = witness;
    this.#losesEvery = losesEvery;
  }

  /** Whether the platform holds its call for answered. */
  async order(id: string, given: Given, walk: Walk): Promise<boolean> {
    const { pack } = this.#session;
    const draft = await peerRequest(
      this.#session,
      id,
      async (prior) => {
        const before = walk.priors[prior];
        if (before === undefined) throw new TypeError(`the journey has no ${prior} ahead of ${id}`);
        return Promise.resolve(before);
      },
      given,
    );
    this.#count += 1;
    if (this.#losesEvery !== undefined && this.#count % this.#losesEvery === 0)
      await counterparty(this.#session).misbehave(id, numberOf(draft), [LOST]);
    const intent = intentOf(draft, pack);
    if (intent !== undefined) this.#witness.order(intent);
    const conclusion = await this.#concluded(draft, Math.max(walk.beginMs, this.#witness.now()));
    if (intent !== undefined)
      this.#witness.order({ kind: "told", number: intent.number, outcome: outcomeOf(conclusion, draft, pack) });
    if (conclusion.outcome !== "answered") return false;
    walk.priors[id] = { ...fieldsOf(draft), ...conclusion.answer };
    return true;
  }

  async #concluded(draft: Draft, scheduledMs: number): Promise<Conclusion> {
    const { party } = this.#session;
    const sentMs = this.#witness.now();
    const said = await this.#session.hook("call", {
      interface: draft.interface.id,
      party_id: party.partyId,
      url: counterparty(this.#session).baseUrl,
      data: fieldsOf(draft),
    });
    const endMs = this.#witness.now();
    const conclusion =
      conclusionOf(said) ??
      this.#session.inconclusive(
        "the hook call answered something else than docs/hooks.md says",
        "控制钩子 call 的应答不符合 docs/hooks.md",
      );
    this.#witness.sample({
      interface: draft.interface.id,
      scheduledMs,
      sinceScheduledMs: endMs - scheduledMs,
      sinceSentMs: endMs - sentMs,
      ending: ENDED[conclusion.outcome],
      status: conclusion.outcome === "unknown" ? 0 : 200,
      ...(conclusion.outcome === "refused" ? { code: conclusion.code } : {}),
    });
    return conclusion;
  }
}

function outcomeOf(conclusion: Conclusion, { interface: one }: Draft, pack: PackView): string {
  if (conclusion.outcome !== "answered") return conclusion.outcome;
  return shownIn(pack, one, conclusion.answer).outcome ?? "open";
}
