import type { Schema } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { leaves, put, valueAt } from "../../generators/fields.ts";
import { flatten } from "../../generators/schema-source.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { besideCall, isLate, paceOf } from "../beside.ts";

const WITHIN_MS = 1_000;

/** Within the limit of size, so that depth, number and length are what is refused. */
export const bounds: Check = {
  id: "parsing.bounds",
  requirement: "PAR-04",
  title: { en: "Depth, members and long numbers are bounded", zh: "深度、成员数与数字长度有限" },
  effort: "standard",
  body: "json",
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const { depth, members, bodyBytes } = session.pack.policies.limits;
    const plain = session.bodyText(draft).slice(0, -1);
    const room = bodyBytes - plain.length - 64;
    const shape = flatten(
      { schema: draft.interface.request.body as SchemaObject, document: draft.interface.request.body as Schema },
      session.pack.schemas,
    ).schema;
    const closed = shape["additionalProperties"] === false || shape["unevaluatedProperties"] === false;
    // Of the texts that the request has, one with a limit of its own.
    const bounded = leaves(draft.interface.request.body, session.pack.schemas).find(
      (leaf) =>
        leaf.schema["type"] === "string" &&
        leaf.schema["maxLength"] !== undefined &&
        leaf.schema["x-from"] !== "party" &&
        valueAt(draft.body, leaf.path) !== undefined,
    );
    const nested = (levels: number): string => `${plain},"liantiao":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const texts: Readonly<Record<string, string>> = {
      [`${depth + 1} levels`]: nested(depth),
      "100 levels": nested(100),
      "as many levels as fit": nested(Math.floor(room / 2)),
      "as many open levels as fit": `${plain},"liantiao":${"[".repeat(room)}`,
      "objects as deep as fit": `${plain},"liantiao":${'{"a":'.repeat(Math.floor(room / 6))}1${"}".repeat(Math.floor(room / 6))}}`,
      [`${members + 1} members`]: `${plain},${Array.from({ length: members + 1 }, (_one, index) => `"k${index}":1`).join(",")}}`,
      [`a list of ${members + 1}`]: `${plain},"liantiao":[${Array.from({ length: members + 1 }, () => "1").join(",")}]}`,
      "as many members as fit": `${plain},${Array.from({ length: Math.floor(room / 12) }, (_one, index) => `"${index.toString(36)}":0`).join(",")}}`,
      "a number as long as fits": `${plain},"liantiao":${"9".repeat(room)}}`,
      "an exponent as long as fits": `${plain},"liantiao":1e${"9".repeat(room)}}`,
      ...Object.fromEntries(
        bounded === undefined
          ? []
          : [
              [
                "a string as long as fits",
                session.bodyText(draft, put(draft.body ?? {}, bounded.path, "x".repeat(room))),
              ],
              [
                "escapes as long as fit",
                session.bodyText(draft, put(draft.body ?? {}, bounded.path, "\\".repeat(Math.floor(room / 2)))),
              ],
            ],
      ),
      ...(closed ? { "a name as long as fits": `${plain},"${"k".repeat(room)}":1}` } : {}),
      "space as long as fits, then a fault": `${plain}${" ".repeat(room)},}`,
    };
    const before = await session.observe(draft);
    for (const [name, text] of Object.entries(texts))
      await refusedInTime(session, draft, name, new TextEncoder().encode(text));
    await session.expectUnchanged(before, { en: "a body beyond the bounds", zh: "超出界限的报文体" });
    session.expectSuccess(await session.send(draft, { label: "the same request within the bounds" }));
  },
};

async function refusedInTime(session: Session, draft: Draft, name: string, bytes: Uint8Array): Promise<void> {
  const refused = async (): Promise<Exchange> => {
    const exchange = await session.send(draft, {
      label: `a body with ${name} (${bytes.length} bytes)`,
      tamper: { body: () => bytes },
    });
    session.expectRefusal(exchange, [session.code("decode"), session.code("schema"), session.code("route.size")], {
      en: "Bounds are checked after parsing, or not at all.",
      zh: "解析之后才校验上限，或未校验。",
    });
    return exchange;
  };
  const pace = await paceOf(WITHIN_MS, refused, () => besideCall(session, draft, bytes.length));
  if (isLate(pace, WITHIN_MS))
    session.fail({
      summary: {
        en: `a body with ${name} took ${pace.tookMs} ms to be refused at best, and an ordinary one ${pace.besideMs} ms`,
        zh: `含“${name}”的报文至少耗时 ${pace.tookMs} 毫秒才被拒绝，而普通报文为 ${pace.besideMs} 毫秒`,
      },
      expected: {
        en: `refused within ${WITHIN_MS} ms more than an ordinary call of the same length takes`,
        zh: `较等长的普通请求至多多用 ${WITHIN_MS} 毫秒即被拒绝`,
      },
      seen: {
        en: `${pace.tookMs} ms against ${pace.besideMs} ms`,
        zh: `${pace.tookMs} 毫秒，普通请求 ${pace.besideMs} 毫秒`,
      },
    });
}
