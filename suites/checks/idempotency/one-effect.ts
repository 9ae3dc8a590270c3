import { alike, asJson, series } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { eachInterface } from "../../check.ts";
import { claimsAccount, entriesOf, horizon, moved, today } from "../../data/books.ts";
import { equal, movement } from "../../data/comparison.ts";
import { NO_SERVER_ERROR, statusAndCode } from "../../expectation.ts";
import { SETTLEMENT } from "../../laws/history.ts";
import type { Violation } from "../../race/hunt.ts";
import { askedIn, moneyIn } from "../../resources/draft-fields.ts";
import { heldValues } from "../../resources/held-values.ts";
import { PAYOUT } from "../../resources/kinds.ts";
import { standingDifference } from "../../resources/standing.ts";
import type { Session, State } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { objectOf } from "../../session/context.ts";
import { saysWhatBecame } from "../repeated.ts";
import { queryOf } from "../resource-steps.ts";

/** The interfaces that make something under a number of the caller's. */
export const eachCreate = eachInterface(
  ({ idempotency, purpose }) => idempotency !== undefined && (purpose === undefined || purpose.creates !== undefined),
);

/** A request and what it moves when it is sent once and left alone: what any repetition of it is held against. */
export async function alone(
  session: Session,
  interfaceId: string,
): Promise<{ readonly template: Draft; readonly moved: Outcome["moved"] }> {
  const template = await session.request(interfaceId);
  const single = await once(session, template, async (draft) => [await session.send(draft, { label: "one alone" })]);
  session.expectSuccess(single.exchanges[0] as Exchange);
  return { template, moved: single.moved };
}

export interface Outcome {
  readonly exchanges: readonly Exchange[];
  readonly moved: readonly Readonly<Record<string, number>>[];
}

/** What an act moves in all that the SUT shows of the request, once every outcome is settled. */
export async function once(
  session: Session,
  draft: Draft,
  act: (draft: Draft) => Promise<readonly Exchange[]>,
): Promise<Outcome> {
  const before = await session.observe(draft);
  const exchanges = await act(draft);
  const after = await settled(session, draft, exchanges);
  return {
    exchanges,
    moved: [
      ...before.views.map((view, index) => movement(held(session, view), held(session, after.views[index]))),
      ...(await booked(session, draft)),
    ],
  };
}

/** What a view shows, amounts as numbers. */
function held({ pack }: Session, view: State["views"][number] | undefined): Json | undefined {
  return view === undefined ? undefined : heldValues(pack, pack.interface(view.interface), view.json);
}

/** For a payout, whose debit none of its own views shows: what the party's statement has under its number. */
async function booked(session: Session, draft: Draft): Promise<Outcome["moved"]> {
  const resource = session.pack.resources.about(draft.interface)?.resource;
  if (resource === undefined || !PAYOUT.holds(resource, session.pack)) return [];
  if (!claimsAccount(session, "lists", "entries", SETTLEMENT)) return [];
  const number = askedIn(session.pack, draft, "number");
  const entries = (await entriesOf(session, SETTLEMENT, today(session), horizon(session))).filter(
    (one) => one.reference === number,
  );
  return [{ entries: entries.length, total: moved(entries) }];
}

/** Unknown outcomes are settled by query before anything is compared. */
async function settled(session: Session, draft: Draft, exchanges: readonly Exchange[]): Promise<State> {
  const good = exchanges.find((one) => isTaken(session, one));
  if (good !== undefined || exchanges.some(({ answer }) => answer === undefined)) {
    const query = await queryOf(session, draft, objectOf(good?.answer?.json));
    if (query !== undefined) await session.settleDraft(query);
  }
  return session.observe(draft);
}

/** Whether a request was answered as carried out. */
const isTaken = ({ pack }: Session, { draft, answer }: Exchange): boolean =>
  answer !== undefined && pack.succeeds(draft.interface, answer.status);

/** A request that moves as much as the template, under a number of its own and upon a resource of its own: a payment bears only so many refunds. */
export async function another(session: Session, template: Draft): Promise<Draft> {
  const amount = moneyIn(session.pack, template);
  return session.make(template.interface, amount === undefined ? {} : { amount });
}

/** What is wrong with copies that must have moved as much as one request, or nothing. */
export function wrongWithCopies(
  session: Session,
  { exchanges, moved: seen }: Outcome,
  expected: Outcome["moved"],
): Violation | undefined {
  const rule = exchanges[0]?.draft.interface.idempotency;
  const good = exchanges.flatMap((one) =>
    isTaken(session, one) && typeof one.answer?.json === "object"
      ? [one.answer.json as Readonly<Record<string, never>>]
      : [],
  );
  const failed = exchanges.find((one) => (one.answer?.status ?? 0) >= 500);
  if (failed !== undefined) return { expected: NO_SERVER_ERROR, seen: alike(statusAndCode(failed.answer)) };
  const refused = exchanges
    .filter((one) => one.answer !== undefined && !isTaken(session, one) && !saysWhatBecame(session, one))
    .map((one) => one.answer?.code ?? "?");
  if (
    refused.length > 0 &&
    rule?.inFlight === "wait" &&
    refused.some((code) => session.pack.error(code)?.status !== 409 && session.pack.error(code)?.class !== "retry-same")
  )
    return {
      expected: {
        en: "each copy the same answer (or a conflict while one is in flight)",
        zh: "各副本得到相同应答（首个处理期间可返回冲突）",
      },
      seen: series(refused),
    };
  const first = good[0];
  if (first === undefined) session.inconclusive("no copy was answered", "没有副本得到成功应答");
  for (const other of good.slice(1)) {
    const one = exchanges[0]?.draft.interface;
    const difference = one === undefined ? undefined : standingDifference(session.pack, one, first, other);
    if (difference !== undefined)
      return {
        expected: { en: `one ${difference.meaning} for all copies`, zh: `所有副本的 ${difference.meaning} 相同` },
        seen: {
          en: `${difference.first.en} and ${difference.other.en}`,
          zh: `${difference.first.zh} 与 ${difference.other.zh}`,
        },
      };
  }
  const index = seen.findIndex((one, at) => !equal(one, expected[at]));
  return index < 0
    ? undefined
    : {
        expected: {
          en: `what one request moves: ${JSON.stringify(expected[index])}`,
          zh: `与单次请求的变动相同：${JSON.stringify(expected[index])}`,
        },
        seen: asJson(seen[index]),
      };
}
