import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { moneyIn } from "../../resources/draft-fields.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { FaultOrder } from "../../wire/counterparty.ts";
import type { Draft } from "../../wire/draft.ts";
import {
  about,
  callable,
  called,
  claims,
  expectBelieved,
  expectUnbelieved,
  isLie,
  NEEDS,
  numberOf,
  ordered,
  whyNotAskedSoon,
} from "./called.ts";
import type { Called, Unbelievable } from "./called.ts";
import { expectSettled } from "./unbelieved.ts";

const CAUSE: Bilingual = {
  en: "A signature says who made an answer, not for which request: what it repeats is not compared with what was sent.",
  zh: "签名只证明应答的来源，并不表明对应哪个请求：未将应答重复的内容与所发请求比对。",
};

/** What is answered for another request, and where the answer shows it. */
interface Elsewhere extends Unbelievable {
  readonly fault: string;
  /** What is switched on for the call itself; the fault itself where that is the call. */
  readonly call: readonly FaultOrder[];
  /** What is switched on for the query of it. */
  readonly query?: readonly FaultOrder[];
}

const LOST: FaultOrder = { name: "answer-lost-after-commit" };

const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  answer: {
    fault: "another-answer",
    call: [{ name: "another-answer" }],
    en: "the answer to another request",
    zh: "其他请求的应答",
    cause: CAUSE,
  },
  query: {
    fault: "another-answer",
    call: [LOST],
    query: [{ name: "another-answer" }],
    en: "a query's answer about another number",
    zh: "关于其他单号的查询应答",
    cause: CAUSE,
  },
  // As the same number has it at another party.
  amount: {
    fault: "old-answer",
    call: [{ name: "old-answer", settings: { ageSeconds: 1 } }],
    en: "an answer about another amount",
    zh: "金额不同的应答",
    cause: CAUSE,
  },
};

/**
 * The bytes of an answer to another request, which are rightly signed and recent: of the same amount where a request has
 * one, so that the number alone tells; and once about another amount, so that the amount alone does.
 */
export const anotherAnswer: Check = {
  id: "signature.another-answer",
  requirement: "SIG-21",
  title: { en: "The answer to another request is not believed", zh: "其他请求的应答不被采信" },
  effort: "standard",
  isolated: true,
  uses: "calls",
  needs: NEEDS,
  each: (context): readonly Instance[] =>
    callable(context).flatMap((one) =>
      Object.keys(ELSEWHERE)
        .filter((where) => where !== "query" || one.caller.query !== undefined)
        .filter((where) => where !== "amount" || context.pack.meanings(one).asked("amount").length > 0)
        .map((where) => ({ id: `${where}/${one.id}`, interface: one.id, data: where })),
    ),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const elsewhere = ELSEWHERE[String(instance.data)] as Elsewhere;
    const peer = counterparty(session);
    session.cleanup(() => peer.behave());
    if (elsewhere.query !== undefined) skipUnasked(session, id);
    const first = await answeredWell(session, id, elsewhere);
    const amount = moneyIn(session.pack, first.draft)?.value;
    const draft = await ordered(session, id, amount === undefined ? {} : { amount });
    if (numberOf(draft) === numberOf(first.draft))
      session.skip(`the peer has one number for ${id} only`, `对端的 ${id} 只有一个单号`, "fixture");
    await misbehave(session, draft, elsewhere);
    const done = await called(session, draft);
    expectElsewhere(session, done, elsewhere);
    expectUnbelieved(session, done, elsewhere);
    // A query that came to nothing may be the last one, and the outcome unknown.
    if (elsewhere.query === undefined) await expectSettled(session, done, elsewhere);
  },
};

function skipUnasked(session: Session, id: string): void {
  const later = whyNotAskedSoon(session, session.pack.interface(id));
  if (later !== undefined) session.skip(later.en, later.zh, "not-demanded");
}

async function misbehave(session: Session, draft: Draft, { call, query }: Elsewhere): Promise<void> {
  const peer = counterparty(session);
  const number = numberOf(draft);
  await peer.misbehave(draft.interface.id, number, call);
  const asks = draft.interface.caller.query?.interface;
  if (query !== undefined && asks !== undefined) await peer.misbehave(asks, number, query);
}

/** Has the SUT make another call of the kind, whose answer, or whose query's, it believes and is then told again. */
async function answeredWell(session: Session, id: string, { query }: Elsewhere): Promise<Called> {
  const draft = await ordered(session, id);
  if (query !== undefined) await counterparty(session).misbehave(id, numberOf(draft), [LOST]);
  const done = await called(session, draft);
  if (query === undefined) expectBelieved(session, done);
  return done;
}

/** Ends the check where what was answered does not show that it belongs elsewhere: then nothing could be compared. */
function expectElsewhere(session: Session, { draft, calls }: Called, elsewhere: Elsewhere): void {
  const own = about(calls, draft);
  const lie = own.find((one) => isLie(one, elsewhere));
  if (lie === undefined && own.length > 0 && elsewhere.query !== undefined)
    session.inconclusive(
      `the SUT did not query ${draft.interface.id} while this check waited`,
      `本检查等待期间，被测系统未查询 ${draft.interface.id}`,
    );
  if (lie?.answer === undefined) return;
  if (elsewhere.fault === "old-answer") {
    const { value } = moneyIn(session.pack, draft) ?? {};
    const shown = session.pack.meanings(draft.interface).shown("amount").length > 0;
    if (value !== undefined && shown) return;
    return session.skip(
      `answers of ${draft.interface.id} do not repeat the amount`,
      `${draft.interface.id} 的应答不重复金额`,
      "not-demanded",
    );
  }
  const said = [...claims(lie.answer.body).values()];
  if (said.includes(JSON.stringify(numberOf(draft))))
    session.inconclusive(
      `${draft.interface.id} had not been answered for another number yet`,
      `${draft.interface.id} 尚无其他单号的应答`,
    );
  if (!session.pack.meanings(session.pack.interface(lie.interface ?? draft.interface.id)).shown("number").length)
    session.skip(
      `answers of ${lie.interface ?? draft.interface.id} do not repeat the number`,
      `${lie.interface ?? draft.interface.id} 的应答不重复单号`,
      "not-demanded",
    );
}
