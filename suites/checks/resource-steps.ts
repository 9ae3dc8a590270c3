import { namesMadeId } from "../resources/made-id.ts";
import type { Meaning, Outcome, Part } from "../../core/pack/purpose.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { oneOf, named } from "../../core/text/alike.ts";
import type { Json } from "../../core/unit/unit.ts";
import { askedIn } from "../resources/draft-fields.ts";
import type { Given } from "../data/request-builder.ts";
import { reversalsOf } from "../resources/kinds.ts";
import type { Resource } from "../resources/resource.ts";
import type { Shown } from "../resources/shown.ts";
import type { Making, Session } from "../session.ts";
import { fieldNames } from "../profile.ts";
import { fieldsOf, picked } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { shownIn } from "../resources/shown.ts";
import type { Interface } from "../../core/pack/types.ts";
import { saidOf } from "./shown-steps.ts";

/*
 * Steps over any resource of a pack, found by what its interfaces are for. Each ends the check where a step that is only
 * built upon does not come about; judging is left to the check.
 */

/** What a resource is asked for by: its number, or the id that its provider gave it. */
export type Handle = Given;

/** The interface that a check needs of a resource; skips the check where the pack has none. */
export function needed(
  session: Session,
  resource: Resource,
  verb: "creates" | "reads" | "ends" | "confirms",
): Interface {
  return (
    resource[verb] ??
    session.skip(
      `no interface of the pack ${verb} ${resource.name}`,
      `规范包中没有 ${verb} ${resource.name} 的接口`,
      "not-demanded",
    )
  );
}

/** The handle by which `one` takes what a request or an answer speaks of. */
export function handleFor(session: Session, one: Interface, of: Draft | Shown): Handle {
  const meanings = session.pack.meanings(one);
  const said = (meaning: Meaning): Json | undefined =>
    "interface" in of ? askedIn(session.pack, of, meaning) : of.value(meaning);
  for (const meaning of ["number", "id"] as const) {
    const value = said(meaning);
    if (meanings.asked(meaning).length > 0 && value !== undefined) return { [meaning]: value };
  }
  return session.inconclusive(
    `neither the request nor its answer gives what ${one.id} asks for it by`,
    `请求与应答均未给出 ${one.id} 所需的单号`,
  );
}

/** What an interface takes something that was made by: the request, where it gave the number that is asked for, else the answer. */
export function knownBy(session: Session, one: Interface, draft: Draft, shown: Shown): Draft | Shown {
  const byNumber =
    session.pack.meanings(one).asked("number").length > 0 && askedIn(session.pack, draft, "number") !== undefined;
  return byNumber ? draft : shown;
}

/**
 * The query of what a request made: by the number that it gave, or by the id that its answer told. Undefined where the
 * interface has no query, the statement does not claim it, or neither is known, as after a lost answer with the id.
 */
export async function queryOf(session: Session, draft: Draft, answered?: Fields): Promise<Draft | undefined> {
  const { caller, idempotency } = draft.interface;
  const id = caller.query?.interface;
  if (id === undefined || !session.claims(id)) return undefined;
  const { pack } = session;
  const query = pack.interface(id);
  const path = fieldNames(pack, query, "path");
  const keys = [...fieldNames(pack, query, "query"), ...fieldNames(pack, query, "body")].filter((name) =>
    idempotency?.key.includes(name),
  );
  const known = picked({ ...answered, ...fieldsOf(draft) }, [...path, ...keys]);
  const told = path.length === 0 ? keys.length > 0 : path.every((name) => known[name] !== undefined);
  if (told) return session.request(id, known);
  if (answered === undefined) return undefined;
  const shown = shownIn(pack, draft.interface, answered);
  const meaning = (["number", "id"] as const).find(
    (one) => pack.meanings(query).asked(one).length > 0 && shown.value(one) !== undefined,
  );
  const value = meaning === undefined ? undefined : shown.value(meaning);
  return meaning === undefined || value === undefined ? undefined : session.make(query, { [meaning]: value });
}

/** Makes one and sends it as what the check only builds on: inconclusive where it is not taken. */
export async function created(
  session: Session,
  resource: Resource,
  given: Given = {},
  making: Making = {},
): Promise<{ readonly draft: Draft; readonly shown: Shown }> {
  const one = needed(session, resource, "creates");
  const { draft, body } = await session.perform(one.id, {}, { ...making, given });
  return { draft, shown: shownIn(session.pack, one, body) };
}

/** What an answer shows, or where it shows no state what the query does: an order may be answered with a link alone. */
export async function shownBy(session: Session, resource: Resource, exchange: Exchange): Promise<Shown> {
  const shown = session.expectShown(exchange);
  const { reads } = resource;
  const isAsked = reads !== undefined && session.pack.meanings(reads).asked("number").length > 0;
  return shown.state === undefined && isAsked ? look(session, resource, exchange.draft) : shown;
}

/**
 * A request for what can be closed under its number, not sent yet. Where a close refuses unknown numbers it has been
 * sent, and is open.
 */
export async function closable(session: Session, resource: Resource, amount: number): Promise<Draft> {
  const one = needed(session, resource, "creates");
  const close = needed(session, resource, "ends");
  if (session.pack.resources.codes(close, "not-found").length === 0) return session.make(one, { amount });
  const [scenario] = session.pack.resources.scenarios(resource.name, "stays-open");
  if (scenario === undefined)
    return session.skip(
      `${close.id} closes what is known and open, and no scenario of the pack plays ${resource.name} as stays-open`,
      `${close.id} 只关闭已存在且未完成的单号，而规范包没有场景使 ${resource.name} 保持未完成（stays-open）`,
      "not-demanded",
    );
  return (await created(session, resource, { amount }, { scenario: scenario.id })).draft;
}

