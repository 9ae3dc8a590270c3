import { signedAtSeconds } from "../carried-part.ts";
import type { Meaning, Outcome } from "../../../core/pack/purpose.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { mayBeDated } from "../../data/books.ts";
import type { PackView } from "../../pack-view.ts";
import { valueAt } from "../../resources/meant.ts";
import { momentAt } from "../../resources/moment-at.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { endingOf, endings } from "../ended.ts";
import { queryOf } from "../resource-steps.ts";

/** Times that tell of what the call itself did or saw; those of what is to come, or was long ago, are others. */
const OF_NOW: readonly Meaning[] = ["created", "settled", "ended", "occurred", "as-of"];

/** How much earlier than its answer something may have happened: a busy provider takes its time. */
const EARLIER_SECONDS = 60;
/** Later by rounding alone. */
const LATER_SECONDS = 2;

/** Of each answer that tells when something just happened: its own signature says what time it was. */
export const times: Check = {
  id: "contract.times",
  requirement: "CON-10",
  title: { en: "Times in an answer are those of the provider's clock", zh: "应答中的时间与提供方时钟一致" },
  effort: "standard",
  each: ({ provided, pack }) =>
    provided
      .filter((one) => one.response.signed !== false && momentsIn(pack, one).length > 0)
      .filter(
        (one) =>
          one.idempotency !== undefined ||
          one.read?.load === undefined ||
          pack.resources.about(one)?.resource?.reads?.id !== one.id,
      )
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const one = session.pack.interface(interfaceOf(instance));
    const exchange = await session.send(await session.request(one.id), { label: one.id });
    const shown = session.expectShown(exchange);
    await expectOfNow(session, exchange, shown);
    const { outcome, state } = shown;
    const undated = undatedOf(shown).find((meaning) => session.pack.meanings(one).shown(meaning).length > 0);
    if (undated !== undefined)
      session.fail({
        summary: {
          en: `an answer of ${one.id} that is ${String(state)} does not say when it ${WHEN[undated]}`,
          zh: `${one.id} 应答状态为 ${String(state)}，但没有 ${nameOf(session.pack, one, undated)}`,
        },
        expected: {
          en: `${nameOf(session.pack, one, undated)} of what has ${outcome}`,
          zh: `结果为 ${outcome} 时给出 ${nameOf(session.pack, one, undated)}`,
        },
        seen: asJson(shown.body),
      });
    const query = await queryOf(session, exchange.draft, shown.body);
    if (query === undefined) return;
    const asked = await session.send(query, { label: query.interface.id });
    await expectOfNow(session, asked, session.expectShown(asked));
  },
};

/** What each end is dated by, where the view says that it came. */
const DATED: Partial<Readonly<Record<Outcome, readonly ("settled" | "ended")[]>>> = {
  succeeded: ["settled"],
  returned: ["settled", "ended"],
};
const WHEN = { settled: "was settled", ended: "ended" } as const;

/** The times that a view should tell by its outcome, and does not. */
const undatedOf = (shown: Shown): readonly ("settled" | "ended")[] =>
  (shown.outcome === undefined ? [] : (DATED[shown.outcome] ?? [])).filter(
    (meaning) => shown.moment(meaning) === undefined,
  );

/** Places of the times in an answer that tell of the call itself. */
function momentsIn(
  pack: PackView,
  one: Interface,
): readonly { readonly meaning: Meaning; readonly path: readonly string[] }[] {
  return OF_NOW.flatMap((meaning) =>
    pack
      .meanings(one)
      .shown(meaning)
      .filter((path) => path.length === 1)
      .map((path) => ({ meaning, path })),
  );
}

/** What the pack calls a field of an answer. */
const nameOf = (pack: PackView, one: Interface, meaning: Meaning): string =>
  pack.meanings(one).shown(meaning)[0]?.join("/") ?? meaning;

