import { carries } from "../../../core/envelope/envelope.ts";
import type { Policies } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { FaultOrder, PeerCall } from "../../wire/counterparty.ts";
import type { Session } from "../../session.ts";
import {
  about,
  callable,
  called,
  callsUntil,
  expectBelieved,
  expectUnbelieved,
  isLie,
  NEEDS,
  numberOf,
  ordered,
  told,
  whyNotAskedSoon,
} from "./called.ts";
import type { Called, Unbelievable } from "./called.ts";

/** An answer that is not to be believed: what happens to it, by the counterparty's faults, and how it is called. */
export interface Lie extends Bilingual {
  readonly faults: (policies: Policies) => readonly FaultOrder[];
  /** The part of an answer that it is about: where answers do not carry it, nothing can be untrue of it. */
  readonly about?: "serial" | "timestamp";
  /** Tried on every interface; others on the first one alone. */
  readonly everywhere?: true;
}

/**
 * A check that tells the SUT what is not to be believed. Ahead of each the same call is answered well. `settles`: what is
 * not believed has to be asked for, too.
 */
export function unbelieved({
  lies,
  settles,
  ...said
}: Pick<Check, "id" | "requirement" | "title"> & {
  readonly lies: Readonly<Record<string, Lie>>;
  readonly settles?: true;
}): Check {
  return {
    ...said,
    effort: "standard",
    isolated: true,
    uses: "calls",
    needs: NEEDS,
    each: (context): readonly Instance[] =>
      callable(context).flatMap((one, index) =>
        Object.keys(lies)
          .filter((lie) => index === 0 || lies[lie]?.everywhere === true)
          .map((lie) => ({ id: `${lie}/${one.id}`, interface: one.id, data: lie })),
      ),
    async run(session, instance) {
      const id = interfaceOf(instance);
      const lie = lies[String(instance.data)] as Lie;
      mustBeCarried(session, lie);
      const peer = counterparty(session);
      expectBelieved(session, await called(session, await ordered(session, id)));
      const draft = await ordered(session, id);
      session.cleanup(() => peer.behave());
      await peer.misbehave(id, numberOf(draft), lie.faults(session.pack.policies));
      const done = await called(session, draft);
      expectUnbelieved(session, done, lie);
      if (settles === true) await expectSettled(session, done, lie);
    },
  };
}

function mustBeCarried(session: Session, { about: part }: Lie): void {
  if (part !== undefined && !carries(session.pack.envelope.answerParts, part))
    session.skip(
      part === "serial" ? "answers of this envelope name no key" : "answers of this envelope carry no time of signing",
      part === "serial" ? "该报文封装的应答不标明密钥" : "该报文封装的应答不携带签名时间",
      "not-demanded",
    );
}

/** Holds that what was not believed is asked for; for a read that is nothing new. */
export async function expectSettled(session: Session, done: Called, lie: Unbelievable): Promise<void> {
  const { en, zh } = lie;
  const { draft } = done;
  const query = draft.interface.caller.query?.interface;
  if (query === undefined || whyNotAskedSoon(session, draft.interface) !== undefined) return;
  const asked = (calls: readonly PeerCall[]): boolean => asksAgain(calls, done, lie).length > 0;
  const calls = await callsUntil(session, done, asked);
  session.judged();
  if (asked(calls)) return;
  session.fail({
    summary: {
      en: `after ${en} to ${draft.interface.id} the SUT did not ask what became of it`,
      zh: `${draft.interface.id} 收到${zh}后，被测系统未查询结果`,
    },
    expected: {
      en: `${query} with the number ${numberOf(draft)} within ${session.statement.limits.settleWithinSeconds} s`,
      zh: `${session.statement.limits.settleWithinSeconds} 秒内以单号 ${numberOf(draft)} 调用 ${query}`,
    },
    seen: {
      en: `${told(done.conclusion).en}, and no further call about it`,
      zh: `${told(done.conclusion).zh}，之后未再就其发起调用`,
    },
    evidence: about(calls, draft).map(({ wire }) => wire),
    likelyCause: {
      en: "An answer that is not believed ends the matter, as if it had told of a failure.",
      zh: "应答未采信即视同失败结束，未再查询。",
    },
  });
}

/** The calls about the same number behind the answer that was not to be believed: a query, or the same call sent again. */
function asksAgain(calls: readonly PeerCall[], { draft }: Called, lie: Unbelievable): readonly PeerCall[] {
  const own = about(calls, draft);
  return own.slice(own.findIndex((one) => isLie(one, lie)) + 1);
}