/** What the query shows now. */
export async function look(
  session: Session,
  resource: Resource,
  of: Draft | Shown,
  making: Making = {},
): Promise<Shown> {
  const one = needed(session, resource, "reads");
  return session.expectShown(await session.ask(one, handleFor(session, one, of), `what ${one.id} shows`, making));
}

/** What the query shows once it is no longer open; inconclusive where that takes too long. */
export async function settled(session: Session, resource: Resource, of: Draft | Shown): Promise<Shown> {
  const one = needed(session, resource, "reads");
  const query = await session.make(one, handleFor(session, one, of));
  return shownIn(session.pack, one, await session.settleDraft(query));
}

/** One that was made and has succeeded: what the query shows of it. */
export async function succeeded(
  session: Session,
  resource: Resource,
  given: Given = {},
  making: Making = {},
): Promise<Shown> {
  const { draft, shown } = await created(session, resource, given, making);
  // Its id is told by the answer, its number by the request.
  const end = await settled(
    session,
    resource,
    session.pack.meanings(needed(session, resource, "reads")).asked("number").length > 0 ? draft : shown,
  );
  if (end.outcome !== "succeeded")
    session.inconclusive(
      `the ${resource.name} on which this check builds is ${String(end.state)}`,
      `本检查所依赖的 ${resource.name} 状态为 ${String(end.state)}`,
    );
  return end;
}

/** What gives back part of another: a refund of `minor` of what `original` shows. */
export async function reverse(
  session: Session,
  reversal: Resource,
  original: Shown,
  minor: number,
  label = `${reversal.name} of ${minor}`,
  given: Given = {},
): Promise<Exchange> {
  const one = needed(session, reversal, "creates");
  return session.ask(one, { ...originalHandle(session, original), amount: minor, ...given }, label);
}

/** Whether reversals name what they give back by the provider's id. */
const reversedById = ({ pack, statement }: Session): boolean =>
  pack.resources
    .of(statement.role)
    .some(
      ({ law, creates }) =>
        law !== undefined && "reverses" in law && creates !== undefined && namesMadeId(pack, creates),
    );

/** The field by which a reversal names what it gives back. */
export function originalHandle(session: Session, original: Shown): Given {
  const [first, second] = reversedById(session) ? (["id", "number"] as const) : (["number", "id"] as const);
  const number = original.value(first) ?? original.value(second);
  if (number === undefined)
    session.inconclusive("the answer shows neither a number nor an id", "应答既无单号也无流水号");
  return { of: number };
}

/** The handle of the account that a resource's data of a scenario move, such as a binding's id. */
export async function accountOf(session: Session, resource: Resource, part: Part = "ordinary"): Promise<string> {
  const one = needed(session, resource, "creates");
  const draft = await session.make(one, {}, { scenario: session.scenario(resource, part) });
  const account = askedIn(session.pack, draft, "account");
  return typeof account === "string"
    ? account
    : session.skip(`${one.id} names no account (x-is)`, `${one.id} 未指明账户（x-is）`, "not-demanded");
}

/** The states with an outcome; skips the check where the resource has none. */
export function statesNeeded(session: Session, resource: Resource, outcome: Outcome): readonly string[] {
  const states = resource.states(outcome);
  if (states.length > 0) return states;
  return session.skip(
    `no state of ${resource.name} has the outcome ${outcome}`,
    `${resource.name} 没有 outcome 为 ${outcome} 的状态`,
    "not-demanded",
  );
}

/** Holds that a resource has come as far as it must. */
export function expectOutcome(
  session: Session,
  resource: Resource,
  shown: Shown,
  expected: Outcome,
  what: Bilingual,
): void {
  const states = statesNeeded(session, resource, expected);
  session.judged();
  if (shown.outcome === expected) return;
  session.fail({
    summary: what,
    expected: { en: `state ${oneOf(states).en}`, zh: `状态 ${oneOf(states).zh}` },
    seen: { en: `state ${String(shown.state)}`, zh: `状态 ${String(shown.state)}` },
  });
}

/** Holds that a view shows so much money; absent and zero are the same. Nothing is judged where the pack has no such field. */
export function expectMinor(session: Session, shown: Shown, meaning: Meaning, expected: number, what: Bilingual): void {
  if (!shown.shows(meaning)) return;
  session.judged();
  if (shown.minor(meaning) === expected) return;
  session.fail({
    summary: what,
    expected: named(meaning, expected),
    seen: saidOf(shown, meaning),
  });
}

/**
 * What gives back what a check takes from a fixture that holds little. Skips the check ahead of anything that is paid
 * where nothing of the pack does, nothing tells what was paid, or the statement does not claim it: the fixture would be
 * used up, and checks after it would find nothing.
 */
export function givingBack(session: Session, resource: Resource): Resource {
  const reads = needed(session, resource, "reads");
  const [refund] = reversalsOf(session.pack, resource);
  const absent = [reads, refund?.creates, refund?.reads].find((one) => one === undefined || !session.claims(one.id));
  if (refund === undefined || refund.creates === undefined || refund.reads === undefined)
    return session.skip(
      `nothing of the pack gives a ${resource.name} back, so the fixture would be used up`,
      `规范包中没有可退回 ${resource.name} 的资源，测试数据将被用尽`,
      "not-demanded",
    );
  return absent === undefined
    ? refund
    : session.skip(
        `the interface ${absent.id}, by which the check gives back what it takes, is not in the profile`,
        `本检查用于归还资金的接口 ${absent.id} 不在声明范围内`,
        "not-demanded",
      );
}
