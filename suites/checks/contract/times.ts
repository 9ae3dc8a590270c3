import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { leaves } from "../../generators/fields.ts";
import { fieldNames, inProfile } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Fields } from "../../wire/draft.ts";

/** Times that tell of what the call itself did or saw; those of what is to come, or was long ago, are others. */
const OF_NOW = /^(?:created|received|settled|confirmed|occurred)_at$|^as_of$/u;

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
  each: ({ provided, pack }) => provided
    .filter((one) => one.response.signed !== false && leaves(one.response.body, pack.schemas).some(({ path }) => path.length === 1 && OF_NOW.test(path[0] ?? "")))
    .filter((one) => one.idempotency !== undefined || one.read?.load === undefined || !one.id.endsWith(".query"))
    .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const exchange = await session.send(await session.request(id), { label: id });
    const said = session.expectSuccess(exchange);
    const query = session.pack.interface(id).caller.query?.interface;
    expectOfNow(session, exchange, said);
    if (query === undefined || !inProfile(session.statement, query)) return;
    const known = { ...fieldsOf(exchange.draft), ...said };
    const names = fieldNames(session.pack, session.pack.interface(query), "path");
    if (!names.every((name) => known[name] !== undefined)) return;
    const asked = await session.send(await session.request(query, Object.fromEntries(names.map((name) => [name, known[name]]))), { label: query });
    expectOfNow(session, asked, session.expectSuccess(asked));
  },
};

/** What settles late: settled after it was made, not after it was told, and on the business date of that moment. */
export const lateTimes: Check = {
  id: "contract.settled-at",
  requirement: "CON-10",
  title: { en: "A late result is dated when it came about", zh: "延迟结果的完成时间与会计日期正确" },
  effort: "standard",
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["payment.settles-late-success"] },
  async run(session) {
    const { body } = await session.perform("payment.create", { binding_id: session.fixture("payment.settles-late-success")["binding_id"] });
    await session.settle("payment.query", { out_trade_no: body["out_trade_no"] ?? "" });
    const exchange = await session.send(await session.request("payment.query", { out_trade_no: body["out_trade_no"] ?? "" }), { label: "the payment once it is settled" });
    const settled = session.expectSuccess(exchange);
    const absent = (): never => session.inconclusive("the payment did not say when it was made and settled", "支付未给出创建与完成时间");
    const [created, done, told] = [secondsOf(settled["created_at"]) ?? absent(), secondsOf(settled["settled_at"]) ?? absent(), toldAt(exchange) ?? absent()];
    const because = (en: string, zh: string, expected: string): never => session.fail({ summary: { en, zh }, expected, seen: JSON.stringify({ created_at: settled["created_at"], settled_at: settled["settled_at"], business_date: settled["business_date"] }) });
    if (done < created) because("a payment was settled before it was made", "支付完成时间早于创建时间", `settled_at not before created_at`);
    if (done > told + LATER_SECONDS) because("a payment says that it was settled later than it was told", "支付完成时间晚于应答时间", `settled_at not after ${new Date(told * 1000).toISOString()}`);
    expectDate(session, settled);
  },
};

function expectOfNow(session: Session, exchange: Exchange, body: Fields): void {
  const told = toldAt(exchange);
  if (told === undefined) return;
  for (const [name, value] of Object.entries(body)) {
    const seconds = OF_NOW.test(name) ? secondsOf(value) : undefined;
    if (seconds === undefined || (seconds >= told - EARLIER_SECONDS && seconds <= told + LATER_SECONDS)) continue;
    session.fail({
      summary: { en: `${name} of ${exchange.draft.interface.id} is another time than that of its answer`, zh: `${exchange.draft.interface.id} 的 ${name} 与应答时间不符` },
      expected: `within ${EARLIER_SECONDS} s before ${session.pack.calendar.rfc3339(told * 1000)}, when the answer was signed`, seen: String(value),
      likelyCause: { en: "A local time is written with another zone's offset, or a clock is wrong.", zh: "本地时间使用了错误的时区偏移，或时钟不准。" },
    });
  }
  expectDate(session, body);
}

/** The business date is that of the moment of settlement. */
function expectDate(session: Session, body: Fields): void {
  session.judged();
  const settled = secondsOf(body["settled_at"]);
  if (settled === undefined || typeof body["business_date"] !== "string") return;
  const expected = session.pack.calendar.businessDate(settled * 1000);
  if (body["business_date"] !== expected) session.fail({ summary: { en: "the business date is not that of the moment of settlement", zh: "会计日期与完成时间不符" }, expected: `${expected}, the date of ${String(body["settled_at"])}`, seen: body["business_date"] });
}

const toldAt = ({ answer }: Exchange): number | undefined => (answer?.signature.ok === true ? answer.signature.timestampSeconds : undefined);

function secondsOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}
