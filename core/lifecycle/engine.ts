import { hash } from "node:crypto";
import type { Money } from "../money/money.ts";
import type { ExpressionHost, Scope } from "../expression/expression.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pack } from "../pack/compile.ts";
import type { Aggregate, Branch, Expression, Guard, Interface, Lifecycle, Load, Posting, Transition } from "../pack/types.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { drawing } from "./draw.ts";
import type { PartyRecord } from "./party.ts";
import { joinKey, rowCollection, timeKey } from "./rows.ts";
import type { Row } from "./rows.ts";

/**
 * The rules of the pack at work: what a call, a timer or an operator's decision does to the rows.
 *
 * Everything here is pure. The clock and the randomness come in with the call, rows through the workspace, and what
 * comes out is an answer or a refusal together with what the workspace has been given to write. The simulator runs it
 * against its store; the suites' model runs the same code against a map.
 */
export interface Engine {
  readonly pack: Pack;
  readonly ledger: Ledger;
  call(work: Workspace, call: Call): Reading<CallResult>;
  fire(work: Workspace, timer: Timer, moment: Moment): Reading<boolean>;
  operate(work: Workspace, order: OperatorOrder, moment: Moment): Reading<OperatorResult>;
  /** Puts a row as it is, in a state, with its timers and unique entries: for seeds. */
  place(work: Workspace, resource: string, state: string, fields: Readonly<Record<string, Json>>, moment: Moment): Reading<Row>;
  /** Evaluates outside of any row: seeds, bindings of scenarios. */
  evaluate(expression: Expression, roots: Readonly<Record<string, unknown>>, moment: Moment): unknown;
}

export interface EngineHost {
  readonly currencies: ExpressionHost["currencies"];
  readonly fee: ExpressionHost["fee"];
  readonly date: (timeMs: number) => string;
  readonly rfc3339: (timeMs: number) => string;
  readonly table: ExpressionHost["table"];
  party(partyId: string): PartyRecord | undefined;
  /** `$self`. */
  self(): Readonly<Record<string, Json>>;
  /** The provider's verification keys, for `{keys: "provider"}`. */
  keys(): readonly Readonly<Record<string, Json>>[];
}

/** When a unit happens, and what it may draw. */
export interface Moment {
  readonly now: number;
  /** At least 16 random bytes; ids and codes are drawn from them in a fixed order. */
  readonly entropy: Uint8Array;
}

export interface Call extends Moment {
  readonly interface: Interface;
  readonly party: PartyRecord;
  /** Path, query and body fields, validated and merged. */
  readonly request: Readonly<Record<string, Json>>;
}

export type CallResult =
  | { readonly kind: "answer"; readonly status: number; readonly body: Json | undefined; readonly scope: Scope; readonly replayed: boolean }
  | { readonly kind: "refusal"; readonly code: string };

export interface Timer {
  readonly resource: string;
  readonly key: string;
  readonly transition: string;
  readonly entered: number;
}

export interface OperatorOrder {
  readonly resource: string;
  /** Which row. May be left out where the transition makes the row and `input` has the fields of its key. */
  readonly key?: string;
  readonly transition: string;
  /** What the transition sees as `$request`. Where it makes the row, the parts of `key` are added to it. */
  readonly input?: Readonly<Record<string, Json>>;
}

export type OperatorResult = { readonly kind: "done"; readonly row: Row } | { readonly kind: "absent" } | { readonly kind: "not-now"; readonly state: string; readonly from: readonly string[] } | { readonly kind: "refusal"; readonly code: string } | { readonly kind: "bad-input"; /** JSON Pointer into the input. */ readonly field: string; readonly issue: string };

/**
 * A notification decided in a commit: a row of `outbox` under `outboxKey`, so that what is due next stands first, and
 * new rows stand side by side in the file.
 */
export interface OutboxRow {
  readonly id: string;
  readonly interface: string;
  readonly party_id: string;
  readonly target: string;
  readonly body: Json;
  readonly created: number;
  readonly attempts: number;
  readonly due: number;
}

export const outboxKey = (row: OutboxRow): string => `${timeKey(row.due)}/${row.id}`;

