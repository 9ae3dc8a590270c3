import { addDays } from "../../../core/calendar/date.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { lastOfRange, shownBy, today } from "../../data/books.ts";
import type { Given } from "../../data/request-builder.ts";
import { leaves } from "../../generators/fields.ts";
import type { Session } from "../../session.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { eachAccount } from "./books.ts";

/** A range that is none, one longer than the pack allows, and a page that no other led to: each beside one that is given. */
export const ranges: Check = {
  id: "reconciliation.ranges",
  requirement: "REC-13",
  title: { en: "A statement is refused for a range or page that is none", zh: "非法区间或游标的明细请求被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachAccount,
  async run(session, instance) {
    const one = shownBy(session, "lists", "entries", instance.data as string);
    const codes = session.codes(one, "range");
    const to = today(session);
    const ask = (given: Given, label: string): Promise<Exchange> => statement(session, one, given, label);
    session.expectRefusal(
      await ask({ from: to, to: addDays(to, -1) }, "a range that ends before it begins"),
      codes,
      causes.backwards,
    );
    session.expectSuccess(await ask({ from: to, to }, "a range of one day"));
    const { statementDays } = session.pack.policies.limits;
    if (statementDays !== undefined) {
      const from = addDays(to, -statementDays);
      session.expectRefusal(await ask({ from, to }, `a range of ${statementDays + 1} days`), codes);
      const first = addDays(from, 1);
      session.expectSuccess(
        await ask({ from: first, to: lastOfRange(session, first, to) }, `a range of ${statementDays} days`),
      );
    }
    const cursor = unknownCursor(session, one);
    if (cursor === undefined) return;
    // A bank whose cursors have a form of their own may refuse another form as such.
    session.expectRefusal(
      await ask({ from: to, to, cursor }, "a cursor that no page gave"),
      [...codes, session.code("schema")],
      causes.cursor,
    );
  },
};

const causes = {
  backwards: { en: "An empty range is searched and found empty.", zh: "按空区间查询并返回空结果。" },
  cursor: {
    en: "A cursor that is not found is taken for none, or for a place in the order of numbers.",
    zh: "未找到的游标被当作空游标，或仅按编号大小定位。",
  },
} as const;

/** A statement of the account that the interface shows; the customer is the one of the ordinary scenario. */
async function statement(session: Session, one: Interface, given: Given, label: string): Promise<Exchange> {
  return session.send(await session.request(one.id, {}, { given }), { label });
}

/** A cursor of the form that the pack gives them, which no page has shown; undefined where there are none. */
function unknownCursor(session: Session, one: Interface): Json | undefined {
  const [asked] = session.pack.meanings(one).asked("cursor");
  if (asked === undefined) return undefined;
  const leaf = leaves(one.request[asked.part], session.pack.schemas).find(
    ({ path }) => path.join("/") === asked.path.join("/"),
  );
  return leaf === undefined
    ? undefined
    : session.run.fresh.value(leaf.schema, session.pack.schemas, leaf.document, session.random);
}
