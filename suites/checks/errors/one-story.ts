import { asJson } from "../../../core/text/alike.ts";
import { claimsAccount, entriesUnder, moved, today } from "../../data/books.ts";
import { observationOfTold } from "../../data/history.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { lapseOf } from "../../resources/lifetime.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { queryOf } from "../resource-steps.ts";

const PAUSE_MS = 200;

const MOST_AGAIN = 3;

/**
 * Holds that a number whose call had no known outcome has one: what the query shows, what the same request is answered
 * with when it is sent again, what was told of it, and what the books have.
 */
export async function expectOneStory(
  session: Session,
  resource: Resource,
  draft: Draft,
  request: "valid" | "any",
): Promise<void> {
  const from = today(session);
  const before = await ended(session, resource, draft);
  const again = await sentAgain(session, draft);
  const stands = before?.outcome === "succeeded" || before?.outcome === "open";
  // What stands is answered again, and what was never taken is taken now; of the rest the pack may say otherwise.
  if (stands ? draft.interface.idempotency?.onSuccess === "same" : before === undefined && request === "valid")
    session.expectSuccess(again);
  const after = await ended(session, resource, draft);
  if (after === undefined) return session.judged();
  const answered = session.pack.succeeds(draft.interface, again.answer?.status)
    ? shownIn(session.pack, draft.interface, session.expectSuccess(again))
    : undefined;
  for (const [what, other] of [
    ["before it was sent again", before],
    ["in the answer when it was sent again", answered],
  ] as const)
    if (other !== undefined) expectSame(session, resource, after, other, what);
  // A decline may be decided anew, and then what was told of the first was true.
  if (before?.outcome !== "failed") await expectToldTruly(session, resource, draft, after);
  await expectBookedOnce(session, draft, after, from);
}

/** The same request later and alone; what fails once more is sent once more. */
async function sentAgain(session: Session, draft: Draft): Promise<Exchange> {
  for (let turn = 1; ; turn += 1) {
    const again = await session.send(draft, { label: "the same again, later and alone" });
    if (turn === MOST_AGAIN || (again.answer?.status ?? 0) < 500) return again;
  }
}

/** What the query shows once it is no longer open, or when the time is over; undefined where there is no such number. */
async function ended(session: Session, resource: Resource, draft: Draft): Promise<Shown | undefined> {
  const query = await queryOf(session, draft);
  if (query === undefined)
    return session.skip(
      `nothing tells what became of a ${resource.name} by its number`,
      `没有接口可按单号查询 ${resource.name}`,
      "not-demanded",
    );
  const within = session.statement.limits.settleWithinSeconds;
  // What its time alone ends, such as a hold for a week, stays open however long a check waits.
  const isHeld = (lapseOf(resource)?.seconds ?? 0) > within;
  const deadline = session.run.runtime.now() + (isHeld ? 0 : within * 1000);
  for (;;) {
    const exchange = await session.send(query, { label: `what became of it: ${query.interface.id}` });
    if (session.pack.resources.codes(query.interface, "not-found").includes(exchange.answer?.code ?? ""))
      return undefined;
    const shown = session.expectShown(exchange);
    if (shown.outcome !== "open" || session.run.runtime.now() >= deadline) return shown;
    await session.sleep(PAUSE_MS);
  }
}

function expectSame(session: Session, resource: Resource, now: Shown, other: Shown, what: string): void {
  session.judged();
  const open = now.outcome === "open" || other.outcome === "open";
  const meaning = (["id", "number", "amount"] as const).find((each) => {
    const [left, right] = [now.value(each), other.value(each)];
    return left !== undefined && right !== undefined && JSON.stringify(left) !== JSON.stringify(right);
  });
  const otherEnd = !open && now.outcome !== other.outcome && other.outcome !== "failed";
  if (meaning === undefined && !otherEnd) return;
  session.fail({
    summary: {
      en: `after a failure a ${resource.name} is shown otherwise than ${what}`,
      zh: `失败之后，同一 ${resource.name} 前后所示不一致`,
    },
    expected: asJson(other.body),
    seen: asJson(now.body),
    likelyCause: {
      en: "What a call under way has reached is kept apart from the number, and forgotten.",
      zh: "处理中的进度未与单号一并保存，随后丢失。",
    },
  });
}

/** Everything told of the number, from its first call on. */
async function expectToldTruly(session: Session, resource: Resource, draft: Draft, shown: Shown): Promise<void> {
  const { notifies } = resource;
  if (session.run.counterparty === undefined || notifies === undefined || shown.outcome === "open") return;
  const number = askedIn(session.pack, draft, "number");
  const { partyId } = session.party;
  for (const { interface: id, body, at } of await counterparty(session).all()) {
    const told =
      id === notifies.id ? observationOfTold(session.pack, notifies, body, { at, party: partyId }) : undefined;
    if (told === undefined || told.number !== number || told.state === "open") continue;
    session.judged();
    const cameBack = told.of === "payout" && told.state === "succeeded" && shown.outcome === "returned";
    if (told.state === shown.outcome || cameBack) continue;
    session.fail({
      summary: {
        en: `a ${resource.name} whose call had failed was told of as ${told.state}, and is ${String(shown.outcome)}`,
        zh: `调用失败的 ${resource.name} 曾通知为 ${told.state}，实为 ${String(shown.outcome)}`,
      },
      expected: { en: `told as ${String(shown.outcome)}`, zh: `通知为 ${String(shown.outcome)}` },
      seen: asJson(body),
      likelyCause: {
        en: "The failure of the call is taken for the outcome, and told.",
        zh: "将调用失败当作业务结果并发出通知。",
      },
    });
  }
}

/** What the account of a customer has under the number is one transfer, or nothing. */
async function expectBookedOnce(session: Session, draft: Draft, shown: Shown, from: string): Promise<void> {
  const account = askedIn(session.pack, draft, "account");
  const number = askedIn(session.pack, draft, "number");
  if (typeof account !== "string" || typeof number !== "string" || shown.outcome === "open") return;
  // What was given back since may stand under the same number.
  if (shown.minor("returned") > 0 || !claimsAccount(session, "lists", "entries", account)) return;
  const wanted = shown.outcome === "succeeded" ? 1 : 0;
  const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
  for (;;) {
    const entries = await entriesUnder(session, account, from, number);
    const transfers = new Set(entries.map(({ transfer }) => transfer)).size;
    session.judged();
    if (wanted === 1 ? transfers === 1 : moved(entries) === 0) return;
    if (transfers <= wanted && session.run.runtime.now() < deadline) {
      await session.sleep(PAUSE_MS);
      continue;
    }
    session.fail({
      summary: {
        en: `under a number whose call had failed ${transfers} transfers are booked, and it is ${String(shown.outcome)}`,
        zh: `调用失败的单号实际记账 ${transfers} 笔，而状态为 ${String(shown.outcome)}`,
      },
      expected: wanted === 1 ? { en: "one transfer", zh: "记账一笔" } : { en: "nothing moved", zh: "未记账" },
      seen: asJson(entries),
    });
  }
}
