import type { Json } from "../../../core/unit/unit.ts";
import type { Check, Instance } from "../../check.ts";
import { leaves, put, valueAt } from "../../generators/fields.ts";
import { otherText } from "../../generators/other-text.ts";
import { originalOf } from "../../resources/kinds.ts";
import { moneyAt } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { expectUntouched, NEEDS, saying } from "./record.ts";
import type { Waiting } from "./record.ts";
import { again, asTheRulesSay, carriedBy, carriedOf, tell, untold } from "./told.ts";
import type { Carried, Untold } from "./told.ts";

/** What was told once is not told otherwise: whatever the rules compare with what was told before. */
export const toldOtherwise: Check = {
  id: "notification.told-otherwise",
  requirement: "NOT-07",
  title: {
    en: "A notification with another amount, number or transaction than before is refused",
    zh: "已通知的内容不得改口：金额、单号或交易号不同的通知被拒绝",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: (context): readonly Instance[] => {
    const all = carriedBy(context).flatMap(({ resource, notifies, states }) =>
      states.map((state) => ({ id: `${resource.name}-${state}`, interface: notifies.id, data: state })),
    );
    return all.length > 0
      ? all
      : [{ id: "", absent: { en: "no notification tells of a state", zh: "没有通知给出状态" } }];
  },
  async run(session, instance) {
    const one = carriedOf(session, instance);
    const state = String(instance.data);
    for (const then of [undefined, ...one.states.filter((other) => other !== state)])
      await toldAndContradicted(session, one, state, then);
    for (const before of [undefined, ...one.states.filter((other) => other !== state)])
      await endedOtherwise(session, one, before, state);
  },
};

/**
 * Tells of a state, of another that contradicts it, and of the first once more. What a platform answers to the second is
 * its affair, but it holds on to what it has acknowledged, which the bank may send again. No repetition comes between,
 * since that would bring back what was kept wrongly.
 */
async function endedOtherwise(
  session: Session,
  one: Carried,
  before: string | undefined,
  state: string,
): Promise<void> {
  const { draft, rules } = await untold(session, one);
  const { name } = one.resource;
  let last = draft;
  for (const each of before === undefined ? [state] : [before, state]) {
    last = saying(session, last, { state: each });
    const asked = rules.acknowledges(last);
    if (!asked || !(await tell(session, rules, last, `${name}: ${each}`))) return;
  }
  const other = one.states.find((each) => !rules.acknowledges(saying(session, last, { state: each })));
  if (other === undefined) return;
  await tell(session, rules, saying(session, last, { state: other }), `${other}, which contradicts ${state}`);
  session.expectSuccess(await session.send(again(session, last), { label: `${state} once more` }));
}

/** Tells of a state and of another after it, and then of the last once more with each value changed in turn. */
async function toldAndContradicted(
  session: Session,
  one: Carried,
  state: string,
  then: string | undefined,
): Promise<void> {
  const news = await untold(session, one);
  const { draft, rules } = news;
  const { name } = one.resource;
  let last = saying(session, draft, { state });
  if (!(await tell(session, rules, last, `${name}: ${state}`))) {
    // Nothing was told yet that could be told otherwise: what does not end a payment need not be taken.
    session.expectSuccess(await session.send(draft, { label: `${name}, as it is usual` }));
    return;
  }
  // What comes again changes nothing, however often.
  last = again(session, last);
  rules.take(last);
  session.expectSuccess(await session.send(last, { label: `${state} once more` }));
  if (then !== undefined) {
    const next = saying(session, last, { state: then });
    if (await tell(session, rules, next, `and then: ${then}`)) last = next;
  }
  const told = then === undefined ? state : `${state}, ${then}`;
  await contradicted(session, one, { ...news, draft: last }, told);
  session.expectSuccess(await session.send(again(session, last), { label: `after ${told}: the last of it again` }));
}

/** Holds that what was told last is refused with any other value that the rules compare, and that nothing changes. */
async function contradicted(
  session: Session,
  one: Carried,
  { draft: last, rules, waits, stray }: Untold,
  told: string,
): Promise<void> {
  // What was acknowledged may be booked later.
  const booked = waits === undefined ? undefined : (await asTheRulesSay(session, rules, waits)).seen;
  for (const { field, draft, codes } of otherwise(session, one, last, stray)) {
    if (!rules.acknowledges(last) || rules.acknowledges(draft)) continue;
    session.expectRefusal(
      await session.send(draft, { label: `after ${told}: the same with another ${field}` }),
      codes,
      {
        en: "A notification of a known number is acknowledged without a check of its content.",
        zh: "已知单号的通知未比对内容即确认。",
      },
    );
  }
  session.judged();
  if (waits === undefined || booked === undefined) return;
  await expectUntouched(session, waits, booked, {
    en: `a contradicting notification of a ${one.resource.name} changed the ${waits.record.name}`,
    zh: `内容不同的 ${one.resource.name} 通知改变了 ${waits.record.name}`,
  });
}

/** A notification that says one thing otherwise, and the codes that may refuse it. */
interface Contradiction {
  readonly field: string;
  readonly draft: Draft;
  readonly codes: readonly string[];
}

/**
 * Each value of what is told of, as another one: a number one more and one less, a text with another end; for the
 * record's number, that of another one that there is.
 */
function otherwise(
  session: Session,
  { notifies, resource }: Carried,
  draft: Draft,
  stray: Waiting | undefined,
): readonly Contradiction[] {
  const { pack } = session;
  const { errors, request } = notifies;
  const places = (meaning: "notice" | "event" | "occurred" | "state" | "party" | "number" | "of") =>
    pack
      .meanings(notifies)
      .asked(meaning)
      .map(({ path }) => path.join("/"));
  const standing = (["notice", "event", "occurred", "state", "party"] as const).flatMap(places);
  // The field that names the record: the number itself, or what is given back.
  const naming =
    stray === undefined
      ? []
      : resource.name === stray.subject.name
        ? places("number")
        : originalOf(pack, resource)?.name === stray.subject.name
          ? places("of")
          : [];
  return leaves(request.body, pack.schemas)
    .filter(({ path }) => !standing.includes(path.join("/")))
    .flatMap(({ path, schema }) => {
      const value = valueAt(draft.body as Json, path);
      const said = (other: Json, codes = errors): Contradiction => ({
        field: path.join("/"),
        codes,
        draft: again(session, put(draft as unknown as Json, ["body", ...path], other) as unknown as Draft),
      });
      if (typeof value === "number") return [said(value + 1), ...(value > 1 ? [said(value - 1)] : [])];
      if (typeof value !== "string" || value === "") return [];
      // An unknown number is refused for that alone; another record's number has to be compared.
      if (stray !== undefined && naming.includes(path.join("/")) && value !== stray.number) return [said(stray.number)];
      // A schema that knows no other currency may refuse that too.
      if (moneyAt(pack, request.body, path.slice(0, -1))?.members?.currency === path.at(-1))
        return [said(value === "USD" ? "EUR" : "USD", [...errors, session.code("schema")])];
      return [
        said(otherText(value, schema, pack.schemas) ?? `${value.slice(0, -1)}${value.endsWith("7") ? "8" : "7"}`),
      ];
    });
}