/** Found by a fault in pack or engine; nothing of the unit is committed. */
export class InvariantViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvariantViolation";
  }
}

/** Hidden from packs: how a refusal leaves the middle of a unit. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface IdempotencyRecord {
  /** SHA-256 of the canonical form of the fields that must be equal. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: Json;
  readonly refusal?: string;
}

type Roots = Record<string, unknown>;

export function createEngine(pack: Pack, ledger: Ledger, host: EngineHost): Engine {
  const feeders = aggregatesByResource(pack);

  const scopeOf = (roots: Roots, moment: Moment): Scope => ({
    roots,
    host: { currencies: host.currencies, fee: host.fee, date: host.date, rfc3339: host.rfc3339, table: host.table, draw: drawing(moment.entropy) },
  });

  const baseRoots = (moment: Moment, party: PartyRecord | undefined): Roots => ({
    now: moment.now,
    today: host.date(moment.now),
    self: host.self(),
    policies: pack.source.manifest.policies,
    ...(party === undefined ? {} : { party }),
  });

  const value = (expression: Expression, scope: Scope): unknown => pack.expression(expression)(scope);

  // What the pack says is walked for every call, and never changes.
  const entries = new WeakMap<object, readonly (readonly [string, unknown])[]>();
  const named = <T>(record: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] => {
    if (record === undefined) return [];
    const known = entries.get(record) as readonly (readonly [string, T])[] | undefined;
    if (known !== undefined) return known;
    const made = Object.entries(record);
    entries.set(record, made);
    return made;
  };

  const holds = (expression: Expression | undefined, scope: Scope): boolean => expression === undefined || value(expression, scope) === true;

  const text = (expression: Expression, scope: Scope): string => {
    const result = value(expression, scope);
    if (typeof result !== "string" || result === "") throw new InvariantViolation(`${JSON.stringify(expression)} gave ${JSON.stringify(result)} where text was needed`);
    return result;
  };

  const money = (expression: Expression, scope: Scope): Money => {
    const result = value(expression, scope) as Money | undefined;
    if (result === undefined || result === null || !Number.isSafeInteger(result.value)) throw new InvariantViolation(`${JSON.stringify(expression)} gave ${JSON.stringify(result)} where money was needed`);
    return result;
  };

  const keyOf = (lifecycle: Lifecycle, key: Readonly<Record<string, Expression>> | undefined, scope: Scope, partyId: Expression = "$party.party_id"): string =>
    joinKey(lifecycle.key.map((name) => {
      const expression = key?.[name] ?? (name === "party_id" ? partyId : `$request.${name}`);
      const part = value(expression, scope);
      return keyPart(part, `${lifecycle.resource}.${name}`);
    }));

  function* load(work: Workspace, loads: Readonly<Record<string, Load>> | undefined, scope: Scope, roots: Roots): Reading<void> {
    for (const [name, rule] of named(loads)) {
      if ("resource" in rule) {
        const lifecycle = pack.lifecycle(rule.resource);
        const row = yield* work.get(rowCollection(rule.resource), keyOf(lifecycle, rule.key, scope));
        if (row === undefined && rule.else !== undefined) throw new Refused(rule.else);
        roots[name] = row;
      } else if ("ledger" in rule) {
        const currency = text(rule.currency, scope);
        const balance = yield* ledger.balance(work, text(rule.ledger, scope), currency);
        roots[name] = {
          posted: { value: balance.posted, currency },
          pending: { value: balance.reserved, currency },
          available: { value: balance.posted - balance.reserved, currency },
        };
      } else if ("entries" in rule) {
        const after = rule.after === undefined ? undefined : value(rule.after, scope);
        const limit = Number(value(rule.limit, scope));
        const found = yield* ledger.entries(
          work, text(rule.entries, scope), rule.currency === undefined ? pack.source.manifest.currencies[0]?.code ?? "" : text(rule.currency, scope), text(rule.fromDate, scope), text(rule.toDate, scope),
          // One more than is wanted tells whether others follow.
          typeof after === "string" ? after : undefined, limit + 1,
        );
        roots[name] = { items: found.slice(0, limit), more: found.length > limit };
      } else {
        roots[name] = host.keys();
      }
    }
  }

  /** The first guard that does not hold, with what its refusal does. */
  const firstRefusal = (guards: readonly Guard[] | undefined, scope: Scope): Guard | undefined =>
    (guards ?? []).find((guard) => value(guard.that, scope) !== true);

  function* call(work: Workspace, input: Call): Reading<CallResult> {
    const roots: Roots = { ...baseRoots(input, input.party), request: input.request };
    const scope = scopeOf(roots, input);
    const rule = input.interface.idempotency;
    let recordKey = "";
    let fingerprint = "";
    if (rule !== undefined) {
      recordKey = joinKey([input.interface.id, input.party.party_id, ...rule.key.map((name) => keyPart(input.request[name], name))]);
      fingerprint = hash("sha256", canonicalJson(rule.fingerprint === "all" ? input.request : Object.fromEntries(rule.fingerprint.map((name) => [name, input.request[name] ?? null]))), "base64url");
      const record = (yield* work.get("idempotency", recordKey)) as unknown as IdempotencyRecord | undefined;
      if (record !== undefined) {
        if (record.fingerprint !== fingerprint) return { kind: "refusal", code: rule.mismatch };
        if (record.refusal !== undefined) return { kind: "refusal", code: record.refusal };
        if (rule.onSuccess === "duplicate-code") return { kind: "refusal", code: rule.duplicateCode ?? rule.mismatch };
        if (rule.onSuccess === "same") return { kind: "answer", status: record.status, body: record.body, scope, replayed: true };
      }
    }
    const remember = (status: number, body: Json, refusal?: string): void => {
      if (rule === undefined) return;
      const record: IdempotencyRecord = { fingerprint, status, body, ...(refusal === undefined ? {} : { refusal }) };
      work.put("idempotency", recordKey, record as unknown as Json);
    };
    const takeBack = work.checkpoint();
    try {
      const triggered = pack.triggeredByCall(input.interface.id);
      if (triggered === undefined) {
        const read = input.interface.read ?? {};
        yield* load(work, read.load, scope, roots);
        const guard = firstRefusal(read.require, scope);
        if (guard !== undefined) return { kind: "refusal", code: guard.else };
        const answer = read.answer ?? input.interface.response.answer;
        const body = answer === undefined ? undefined : (value(answer, scope) as Json);
        return { kind: "answer", status: input.interface.response.status, body, scope, replayed: false };
      }
      const { lifecycle, transitions } = triggered;
      const first = transitions[0] as Transition;
      const key = keyOf(lifecycle, first.key, scope);
      const before = (yield* work.get(rowCollection(lifecycle.resource), key)) as Row | undefined;
      const state = before?.state ?? lifecycle.initial;
      const transition = transitions.find((one) => one.from.includes(state));
      if (transition === undefined) throw new Refused(otherwise(transitions, state, lifecycle));
      if (before !== undefined) roots[lifecycle.resource] = before;
      const refusal = yield* move(work, { lifecycle, transition, key, before, scope, roots, moment: input });
      if (refusal !== undefined) {
        if (rule?.onDecline === "same") remember(0, null, refusal);
        return { kind: "refusal", code: refusal };
      }
      const answer = input.interface.response.answer;
      const body = answer === undefined ? undefined : (value(answer, scope) as Json);
      remember(input.interface.response.status, body ?? null);
      return { kind: "answer", status: input.interface.response.status, body, scope, replayed: false };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      takeBack();
      if (rule?.onDecline === "same") remember(0, null, error.code);
      return { kind: "refusal", code: error.code };
    }
  }

  interface Move {
    readonly lifecycle: Lifecycle;
    readonly transition: Transition;
    readonly key: string;
    readonly before: Row | undefined;
    readonly scope: Scope;
    readonly roots: Roots;
    readonly moment: Moment;
  }

  /** Takes one transition. Returns the code of a guard that refused, after that guard's own effects. */
  function* move(work: Workspace, step: Move): Reading<string | undefined> {
    const { lifecycle, transition, scope, roots } = step;
    yield* load(work, transition.load, scope, roots);
    const guard = firstRefusal(transition.require, scope);
    if (guard !== undefined) {
      if (guard.onRefuse !== undefined && step.before !== undefined) {
        const fields = evaluateFields(guard.onRefuse.set, scope);
        roots[lifecycle.resource] = { ...step.before, ...fields };
        const to = guard.onRefuse.to?.find((branch) => holds(branch.when, scope))?.state ?? step.before.state;
        yield* keep(work, step, to, fields);
        for (const id of guard.onRefuse.notify ?? []) yield* notify(work, id, scope, roots, step.moment);
      }
      return guard.else;
    }
    const branch = transition.to.find((one) => holds(one.when, scope));
    if (branch === undefined) throw new InvariantViolation(`no branch of ${lifecycle.resource}.${transition.name} applies; give the last one no "when"`);
    yield* take(work, step, branch);
    return undefined;
  }

  function* take(work: Workspace, step: Move, branch: Branch): Reading<void> {
    const { lifecycle, scope, roots, moment } = step;
    if (step.before === undefined) {
      const [counts, key] = [countsOf(lifecycle), keyFields(lifecycle, step.key)];
      roots[lifecycle.resource] = { ...counts, ...key };
    }
    const fields = evaluateFields(branch.set, scope);
    roots[lifecycle.resource] = { ...(roots[lifecycle.resource] as object), ...fields, state: branch.state };
    const held: Record<string, string> = { ...step.before?.holds };
    for (const posting of branch.post ?? []) yield* post(work, posting, held, scope, moment);
    const row = yield* keep(work, step, branch.state, { ...fields, holds: held });
    for (const { row: name, transition } of branch.move ?? []) yield* moveLoaded(work, name, transition, row, lifecycle, step);
    for (const id of branch.notify ?? []) yield* notify(work, id, scope, roots, moment);
  }

  /** The key's own parts as fields of a new row. */
  const keyFields = (lifecycle: Lifecycle, key: string): Record<string, Json> => {
    const parts = key.split("/");
    const fields: Record<string, Json> = {};
    for (const [index, name] of lifecycle.key.entries()) {
      const part = parts[index] ?? "";
      fields[name] = typedKey(lifecycle, name, part.includes("%") ? decodeURIComponent(part) : part);
    }
    return fields;
  };

  const evaluateFields = (set: Readonly<Record<string, Expression>> | undefined, scope: Scope): Record<string, Json> => {
    const fields: Record<string, Json> = {};
    for (const [name, expression] of named(set)) {
      const result = value(expression, scope);
      if (result !== undefined) fields[name] = result as Json;
    }
    return fields;
  };

  function* post(work: Workspace, posting: Posting, held: Record<string, string>, scope: Scope, moment: Moment): Reading<void> {
    if (posting.phase === "post" || posting.phase === "void") {
      const hold = held[posting.of];
      if (hold === undefined) throw new InvariantViolation(`there is no pending transfer "${posting.of}" to ${posting.phase}; the row holds: ${Object.keys(held).join(", ") || "none"}`);
      delete held[posting.of];
      if (posting.phase === "void") yield* ledger.voidHold(work, hold);
      else yield* ledger.postHold(work, hold, posting.amount === undefined ? undefined : money(posting.amount, scope), moment.now);
      return;
    }
    if (!holds(posting.when, scope)) return;
    const amount = money(posting.amount, scope);
    if (amount.value === 0) return;
    const order = { kind: posting.kind, debit: text(posting.debit, scope), credit: text(posting.credit, scope), amount, reference: text(posting.reference, scope) };
    if (posting.phase === "posted") yield* ledger.post(work, order, moment.now);
    else held[posting.as] = yield* ledger.hold(work, order, moment.now);
  }

  /** Writes the row in its new state, with its timers, unique entries and what other rows sum of it. */
  function* keep(work: Workspace, step: Move, state: string, fields: Readonly<Record<string, Json>>): Reading<Row> {
    const { lifecycle, before, key, roots, moment } = step;
    const enters = before?.state !== state;
    const entered = (before?.entered ?? 0) + (enters ? 1 : 0);
    const current = roots[lifecycle.resource] as Record<string, Json> | undefined;
    const row: Row = { ...current, ...fields, holds: (fields["holds"] ?? before?.holds ?? {}) as Row["holds"], state, entered };
    work.put(rowCollection(lifecycle.resource), key, row);
    roots[lifecycle.resource] = row;
    yield* claimUnique(work, lifecycle, before, row, key);
    if (enters) setTimers(work, lifecycle, key, row, step);
    yield* feedAggregates(work, lifecycle, before, row, moment);
    for (const invariant of lifecycle.invariants ?? []) {
      if (value(invariant.that, step.scope) !== true) throw new InvariantViolation(`${lifecycle.resource} ${key}: ${invariant.why}`);
    }
    return row;
  }

  function* claimUnique(work: Workspace, lifecycle: Lifecycle, before: Row | undefined, row: Row, key: string): Reading<void> {
    for (const [index, rule] of (lifecycle.unique ?? []).entries()) {
      const entry = (of: Row): string => joinKey([lifecycle.resource, index, ...rule.fields.map((name) => keyPart(of[name], name))]);
      const had = before !== undefined && rule.while.includes(before.state);
      const has = rule.while.includes(row.state);
      if (had && !has) work.put("unique", entry(before), undefined);
      if (has && !had) {
        const owner = yield* work.get("unique", entry(row));
        if (owner !== undefined && owner !== key) throw new Refused(rule.else);
        work.put("unique", entry(row), key);
      }
    }
  }

  const setTimers = (work: Workspace, lifecycle: Lifecycle, key: string, row: Row, step: Move): void => {
    for (const transition of lifecycle.transitions) {
      const on = transition.on;
      if (!("after" in on || "at" in on) || !transition.from.includes(row.state)) continue;
      const when = "after" in on ? value(on.after, step.scope) : "at" in on ? value(on.at, step.scope) : undefined;
      // A moment that is missing is how a pack says that this row needs no timer.
      if (when === undefined) continue;
      const due = "after" in on ? step.moment.now + Number(when) * 1000 : Number(when);
      if (!Number.isSafeInteger(due)) throw new InvariantViolation(`the timer of ${lifecycle.resource}.${transition.name} is due at ${due}`);
      const timer: Timer = { resource: lifecycle.resource, key, transition: transition.name, entered: row.entered };
      work.put("timer", `${timeKey(due)}/${joinKey([lifecycle.resource, key, transition.name, row.entered])}`, timer as unknown as Json);
    }
  };

  function* feedAggregates(work: Workspace, lifecycle: Lifecycle, before: Row | undefined, row: Row, moment: Moment): Reading<void> {
    for (const { owner, name, aggregate } of feeders.get(lifecycle.resource) ?? []) {
      const part = (of: Row | undefined): { value: number; currency?: string } => {
        if (of === undefined || !aggregate.while.includes(of.state)) return { value: 0 };
        if (aggregate.sum === undefined) return { value: 1 };
        return money(aggregate.sum, scopeOf({ ...baseRoots(moment, undefined), [lifecycle.resource]: of }, moment));
      };
      const [was, is] = [part(before), part(row)];
      const delta = is.value - was.value;
      if (delta === 0) continue;
      const key = keyOf(owner, aggregate.by, scopeOf({ [lifecycle.resource]: row }, moment));
      const parent = (yield* work.get(rowCollection(owner.resource), key)) as Row | undefined;
      if (parent === undefined) throw new InvariantViolation(`${lifecycle.resource} is summed by ${owner.resource} ${key}, which does not exist`);
      const held = parent[name];
      const next: Json = aggregate.sum === undefined
        ? Number(held ?? 0) + delta
        : { value: ((held as unknown as Money | undefined)?.value ?? 0) + delta, currency: (is.currency ?? was.currency) as string };
      const updated: Row = { ...parent, [name]: next };
      work.put(rowCollection(owner.resource), key, updated);
      const scope = scopeOf({ ...baseRoots(moment, undefined), [owner.resource]: updated }, moment);
      for (const invariant of owner.invariants ?? []) {
        if (value(invariant.that, scope) !== true) throw new InvariantViolation(`${owner.resource} ${key}: ${invariant.why}`);
      }
    }
  }

  /** A transition of a loaded row in the same commit; it refuses for the whole unit. */
  function* moveLoaded(work: Workspace, name: string, transitionName: string, cause: Row, causeOf: Lifecycle, step: Move): Reading<void> {
    const rule = step.transition.load?.[name];
    if (rule === undefined || !("resource" in rule)) throw new InvariantViolation(`"${name}" is not a loaded row of ${causeOf.resource}.${step.transition.name}`);
    const lifecycle = pack.lifecycle(rule.resource);
    const key = keyOf(lifecycle, rule.key, step.scope);
    const before = (yield* work.get(rowCollection(lifecycle.resource), key)) as Row | undefined;
    const state = before?.state ?? lifecycle.initial;
    const transition = lifecycle.transitions.find((one) => one.name === transitionName);
    if (transition === undefined) throw new InvariantViolation(`${lifecycle.resource} has no transition "${transitionName}"`);
    if (!transition.from.includes(state)) throw new Refused(otherwise([transition], state, lifecycle));
    const roots: Roots = { ...step.roots, [causeOf.resource]: cause, cause, ...(before === undefined ? {} : { [lifecycle.resource]: before }) };
    const refusal = yield* move(work, { lifecycle, transition, key, before, scope: { roots, host: step.scope.host }, roots, moment: step.moment });
    if (refusal !== undefined) throw new Refused(refusal);
    step.roots[name] = roots[lifecycle.resource];
  }

  function* notify(work: Workspace, id: string, scope: Scope, roots: Roots, moment: Moment): Reading<void> {
    const rule = pack.interface(id).notification;
    if (rule === undefined) throw new InvariantViolation(`${id} is not a notification`);
    const target = value(rule.target, scope);
    // A party that registered no target wants no notifications: it asks by query.
    if (typeof target !== "string" || target === "") return;
    const notification = scope.host.draw("id", "N");
    const body = value(rule.body, { ...scope, roots: { ...roots, notification: { id: notification } } }) as Json;
    const row: OutboxRow = { id: notification, interface: id, party_id: (roots["party"] as PartyRecord).party_id, target, body, created: moment.now, attempts: 0, due: moment.now };
    work.put("outbox", outboxKey(row), row as unknown as Json);
  }

  const rootsOfRow = (lifecycle: Lifecycle, row: Row, moment: Moment): Roots => {
    const partyId = row["party_id"];
    return { ...baseRoots(moment, typeof partyId === "string" ? host.party(partyId) : undefined), [lifecycle.resource]: row };
  };

  /** False when the timer no longer applies: the row has moved on. */
  function* fire(work: Workspace, timer: Timer, moment: Moment): Reading<boolean> {
    const lifecycle = pack.lifecycle(timer.resource);
    const before = (yield* work.get(rowCollection(timer.resource), timer.key)) as Row | undefined;
    const transition = lifecycle.transitions.find((one) => one.name === timer.transition);
    if (before === undefined || transition === undefined || before.entered !== timer.entered || !transition.from.includes(before.state)) return false;
    const roots = rootsOfRow(lifecycle, before, moment);
    const refusal = yield* move(work, { lifecycle, transition, key: timer.key, before, scope: scopeOf(roots, moment), roots, moment });
    if (refusal !== undefined) throw new InvariantViolation(`the timer ${timer.resource}.${timer.transition} was refused with ${refusal}: say the alternative as a branch`);
    return true;
  }

  function* operate(work: Workspace, order: OperatorOrder, moment: Moment): Reading<OperatorResult> {
    const lifecycle = pack.lifecycle(order.resource);
    const transition = lifecycle.transitions.find((one) => one.name === order.transition && "operator" in one.on);
    const makes = transition?.from.includes(lifecycle.initial) === true;
    const request = makes && order.key !== undefined ? { ...keyFields(lifecycle, order.key), ...order.input } : order.input ?? {};
    const wrong = transition === undefined ? undefined : pack.operatorInput(transition, request);
    // The key of a new row is made of the input, so that is judged first.
    if (makes && wrong !== undefined) return { kind: "bad-input", ...wrong };
    const key = makes ? keyOf(lifecycle, transition.key, scopeOf({ ...baseRoots(moment, undefined), request }, moment), "$request.party_id") : order.key;
    if (order.key !== undefined && key !== order.key) return { kind: "bad-input", field: "", issue: "the key and the input name different rows; leave the fields of the key out of the input" };
    const before = key === undefined ? undefined : (yield* work.get(rowCollection(order.resource), key)) as Row | undefined;
    if (key === undefined || (before === undefined && !makes)) return { kind: "absent" };
    const state = before?.state ?? lifecycle.initial;
    if (transition === undefined || !transition.from.includes(state)) return { kind: "not-now", state, from: transition?.from ?? [] };
    if (wrong !== undefined) return { kind: "bad-input", ...wrong };
    const { party_id: partyId } = before ?? keyFields(lifecycle, key);
    const party = typeof partyId === "string" ? host.party(partyId) : undefined;
    const roots: Roots = { ...baseRoots(moment, party), ...(before === undefined ? {} : { [lifecycle.resource]: before }), request };
    const takeBack = work.checkpoint();
    try {
      const refusal = yield* move(work, { lifecycle, transition, key, before, scope: scopeOf(roots, moment), roots, moment });
      if (refusal !== undefined) return { kind: "refusal", code: refusal };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      takeBack();
      return { kind: "refusal", code: error.code };
    }
    return { kind: "done", row: roots[order.resource] as Row };
  }

  function* place(work: Workspace, resource: string, state: string, fields: Readonly<Record<string, Json>>, moment: Moment): Reading<Row> {
    const lifecycle = pack.lifecycle(resource);
    const key = joinKey(lifecycle.key.map((name) => keyPart(fields[name], name)));
    const roots: Roots = { ...baseRoots(moment, host.party(typeof fields["party_id"] === "string" ? fields["party_id"] : "")), [resource]: { ...countsOf(lifecycle), ...fields } };
    const transition: Transition = { name: "seed", on: { operator: "seed" }, from: [lifecycle.initial], to: [] };
    return yield* keep(work, { lifecycle, transition, key, before: undefined, scope: scopeOf(roots, moment), roots, moment }, state, fields);
  }

  return {
    pack, ledger, call, fire, operate, place,
    evaluate: (expression, roots, moment) => value(expression, scopeOf({ ...baseRoots(moment, undefined), ...roots }, moment)),
  };
}

