import { asJson } from "../../../core/text/alike.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { fieldNames } from "../../profile.ts";

/** Names through which careless merging writes into every object of the process. */
const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "__defineGetter__",
  "constructor.prototype",
  "__proto__.liantiao",
];

export const prototypeKeys: Check = {
  id: "parsing.prototype-keys",
  requirement: "PAR-06",
  title: { en: "Prototype keys do nothing", zh: "原型键无影响" },
  effort: "standard",
  body: "json",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const codes = [session.code("decode"), session.code("schema")];
    const draft = await session.request(id);
    const body = session.bodyText(draft);
    const before = await session.observe(draft);
    const send = (json: string, label: string): ReturnType<typeof session.send> =>
      session.send(draft, { label, tamper: { body: () => new TextEncoder().encode(json) } });

    // What is only inherited is not there: a request without a field of its own is incomplete.
    for (const name of fieldNames(session.pack, draft.interface, "body", "required")) {
      const { [name]: value, ...rest } = draft.body ?? {};
      if (value === undefined) continue;
      const inherited = session.bodyText(draft, rest).slice(0, -1);
      const exchange = await send(
        `${inherited}${inherited === "{" ? "" : ","}"__proto__":${session.bodyText(draft, { [name]: value })}}`,
        `"${name}" within __proto__ only`,
      );
      session.expectRefusal(exchange, codes, {
        en: "Parsed objects are merged into others, __proto__ included.",
        zh: "解析后的对象被合并，包括 __proto__。",
      });
    }
    await session.expectUnchanged(before, {
      en: "a field within __proto__ only",
      zh: "仅含于 __proto__ 的字段",
    });

    // Poison as it is tried in the wild; what an answer could show of it are the pack's own optional fields.
    const optional = [
      ...new Set([...fieldNames(session.pack, draft.interface, "body"), "status", "statusCode", "code", "liantiao"]),
    ].filter((name) => draft.body?.[name] === undefined);
    const poison = JSON.stringify(Object.fromEntries(optional.map((name) => [name, "liantiao-poison"])));
    for (const key of KEYS) {
      for (const inner of [poison, `{"prototype":${poison}}`]) {
        const exchange = await send(
          `${body.slice(0, -1)}${body === "{}" ? "" : ","}"${key}":${inner}}`,
          `"${key}" in the body`,
        );
        if (session.pack.succeeds(draft.interface, exchange.answer?.status)) session.expectSuccess(exchange);
        else session.expectRefusal(exchange, codes);
      }
    }
    // What a notification leaves behind shows in what is read later, since its own answer is empty.
    const { views } = await session.observe(draft);
    session.judged();
    const shown = views.find(({ json }) => JSON.stringify(json)?.includes("liantiao-poison"));
    if (shown !== undefined)
      session.fail({
        summary: {
          en: `${shown.interface} shows what came within such a key`,
          zh: `${shown.interface} 出现了此类键所带的内容`,
        },
        expected: { en: "nothing of it", zh: "不出现该内容" },
        seen: asJson(shown.json),
        likelyCause: {
          en: "Unknown fields of a request are merged into objects of the process.",
          zh: "请求中的未知字段被合并到进程内的对象。",
        },
      });
    await expectClean(session, id);
  },
};

/** Holds that a later answer has nothing of what was sent, in whatever field. */
async function expectClean(session: Session, id: string): Promise<void> {
  const after = await session.request(id);
  const exchange = await session.send(after, { label: "an ordinary request afterwards" });
  session.expectSuccess(exchange);
  const poisoned = Object.entries((exchange.answer?.json ?? {}) as Fields).find(([, value]) =>
    equal(value, "liantiao-poison"),
  );
  if (poisoned !== undefined)
    session.fail({
      summary: {
        en: `a later answer shows the poisoned "${poisoned[0]}"`,
        zh: `后续应答出现被污染的字段 "${poisoned[0]}"`,
      },
      expected: { en: `no ${poisoned[0]} that was not asked for`, zh: `不出现请求中没有的 ${poisoned[0]}` },
      seen: asJson(poisoned[1]),
      likelyCause: {
        en: "A key of a request has written into Object.prototype.",
        zh: "请求中的键写入了 Object.prototype。",
      },
    });
}
