import type { PackView } from "../../pack-view.ts";
import { askedIn, moneyIn } from "../../resources/draft-fields.ts";
import { originalOf, recordOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Intent } from "../orders.ts";
import type { Caller, Made } from "./caller.ts";
import type { News, Walk } from "./walk.ts";
import type { Witness } from "./witness.ts";

/** A part this small fits in again if it is booked twice, so that the sum tells of it. */
const PARTS = 20;

/**
 * Tells a platform what became of orders, as a bank does. Each payment is of an order that the platform made for it (hook
 * `fixtures`); what gives back is about the payment that the journey has told of. A step that stands in a journey again
 * repeats the same news, as a bank does that has seen no acknowledgement.
 */
export class Telling {
  readonly #session: Session;
  readonly #caller: Caller;
  readonly #witness: Witness;

  constructor(session: Session, caller: Caller, witness: Witness) {
    this.#session = session;
    this.#caller = caller;
    this.#witness = witness;
  }

  /** Whether the news was acknowledged. */
  async tell(id: string, walk: Walk): Promise<boolean> {
    const again = walk.news.find(({ draft }) => draft.interface.id === id);
    const news = again ?? (await this.#news(id, walk));
    if (again === undefined) {
      walk.news.push(news);
      // Until now the platform made the order; its news is due from here on.
      walk.beginMs = Math.max(walk.beginMs, this.#witness.now());
      if (news.intent !== undefined) this.#witness.order(news.intent);
    }
    const made = await this.#caller.call(news.draft, walk.beginMs);
    if (news.intent !== undefined)
      this.#witness.order({ kind: "told", number: news.intent.number, outcome: toldOutcome(made, news.intent) });
    return made.ending === "success";
  }

  async #news(id: string, walk: Walk): Promise<News> {
    const { pack, statement } = this.#session;
    const one = pack.interface(id);
    const subject = pack.resources.about(one)?.resource;
    const record = recordOf(pack, statement.role, subject);
    if (record !== undefined) {
      const scenario = this.#session.scenario(record, "open");
      return newsOf(await this.#session.make(one, {}, { scenario }), pack, { subject, resource: record.name });
    }
    const original = subject === undefined ? undefined : originalOf(pack, subject);
    const whole = walk.news.find((each) => each.subject?.name === original?.name && original !== undefined);
    if (subject === undefined || whole?.amount === undefined || whole.number === undefined)
      return newsOf(await this.#session.make(one), pack, { subject });
    const part = Math.max(1, Math.floor(whole.amount.value / PARTS));
    const amount = { value: part, currency: whole.amount.currency };
    const given = { of: whole.number, number: this.#session.fresh(), amount };
    return newsOf(await this.#session.make(one, given), pack, { subject, resource: subject.name, of: whole.number });
  }
}

function newsOf(
  draft: Draft,
  pack: PackView,
  {
    subject,
    resource,
    of,
  }: { readonly subject: Resource | undefined; readonly resource?: string; readonly of?: string },
): News {
  const said = askedIn(pack, draft, "number");
  const number = typeof said === "string" ? said : undefined;
  const amount = moneyIn(pack, draft);
  return {
    draft,
    subject,
    number,
    amount,
    intent:
      number === undefined || amount === undefined || resource === undefined
        ? undefined
        : {
            kind: "intent",
            number,
            resource,
            amount: amount.value,
            ...(of === undefined ? {} : { of }),
            notified: true,
          },
  };
}

/** An acknowledged payment is open until a query shows it; what gives back no interface shows by itself. */
function toldOutcome({ ending }: Made, { of }: Intent): string {
  if (ending === "success") return of === undefined ? "open" : "succeeded";
  return ending === "refused" ? "refused" : "unknown";
}