/** What came to its end at once, late, or was returned: made, settled and returned in this order, none of it after it was told, and on a business date that was reached by then. */
export const endTimes: Check = {
  id: "contract.settled-at",
  requirement: "CON-10",
  title: { en: "A result carries the time at which it came about", zh: "结果的完成时间与会计日期正确" },
  effort: "standard",
  roles: ["bank"],
  each: (context) => endings(context).map(({ id, resource }) => ({ id, data: resource })),
  async run(session, instance) {
    const {
      seen,
      queried: { state },
    } = await endingOf(session, instance.id);
    const { answer } = seen;
    const unseen = (): never =>
      session.inconclusive(`${seen.label}: no signed answer showed it`, `“${seen.label}”未得到已签名的成功应答`);
    if (!session.pack.succeeds(seen.draft.interface, answer?.status)) unseen();
    const told = signedAtSeconds(session, answer?.signature) ?? unseen();
    const { draft } = seen;
    const view = shownIn(session.pack, draft.interface, objectOf(answer?.json));
    const resource = String(instance.data);
    const named = (meaning: Meaning): string => nameOf(session.pack, draft.interface, meaning);
    const because = (en: string, zh: string, expected: Bilingual): never =>
      session.fail({
        summary: { en, zh },
        expected,
        seen: asJson({
          state,
          ...Object.fromEntries([...ORDER, "date" as const].map((meaning) => [named(meaning), view.value(meaning)])),
        }),
        evidence: [seen.wire],
      });
    session.judged();
    const [undated] = undatedOf(view);
    if (undated !== undefined)
      because(
        `a ${resource} that is ${String(view.state)} does not say when it ${WHEN[undated]}`,
        `${resource} 状态为 ${String(view.state)}，但没有 ${named(undated)}`,
        alike(named(undated)),
      );
    const dated = ORDER.flatMap((meaning) => {
      const at = secondsOf(view.moment(meaning));
      return at === undefined ? [] : [{ name: named(meaning), at }];
    });
    const earliest = told - EARLIER_SECONDS - session.statement.limits.settleWithinSeconds;
    for (const [index, { name, at }] of dated.entries()) {
      const before = dated[index - 1];
      if (before !== undefined && at < before.at)
        because(
          `${name} of a ${resource} is earlier than its ${before.name}`,
          `${resource} 的 ${name} 早于 ${before.name}`,
          { en: `${name} not before ${before.name}`, zh: `${name} 不早于 ${before.name}` },
        );
      if (at > told + LATER_SECONDS)
        because(`${name} of a ${resource} is later than it was told`, `${resource} 的 ${name} 晚于应答时间`, {
          en: `${name} not after ${session.pack.calendar.rfc3339(told * 1000)}`,
          zh: `${name} 不晚于 ${session.pack.calendar.rfc3339(told * 1000)}`,
        });
      if (at < earliest)
        because(`${name} of a ${resource} is earlier than the run made it`, `${resource} 的 ${name} 早于本次创建`, {
          en: `${name} not before ${session.pack.calendar.rfc3339(earliest * 1000)}`,
          zh: `${name} 不早于 ${session.pack.calendar.rfc3339(earliest * 1000)}`,
        });
    }
    await expectDate(session, view);
  },
};

/** The times of a view, in the order in which they come. */
const ORDER = ["created", "settled", "ended"] as const;

async function expectOfNow(session: Session, exchange: Exchange, shown: Shown): Promise<void> {
  const told = toldAt(exchange);
  if (told === undefined) return;
  const one = exchange.draft.interface;
  for (const { path } of momentsIn(session.pack, one)) {
    const value = valueAt(shown.body, [path]);
    const seconds = secondsOf(momentAt(session.pack, one.response.body, path, value));
    if (seconds === undefined || (seconds >= told - EARLIER_SECONDS && seconds <= told + LATER_SECONDS)) continue;
    const name = path.join("/");
    session.fail({
      summary: {
        en: `${name} of ${one.id} is another time than that of its answer`,
        zh: `${one.id} 的 ${name} 与应答时间不符`,
      },
      expected: {
        en: `within ${EARLIER_SECONDS} s before ${session.pack.calendar.rfc3339(told * 1000)}, when the answer was signed`,
        zh: `应答签名时刻 ${session.pack.calendar.rfc3339(told * 1000)} 之前 ${EARLIER_SECONDS} 秒以内`,
      },
      seen: alike(String(value)),
      likelyCause: {
        en: "A local time is written with another zone's offset, or a clock is wrong.",
        zh: "本地时间使用了错误的时区偏移，或时钟不准。",
      },
    });
  }
  await expectDate(session, shown);
}

/** The business date is that of the moment of settlement, or a later one that the bank had reached. */
async function expectDate(session: Session, shown: Shown): Promise<void> {
  session.judged();
  const [settled, date] = [secondsOf(shown.moment("settled")), shown.text("date")];
  if (settled === undefined || date === undefined || (await mayBeDated(session, date, settled * 1000))) return;
  session.fail({
    summary: { en: "the business date is not that of the moment of settlement", zh: "会计日期与完成时间不符" },
    expected: {
      en: `${session.pack.calendar.businessDate(settled * 1000)}, the date of ${String(shown.value("settled"))}`,
      zh: `${session.pack.calendar.businessDate(settled * 1000)}，即 ${String(shown.value("settled"))} 的会计日`,
    },
    seen: alike(date),
  });
}

const toldAt = ({ answer }: Exchange): number | undefined =>
  answer?.signature.ok === true ? answer.signature.timestampSeconds : undefined;

const secondsOf = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.floor(ms / 1000);
