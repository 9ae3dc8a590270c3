import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { mayBeDated } from "../../data/books.ts";
import { leaves } from "../../generators/fields.ts";
import { fieldNames } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Fields } from "../../wire/draft.ts";
import { endingOf, endings } from "../ended.ts";

/** Times that tell of what the call itself did or saw; those of what is to come, or was long ago, are others. */
const OF_NOW = /^(?:created|received|settled|returned|confirmed|cancelled|occurred)_at$|^as_of$/u;

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
      .filter(
        (one) =>
          one.response.signed !== false &&
          leaves(one.response.body, pack.schemas).some(({ path }) => path.length === 1 && OF_NOW.test(path[0] ?? "")),
      )
      .filter((one) => one.idempotency !== undefined || one.read?.load === undefined || !one.id.endsWith(".query"))
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const exchange = await session.send(await session.request(id), { label: id });
    const said = session.expectSuccess(exchange);
    const query = session.pack.interface(id).caller.query?.interface;
    await expectOfNow(session, exchange, said);
    const tellable = new Set(
      leaves(session.pack.interface(id).response.body, session.pack.schemas).map(({ path }) => path[0]),
    );
    const undated = (DATED[String(said["state"])] ?? []).find(
      (name) => tellable.has(name) && secondsOf(said[name]) === undefined,
    );
    if (undated !== undefined)
      session.fail({
        summary: {
          en: `an answer of ${id} that is ${String(said["state"])} does not say ${undated}`,
          zh: `${id} 应答状态为 ${String(said["state"])}，但没有 ${undated}`,
        },
        expected: undated,
        seen: JSON.stringify(said),
      });
    if (query === undefined || !session.claims(query)) return;
    const known = { ...fieldsOf(exchange.draft), ...said };
    const names = fieldNames(session.pack, session.pack.interface(query), "path");
    if (!names.every((name) => known[name] !== undefined)) return;
    const asked = await session.send(
      await session.request(query, Object.fromEntries(names.map((name) => [name, known[name]]))),
      { label: query },
    );
    await expectOfNow(session, asked, session.expectSuccess(asked));
  },
};

/** What each end is dated by, where the view says that it came. */
export const DATED: Readonly<Record<string, readonly string[]>> = {
  SUCCEEDED: ["settled_at"],
  RETURNED: ["settled_at", "returned_at"],
};

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
      session.inconclusive(`${seen.label}: no signed answer showed it`, `${seen.label}：未得到已签名的成功应答`);
    if (!session.pack.succeeds(seen.draft.interface, answer?.status)) unseen();
    const told = toldAt(seen) ?? unseen();
    const view: Fields = { ...(answer?.json as Fields | undefined) };
    const resource = String(instance.data);
    const because = (en: string, zh: string, expected: string): never =>
      session.fail({
        summary: { en, zh },
        expected,
        seen: JSON.stringify({
          state,
          ...Object.fromEntries(ORDER.map((name) => [name, view[name]])),
          business_date: view["business_date"],
        }),
        evidence: [seen.wire],
      });
    session.judged();
    const undated = (DATED[String(view["state"])] ?? []).find((name) => secondsOf(view[name]) === undefined);
    if (undated !== undefined)
      because(
        `a ${resource} that is ${String(view["state"])} does not say ${undated}`,
        `${resource} 状态为 ${String(view["state"])}，但没有 ${undated}`,
        undated,
      );
    const dated = ORDER.flatMap((name) => {
      const at = secondsOf(view[name]);
      return at === undefined ? [] : [{ name, at }];
    });
    const earliest = told - EARLIER_SECONDS - session.statement.limits.settleWithinSeconds;
    for (const [index, { name, at }] of dated.entries()) {
      const before = dated[index - 1];
      if (before !== undefined && at < before.at)
        because(
          `${name} of a ${resource} is earlier than its ${before.name}`,
          `${resource} 的 ${name} 早于 ${before.name}`,
          `${name} not before ${before.name}`,
        );
      if (at > told + LATER_SECONDS)
        because(
          `${name} of a ${resource} is later than it was told`,
          `${resource} 的 ${name} 晚于应答时间`,
          `${name} not after ${session.pack.calendar.rfc3339(told * 1000)}`,
        );
      if (at < earliest)
        because(
          `${name} of a ${resource} is earlier than the run made it`,
          `${resource} 的 ${name} 早于本次创建`,
          `${name} not before ${session.pack.calendar.rfc3339(earliest * 1000)}`,
        );
    }
    await expectDate(session, view);
  },
};

/** The times of a view, in the order in which they come. */
const ORDER = ["created_at", "settled_at", "returned_at"];

async function expectOfNow(session: Session, exchange: Exchange, body: Fields): Promise<void> {
  const told = toldAt(exchange);
  if (told === undefined) return;
  for (const [name, value] of Object.entries(body)) {
    const seconds = OF_NOW.test(name) ? secondsOf(value) : undefined;
    if (seconds === undefined || (seconds >= told - EARLIER_SECONDS && seconds <= told + LATER_SECONDS)) continue;
    session.fail({
      summary: {
        en: `${name} of ${exchange.draft.interface.id} is another time than that of its answer`,
        zh: `${exchange.draft.interface.id} 的 ${name} 与应答时间不符`,
      },
      expected: `within ${EARLIER_SECONDS} s before ${session.pack.calendar.rfc3339(told * 1000)}, when the answer was signed`,
      seen: String(value),
      likelyCause: {
        en: "A local time is written with another zone's offset, or a clock is wrong.",
        zh: "本地时间使用了错误的时区偏移，或时钟不准。",
      },
    });
  }
  await expectDate(session, body);
}

/** The business date is that of the moment of settlement, or a later one that the bank had reached. */
async function expectDate(session: Session, body: Fields): Promise<void> {
  session.judged();
  const settled = secondsOf(body["settled_at"]);
  const date = body["business_date"];
  if (settled === undefined || typeof date !== "string" || (await mayBeDated(session, date, settled * 1000))) return;
  session.fail({
    summary: { en: "the business date is not that of the moment of settlement", zh: "会计日期与完成时间不符" },
    expected: `${session.pack.calendar.businessDate(settled * 1000)}, the date of ${String(body["settled_at"])}`,
    seen: date,
  });
}

const toldAt = ({ answer }: Exchange): number | undefined =>
  answer?.signature.ok === true ? answer.signature.timestampSeconds : undefined;

function secondsOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}
