import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { REVERSIBLE_RECORD } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { amountIn, expectRecord, NEEDS, recordGivenBack, reversalTold, tellOf, waiting } from "./record.ts";
import type { Waiting } from "./record.ts";

/** As many as tell a lost one apart, and small enough for any record. */
const MOST = 10;
const ROUNDS = { smoke: 1, standard: 2, exhaustive: 5 } as const;

/** Different refunds of one order arrive at the same moment: those that fit into it are all booked, and never more. */
export const refundsAtOnce: Check = {
  id: "notification.refunds-at-once",
  requirement: "NOT-18",
  title: {
    en: "Different refunds told at once are all booked, and never beyond the order",
    zh: "同时通知的不同退款均入账，且累计不超过订单金额",
  },
  effort: "smoke",
  roles: ["platform"],
  needs: NEEDS,
  each: eachResource(REVERSIBLE_RECORD, () => ["within", "beyond"]),
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    for (let round = 0; round < ROUNDS[session.run.effort]; round += 1) {
      const waits = await waiting(session, record);
      await tellOf(session, waits);
      await expectRecord(session, waits, "succeeded", {
        en: `its ${waits.subject.name}`,
        zh: `${waits.subject.name} 通知`,
      });
      await (caseOf(instance) === "within" ? allBooked(session, waits) : neverBeyond(session, waits));
    }
  },
};

const widthOf = (session: Session): number => Math.min(MOST, session.statement.limits.maxConcurrency);

/** So many refunds of one amount, each under a number of its own. */
async function refunds(session: Session, waits: Waiting, value: number): Promise<readonly Draft[]> {
  const { currency } = amountIn(session, waits.draft);
  return Promise.all(Array.from({ length: widthOf(session) }, () => reversalTold(session, waits, { value, currency })));
}

async function allBooked(session: Session, waits: Waiting): Promise<void> {
  const part = Math.floor(amountIn(session, waits.draft).value / widthOf(session));
  if (part === 0) session.inconclusive("the order is too small to be refunded in parts", "订单金额过小，无法部分退款");
  const drafts = await refunds(session, waits, part);
  const exchanges = await session.race(drafts, "a refund of its own");
  // What was not taken is told again by a bank, alone and later.
  for (const { draft, answer } of exchanges)
    if (!session.pack.succeeds(draft.interface, answer?.status))
      session.expectSuccess(await session.send(draft, { label: "the refund once more, alone" }));
  const total = part * drafts.length;
  const seen = await recordGivenBack(session, waits, total);
  session.judged();
  if (seen.value("returned") === undefined || seen.minor("returned") === total) return;
  session.fail({
    summary: {
      en: `of ${drafts.length} refunds told at once and acknowledged, not each was booked once`,
      zh: `同时通知并均获确认的 ${drafts.length} 笔退款未各入账一次`,
    },
    expected: {
      en: `${total} given back: ${drafts.length} times ${part}`,
      zh: `已退 ${total}：${drafts.length} 笔，每笔 ${part}`,
    },
    seen: asJson(seen.body),
    likelyCause: CAUSE,
  });
}

async function neverBeyond(session: Session, waits: Waiting): Promise<void> {
  const { value } = amountIn(session, waits.draft);
  // Any two of them are more than there is.
  const part = Math.floor(value / 2) + 1;
  const drafts = await refunds(session, waits, part);
  const exchanges = await session.race(drafts, "a refund of more than half");
  const taken = exchanges.filter(({ draft, answer }) => session.pack.succeeds(draft.interface, answer?.status)).length;
  if (taken === 0)
    session.expectSuccess(await session.send(drafts[0] as Draft, { label: "one of the refunds once more, alone" }));
  const seen = await recordGivenBack(session, waits, part);
  session.judged();
  if (taken <= 1 && (seen.value("returned") === undefined || seen.minor("returned") === part)) return;
  session.fail({
    summary: {
      en: `of ${drafts.length} refunds told at once, of which the order bears one, ${taken} were acknowledged`,
      zh: `同时通知 ${drafts.length} 笔退款而订单仅容一笔，平台确认了 ${taken} 笔`,
    },
    expected: {
      en: `one acknowledged, and ${part} of ${value} given back`,
      zh: `仅确认一笔，${value} 中已退 ${part}`,
    },
    seen: {
      en: `${taken} acknowledged, ${JSON.stringify(seen.body)}`,
      zh: `确认 ${taken} 笔，${JSON.stringify(seen.body)}`,
    },
    likelyCause: CAUSE,
  });
}

const CAUSE = {
  en: "The sum is read first and written afterwards, without a lock on the order in between.",
  zh: "先读取累计额后写回，期间未锁定订单。",
};
