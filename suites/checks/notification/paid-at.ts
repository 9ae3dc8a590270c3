import type { Meaning } from "../../../core/pack/purpose.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { asJson } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { signedAtSeconds } from "../carried-part.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { needed } from "../resource-steps.ts";
import { eachRecord, expectRecord, NEEDS, saying, shownRecord, waiting } from "./record.ts";

/**
 * How much earlier than the answer that shows it a record may have been settled, and by how much rounding may make it
 * later.
 */
const EARLIER_SECONDS = 60;
const LATER_SECONDS = 2;
/** Longer than a second, so that a time which is made up for each answer is another one. */
const PAUSE_MS = 1_500;

export const paidAt: Check = {
  id: "notification.paid-at",
  requirement: "CON-10",
  title: {
    en: "A paid order shows its payment time, and a waiting one shows none",
    zh: "刚支付的订单给出支付时间，待支付的不给出",
  },
  effort: "standard",
  roles: ["platform"],
  needs: NEEDS,
  each: eachRecord,
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const reads = needed(session, record, "reads");
    const field =
      session.pack.meanings(reads).shown("settled")[0]?.at(-1) ??
      session.skip(
        `no field of the answer of ${reads.id} is settled (x-is)`,
        `${reads.id} 的应答中没有字段声明为 settled（x-is）`,
        "not-demanded",
      );
    const waits = await waiting(session, record);
    const { name } = record;
    const before = await shownRecord(session, waits);
    session.judged();
    if (before.value("settled") !== undefined)
      fail(
        session,
        {
          en: `the ${name} that waits for its ${waits.subject.name} says when it was settled`,
          zh: `未完成的 ${name} 给出了完成时间`,
        },
        { en: `no ${field}`, zh: `无 ${field}` },
        before,
      );
    session.expectSuccess(
      await session.send(saying(session, waits.draft, settledNow(session, waits.draft.interface.id)), {
        label: `the ${waits.subject.name}`,
      }),
    );
    await expectRecord(session, waits, "succeeded", {
      en: `its ${waits.subject.name}`,
      zh: `${waits.subject.name} 通知`,
    });
    const exchange = await session.ask(reads, { number: waits.number }, `${reads.id}, once it is settled`);
    const seen = session.expectShown(exchange);
    const told = signedAt(session, exchange);
    const settled = Math.floor((seen.moment("settled") ?? Number.NaN) / 1000);
    if (!(settled >= told - EARLIER_SECONDS && settled <= told + LATER_SECONDS)) {
      const silent = seen.value("settled") === undefined;
      fail(
        session,
        silent
          ? { en: `the ${name} is settled and does not say when`, zh: `已完成的 ${name} 没有完成时间` }
          : {
              en: `the ${name} says another time than that at which it was settled`,
              zh: `${name} 的完成时间与实际不符`,
            },
        {
          en: `${field} within ${EARLIER_SECONDS} s before ${session.pack.calendar.rfc3339(told * 1000)}`,
          zh: `${field} 在 ${session.pack.calendar.rfc3339(told * 1000)} 之前 ${EARLIER_SECONDS} 秒以内`,
        },
        seen,
      );
    }
    await session.sleep(PAUSE_MS);
    const later = await shownRecord(session, waits);
    if (later.value("settled") !== seen.value("settled"))
      fail(
        session,
        {
          en: `the ${name} says another time when it is asked for again`,
          zh: `再次查询时 ${name} 给出了不同的完成时间`,
        },
        {
          en: `${field} ${String(seen.value("settled"))}, as before`,
          zh: `${field} 仍为 ${String(seen.value("settled"))}`,
        },
        later,
      );
  },
};

/** The bank says the same time, whether the platform takes its own or the bank's. */
function settledNow(session: Session, interfaceId: string): Partial<Record<Meaning, string>> {
  const now = session.pack.calendar.rfc3339(session.sutNow());
  const meanings = session.pack.meanings(session.pack.interface(interfaceId));
  return Object.fromEntries(
    (["created", "settled"] as const)
      .filter((meaning) => meanings.asked(meaning).length > 0)
      .map((meaning) => [meaning, now]),
  );
}

/** When an answer was signed, in seconds. */
function signedAt(session: Session, { answer }: Exchange): number {
  return (
    signedAtSeconds(session, answer?.signature) ??
    session.inconclusive("the answer does not say when it was signed", "应答没有签名时间")
  );
}

function fail(session: Session, summary: Bilingual, expected: Bilingual, seen: Shown): never {
  return session.fail({
    summary,
    expected,
    seen: asJson(seen.body),
    likelyCause: {
      en: "A local time is written with another zone's offset, or the time of the order is given for that of its payment.",
      zh: "本地时间使用了错误的时区偏移，或以下单时间代替支付时间。",
    },
  });
}