/** A part of a key: text or a whole number. Anything else would make two keys one. */
function keyPart(value: unknown, name: string): string | number {
  if (typeof value === "string" || typeof value === "number") return value;
  throw new InvariantViolation(`${name} is part of a key and must be text or a whole number, not ${JSON.stringify(value)}`);
}

/** The code for a call that meets a row in a state it has no transition from. */
function otherwise(transitions: readonly Transition[], state: string, lifecycle: Lifecycle): string {
  for (const name of [state, "*"]) {
    for (const transition of transitions) {
      const code = transition.otherwise?.[name];
      if (code !== undefined) return code;
    }
  }
  throw new InvariantViolation(`${lifecycle.resource} in ${state}: ${transitions.map(({ name }) => name).join(", ")} neither leave it nor say otherwise`);
}

const countsOf = (lifecycle: Lifecycle): Record<string, Json> =>
  Object.fromEntries(Object.entries(lifecycle.aggregates ?? {}).filter(([, aggregate]) => aggregate.sum === undefined).map(([name]) => [name, 0]));

const typedKey = (lifecycle: Lifecycle, name: string, part: string): Json => (lifecycle.fields[name]?.startsWith("integer") ? Number(part) : part);

interface Feeder {
  readonly owner: Lifecycle;
  readonly name: string;
  readonly aggregate: Aggregate;
}

function aggregatesByResource(pack: Pack): ReadonlyMap<string, readonly Feeder[]> {
  const feeders = new Map<string, Feeder[]>();
  for (const owner of pack.source.lifecycles) {
    for (const [name, aggregate] of Object.entries(owner.aggregates ?? {})) {
      feeders.set(aggregate.of, [...(feeders.get(aggregate.of) ?? []), { owner, name, aggregate }]);
    }
  }
  return feeders;
}
