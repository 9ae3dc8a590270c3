import { addDays } from "../../../core/calendar/date.ts";
import { compileExpression } from "../../../core/expression/expression.ts";
import { decode, isEncoding } from "../../../core/table/encoding.ts";
import type { Encoding } from "../../../core/table/encoding.ts";
import type { Check, Instance, PlanContext } from "../../check.ts";
import { unpacked } from "../../data/bill-file.ts";
import { billOf, today } from "../../data/books.ts";
import type { PackView } from "../../pack-view.ts";
import { hostOf } from "../../provocation/way.ts";
import { schemasAt } from "../../resources/schemas-at.ts";
import type { Session } from "../../session.ts";
import { fieldsOf, withFields } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import { bills, eachBill } from "./subjects.ts";

/** A field of the request for the file that decides how it is packed, and a value of it. */
type Packing = readonly [field: string, word: string];

/** Ways to pack a file that the request for it may name: the fields that the table's `encoding` reads, by their enums. */
function packingsOf(pack: PackView): readonly Packing[] {
  const file = pack.resources.thing("files", "bill");
  const read = JSON.stringify(file?.response.table?.encoding ?? "").matchAll(/\$request\.(\w+)/gu);
  const fields = [...new Set([...read].map(([, name = ""]) => name))];
  return fields.flatMap((field) =>
    [file?.request.query, file?.request.body].flatMap((schema) =>
      schema === undefined
        ? []
        : schemasAt(schema, schema, [field], pack.schemas).flatMap(({ schema: found }) => {
            const words = typeof found === "boolean" ? undefined : found["enum"];
            return Array.isArray(words)
              ? (words as readonly unknown[]).flatMap((word) =>
                  typeof word === "string" ? [[field, word] as const] : [],
                )
              : [];
          }),
    ),
  );
}

/** A file is hashed before it is packed, so that one hash holds for every way to fetch it. */
export const packedBill: Check = {
  id: "reconciliation.packed-bill",
  requirement: "REC-07",
  title: {
    en: "A bill that is asked for packed is the same file, packed so",
    zh: "按要求压缩的账单解压后与原文件一致",
  },
  effort: "standard",
  each: (context: PlanContext): readonly Instance[] =>
    packingsOf(context.pack).flatMap((packing) =>
      eachBill(context).map((one) => ({ ...one, id: packing[1], data: packing })),
    ),
  async run(session, instance) {
    const [field = "", word = ""] = instance.data as readonly string[];
    const { file } = bills(session);
    const { table } = file.response;
    if (table === undefined) throw new TypeError(`${file.id} answers with no table`);
    // One that is out on any day.
    const date = addDays(today(session), -2);
    const plain = unpacked((await billOf(session, date)).bytes, table);
    const draft = withFields(await session.make(file, { date }), { [field]: word });
    const exchange = await session.send(draft, { label: `the file, ${field}=${word}` });
    session.expectSuccess(exchange);
    const packing = packingFor(session, draft);
    const bytes = exchange.answer?.body ?? new Uint8Array();
    const read = decode(bytes, packing);
    session.judged();
    if (read !== undefined && plain !== undefined && Buffer.compare(read, plain) === 0) return;
    session.fail({
      summary: {
        en: `the bill of ${date} with ${field}=${word} is not the same file`,
        zh: `${date} 账单以 ${field}=${word} 下载时内容不符`,
      },
      expected: {
        en: `the ${plain?.length ?? 0} bytes of the file, packed as ${packing}`,
        zh: `文件的 ${plain?.length ?? 0} 字节，以 ${packing} 压缩`,
      },
      seen:
        read === undefined
          ? { en: `${bytes.length} bytes that are not ${packing}`, zh: `${bytes.length} 字节，不是 ${packing}` }
          : { en: `${read.length} other bytes`, zh: `${read.length} 字节，内容不同` },
    });
  },
};

/** How the pack has the file packed for this request. */
function packingFor(session: Session, draft: Draft): Encoding {
  const { encoding = "none" } = draft.interface.response.table ?? {};
  const value = compileExpression(encoding)({ roots: { request: fieldsOf(draft) }, host: hostOf(session) });
  return isEncoding(value)
    ? value
    : session.inconclusive(
        `the pack gives ${JSON.stringify(value)} for the packing of this file`,
        `规范包给出的压缩方式为 ${JSON.stringify(value)}`,
      );
}
