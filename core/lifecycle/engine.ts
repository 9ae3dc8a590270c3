import { hash } from "node:crypto";
import type { Evaluate, ExpressionHost, Scope } from "../expression/expression.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Money } from "../money/money.ts";
import type { Pack } from "../pack/compile.ts";
import type { Expression, Idempotency, Interface } from "../pack/types.ts";
import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import { drawing } from "./draw.ts";
import { keyFields, keyOf, keyPart } from "./key.ts";
import type { PartyRecord } from "./party.ts";
import { planPack } from "./plan.ts";
import type {
  BranchPlan,
  FieldPlan,
  GuardPlan,
  LifecyclePlan,
  LoadPlan,
  MovePlan,
  NotificationPlan,
  PostingPlan,
  TransitionPlan,
} from "./plan.ts";
import { joinKey, timeKey } from "./rows.ts";
import type { Row } from "./rows.ts";
import { InvariantViolation } from "./violation.ts";

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
  place(
    work: Workspace,
    resource: string,
    state: string,
    fields: Readonly<Record<string, Json>>,
    moment: Moment,
  ): Reading<Row>;
  /** Evaluates outside of any row: seeds, bindings of scenarios. There `$today` is the date of the moment. */
  evaluate(expression: Expression, roots: Readonly<Record<string, unknown>>, moment: Moment): unknown;
}

export interface EngineHost {
  readonly currencies: ExpressionHost["currencies"];
  readonly fee: ExpressionHost["fee"];
  readonly calendar: ExpressionHost["calendar"];
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
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: Json | undefined;
      readonly scope: Scope;
      readonly replayed: boolean;
    }
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

export type OperatorResult =
  | { readonly kind: "done"; readonly row: Row }
  | { readonly kind: "absent" }
  | { readonly kind: "not-now"; readonly state: string; readonly from: readonly string[] }
  | { readonly kind: "refusal"; readonly code: string }
  | { readonly kind: "bad-input"; /** JSON Pointer into the input. */ readonly field: string; readonly issue: string };

/**
 * A notification decided in a commit: a row of `outbox`. Its key (`outboxKey`) sorts the rows of one receiver by the time
 * they are due, and keeps new rows side by side in the file.
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

/**
 * Begins with the receiver (the host of the target, empty for one that is no URL), so that a look for due rows can skip
 * a busy receiver.
 */
export const outboxKey = (row: OutboxRow): string =>
  `${URL.parse(row.target)?.host ?? ""}/${timeKey(row.due)}/${row.id}`;

/** What the keys of all rows to the same receiver begin with. */
export const outboxReceiver = (key: string): string => key.slice(0, key.indexOf("/") + 1);

/** Thrown within the engine to leave a unit early with a refusal. */
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

/** A row on its way from one state to the next. */
interface Step {
  readonly lifecycle: LifecyclePlan;
  readonly key: string;
  readonly before: Row | undefined;
  readonly scope: Scope;
  /** Those of `scope`, to be added to. */
  readonly roots: Roots;
  readonly moment: Moment;
}

/** The most entries of one scan, less the extra one that tells whether others follow. */
const ALL = Number.MAX_SAFE_INTEGER - 1;

export function createEngine(pack: Pack, ledger: Ledger, host: EngineHost): Engine {
  const plans = planPack(pack);

  const scopeOf = (roots: Roots, moment: Moment): Scope => ({
    roots,
    host: {
      currencies: host.currencies,
      fee: host.fee,
      calendar: host.calendar,
      table: host.table,
      draw: drawing(moment.entropy),
    },
  });

  const baseRoots = (moment: Moment, party?: PartyRecord): Roots => {
    const roots: Roots = { now: moment.now, self: host.self(), policies: pack.source.manifest.policies };
    if (party !== undefined) roots["party"] = party;
    return roots;
  };

  /**
   * Sets `$today`: the date under which the ledger posts in this unit, so that answers name the date that the bill has.
   */
  function* date(work: Workspace, roots: Roots, { now }: Moment): Reading<void> {
    roots["today"] ??= yield* ledger.businessDate(work, now);
  }

  const partyOf = (partyId: Json | undefined): PartyRecord | undefined =>
    typeof partyId === "string" ? host.party(partyId) : undefined;

  function* load(work: Workspace, loads: readonly LoadPlan[], scope: Scope, roots: Roots): Reading<void> {
    for (const rule of loads) {
      switch (rule.kind) {
        case "row": {
          const { lifecycle, key } = rule.row();
          const row = yield* work.get(lifecycle.collection, keyOf(key, scope));
          if (row === undefined && rule.else !== undefined) throw new Refused(rule.else);
          roots[rule.name] = row;
          break;
        }
        case "balance": {
          const currency = rule.currency(scope);
          const { posted, reserved } = yield* ledger.balance(work, rule.account(scope), currency);
          roots[rule.name] = {
            posted: { value: posted, currency },
            pending: { value: reserved, currency },
            available: { value: posted - reserved, currency },
          };
          break;
        }
        case "entries": {
          const after = rule.after?.(scope);
          const limit = rule.limit === undefined ? ALL : Number(rule.limit(scope));
          // One more than is wanted tells whether others follow.
          const found = yield* ledger.entries(
            work,
            rule.account(scope),
            rule.currency(scope),
            rule.fromDate(scope),
            rule.toDate(scope),
            typeof after === "string" ? after : undefined,
            limit + 1,
          );
          roots[rule.name] = { items: found.slice(0, limit), more: found.length > limit };
          break;
        }
        default:
          roots[rule.name] = host.keys();
      }
    }
  }

  function* call(work: Workspace, input: Call): Reading<CallResult> {
    const roots = baseRoots(input, input.party);
    roots["request"] = input.request;
    const scope = scopeOf(roots, input);
    const rule = input.interface.idempotency;
    let recordKey: RecordKey | undefined;
    if (rule !== undefined) {
      recordKey = recordKeyOf(rule, input);
      const record = (yield* work.get("idempotency", recordKey.key)) as unknown as IdempotencyRecord | undefined;
      const repeated = record === undefined ? undefined : repetition(rule, record, recordKey.fingerprint, scope);
      if (repeated !== undefined) return repeated;
    }
    const takeBack = work.checkpoint();
    let declined: string | undefined;
    try {
      const plan = plans.call(input.interface);
      if (plan.dated) yield* date(work, roots, input);
      if (plan.kind === "read") {
        yield* load(work, plan.loads, scope, roots);
        const guard = firstRefusal(plan.guards, scope);
        if (guard !== undefined) return { kind: "refusal", code: guard.else };
      } else {
        const { lifecycle, transitions } = plan;
        const key = keyOf(plan.key, scope);
        const before = (yield* work.get(lifecycle.collection, key)) as Row | undefined;
        const state = before?.state ?? lifecycle.initial;
        const transition = transitions.find(({ from }) => from.includes(state));
        if (transition === undefined) throw new Refused(otherwise(transitions, state, lifecycle));
        if (before !== undefined) roots[lifecycle.resource] = before;
        declined = yield* move(work, transition, { lifecycle, key, before, scope, roots, moment: input });
      }
      if (declined === undefined) {
        const { status } = input.interface.response;
        const body = plan.answer?.(scope) as Json | undefined;
        if (recordKey !== undefined && plan.kind === "transition") remember(work, recordKey, status, body ?? null);
        return { kind: "answer", status, body, scope, replayed: false };
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      takeBack();
      declined = error.code;
    }
    if (recordKey !== undefined && rule?.onDecline === "same") remember(work, recordKey, 0, null, declined);
    return { kind: "refusal", code: declined };
  }

  /** Takes one transition. Returns the code of a guard that refused, after that guard's own effects. */
  function* move(work: Workspace, transition: TransitionPlan, step: Step): Reading<string | undefined> {
    const { lifecycle, before, scope, roots, moment } = step;
    const { loads, guards, branches } = transition.rules();
    if (lifecycle.dated) yield* date(work, roots, moment);
    yield* load(work, loads, scope, roots);
    const guard = firstRefusal(guards, scope);
    if (guard !== undefined) {
      if (guard.onRefuse !== undefined && before !== undefined) {
        const row = { ...before };
        setFields(row, guard.onRefuse.set, scope);
        roots[lifecycle.resource] = row;
        yield* keep(
          work,
          step,
          row,
          guard.onRefuse.to.find((branch) => holds(branch.when, scope))?.state ?? before.state,
        );
        for (const notification of guard.onRefuse.notify) notify(work, notification(), step);
      }
      return guard.else;
    }
    const branch = branches.find(({ when }) => holds(when, scope));
    if (branch === undefined)
      throw new InvariantViolation(
        `no branch of ${lifecycle.resource}.${transition.name} applies; give the last one no "when"`,
      );
    yield* take(work, branch, step);
    return undefined;
  }

  function* take(work: Workspace, branch: BranchPlan, step: Step): Reading<void> {
    const { lifecycle, before, scope, roots } = step;
    if (before === undefined)
      roots[lifecycle.resource] = { ...lifecycle.counts, ...keyFields(lifecycle.source, step.key) };
    const row: Record<string, Json> = { ...(roots[lifecycle.resource] as Row) };
    setFields(row, branch.set, scope);
    row["state"] = branch.state;
    roots[lifecycle.resource] = row;
    const held: Record<string, string> = { ...before?.holds };
    for (const posting of branch.post) yield* post(work, posting, held, step);
    row["holds"] = held;
    const kept = yield* keep(work, step, row, branch.state);
    for (const other of branch.move) yield* moveLoaded(work, other(), kept, step);
    for (const notification of branch.notify) notify(work, notification(), step);
  }

  function* post(
    work: Workspace,
    posting: PostingPlan,
    held: Record<string, string>,
    { scope, moment: { now } }: Step,
  ): Reading<void> {
    if (posting.phase === "post" || posting.phase === "void") {
      const hold = held[posting.of];
      if (hold === undefined)
        throw new InvariantViolation(
          `there is no pending transfer "${posting.of}" to ${posting.phase}; the row holds: ${Object.keys(held).join(", ") || "none"}`,
        );
      delete held[posting.of];
      if (posting.phase === "void") yield* ledger.voidHold(work, hold);
      else yield* ledger.postHold(work, hold, posting.amount?.(scope), now);
      return;
    }
    if (!holds(posting.when, scope)) return;
    const amount = posting.amount(scope);
    if (amount.value === 0) return;
    const order = {
      kind: posting.kind,
      debit: posting.debit(scope),
      credit: posting.credit(scope),
      amount,
      reference: posting.reference(scope),
    };
    if (posting.phase === "posted") yield* ledger.post(work, order, now);
    else held[posting.as] = yield* ledger.hold(work, order, now);
  }

  /**
   * Completes `fields` to the row in its new state and writes it, with its timers, unique entries and what other rows
   * sum of it.
   */
  function* keep(work: Workspace, step: Step, fields: Record<string, Json>, state: string): Reading<Row> {
    const { lifecycle, before, key, scope } = step;
    const enters = before?.state !== state;
    fields["holds"] ??= before?.holds ?? {};
    fields["state"] = state;
    fields["entered"] = (before?.entered ?? 0) + (enters ? 1 : 0);
    const row = fields as Row;
    work.put(lifecycle.collection, key, row);
    if (lifecycle.unique.length > 0) yield* claimUnique(work, step, row);
    if (enters) setTimers(work, step, row);
    if (lifecycle.feeds().length > 0) yield* feedAggregates(work, step, row);
    requireInvariants(lifecycle, key, scope);
    return row;
  }

  function* claimUnique(work: Workspace, { lifecycle, before, key }: Step, row: Row): Reading<void> {
    for (const [index, rule] of lifecycle.unique.entries()) {
      const entry = (of: Row): string =>
        joinKey([lifecycle.resource, index, ...rule.fields.map((name) => keyPart(of[name], name))]);
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

  const setTimers = (
    work: Workspace,
    { lifecycle: { resource, timers }, key, scope, moment }: Step,
    row: Row,
  ): void => {
    for (const { transition, from, kind, when } of timers) {
      if (!from.includes(row.state)) continue;
      const moved = when(scope);
      // A moment that is missing is how a pack says that this row needs no timer.
      if (moved === undefined) continue;
      const due = kind === "after" ? moment.now + Number(moved) * 1000 : Number(moved);
      if (!Number.isSafeInteger(due))
        throw new InvariantViolation(`the timer of ${resource}.${transition} is due at ${due}`);
      const timer: Timer = { resource, key, transition, entered: row.entered };
      work.put(
        "timer",
        `${timeKey(due)}/${joinKey([resource, key, transition, row.entered])}`,
        timer as unknown as Json,
      );
    }
  };

  function* feedAggregates(work: Workspace, { lifecycle, before, roots, moment }: Step, row: Row): Reading<void> {
    const base: Roots = { ...baseRoots(moment), today: roots["today"] };
    for (const { owner, name, key: ownerKey, while: states, sum } of lifecycle.feeds()) {
      const part = (of: Row | undefined): { value: number; currency?: string } => {
        if (of === undefined || !states.includes(of.state)) return { value: 0 };
        return sum === undefined ? { value: 1 } : sum(scopeOf({ ...base, [lifecycle.resource]: of }, moment));
      };
      const [was, is] = [part(before), part(row)];
      const delta = is.value - was.value;
      if (delta === 0) continue;
      const key = keyOf(ownerKey, scopeOf({ [lifecycle.resource]: row }, moment));
      const parent = (yield* work.get(owner.collection, key)) as Row | undefined;
      if (parent === undefined)
        throw new InvariantViolation(
          `${lifecycle.resource} is summed by ${owner.resource} ${key}, which does not exist`,
        );
      const held = parent[name];
      const next: Json =
        sum === undefined
          ? Number(held ?? 0) + delta
          : {
              value: ((held as unknown as Money | undefined)?.value ?? 0) + delta,
              currency: (is.currency ?? was.currency) as string,
            };
      const updated: Row = { ...parent, [name]: next };
      work.put(owner.collection, key, updated);
      requireInvariants(owner, key, scopeOf({ ...base, [owner.resource]: updated }, moment));
    }
  }

  /** A transition of a loaded row in the same commit; it refuses for the whole unit. */
  function* moveLoaded(
    work: Workspace,
    { name, lifecycle, key: keyPlan, transition, transitionName }: MovePlan,
    cause: Row,
    step: Step,
  ): Reading<void> {
    const key = keyOf(keyPlan, step.scope);
    const before = (yield* work.get(lifecycle.collection, key)) as Row | undefined;
    const state = before?.state ?? lifecycle.initial;
    if (transition === undefined)
      throw new InvariantViolation(`${lifecycle.resource} has no transition "${transitionName}"`);
    if (!transition.from.includes(state)) throw new Refused(otherwise([transition], state, lifecycle));
    const roots: Roots = { ...step.roots, [step.lifecycle.resource]: cause, cause };
    if (before !== undefined) roots[lifecycle.resource] = before;
    const refusal = yield* move(work, transition, {
      lifecycle,
      key,
      before,
      scope: { roots, host: step.scope.host },
      roots,
      moment: step.moment,
    });
    if (refusal !== undefined) throw new Refused(refusal);
    step.roots[name] = roots[lifecycle.resource];
  }

  const notify = (
    work: Workspace,
    { id, target: targetOf, body: bodyOf }: NotificationPlan,
    { scope, roots, moment: { now } }: Step,
  ): void => {
    const target = targetOf(scope);
    // A party that registered no target wants no notifications: it asks by query.
    if (typeof target !== "string" || target === "") return;
    const notification = scope.host.draw("id", "N");
    const body = bodyOf({ roots: { ...roots, notification: { id: notification } }, host: scope.host }) as Json;
    const row: OutboxRow = {
      id: notification,
      interface: id,
      party_id: (roots["party"] as PartyRecord).party_id,
      target,
      body,
      created: now,
      attempts: 0,
      due: now,
    };
    work.put("outbox", outboxKey(row), row as unknown as Json);
  };

  /** False when the timer no longer applies: the row has moved on. */
  function* fire(work: Workspace, timer: Timer, moment: Moment): Reading<boolean> {
    const lifecycle = plans.lifecycle(timer.resource);
    const before = (yield* work.get(lifecycle.collection, timer.key)) as Row | undefined;
    const transition = lifecycle.transitions.find(({ name }) => name === timer.transition);
    if (
      before === undefined ||
      transition === undefined ||
      before.entered !== timer.entered ||
      !transition.from.includes(before.state)
    )
      return false;
    const roots = baseRoots(moment, partyOf(before["party_id"]));
    roots[lifecycle.resource] = before;
    const refusal = yield* move(work, transition, {
      lifecycle,
      key: timer.key,
      before,
      scope: scopeOf(roots, moment),
      roots,
      moment,
    });
    if (refusal !== undefined)
      throw new InvariantViolation(
        `the timer ${timer.resource}.${timer.transition} was refused with ${refusal}: say the alternative as a branch`,
      );
    return true;
  }

  function* operate(work: Workspace, order: OperatorOrder, moment: Moment): Reading<OperatorResult> {
    const lifecycle = plans.lifecycle(order.resource);
    const transition = lifecycle.transitions.find(
      ({ name, source }) => name === order.transition && "operator" in source.on,
    );
    const makes = transition?.from.includes(lifecycle.initial) === true;
    const request =
      makes && order.key !== undefined
        ? { ...keyFields(lifecycle.source, order.key), ...order.input }
        : (order.input ?? {});
    const wrong = transition === undefined ? undefined : pack.operatorInput(transition.source, request);
    // The key of a new row is made of the input, so that is judged first.
    if (makes && wrong !== undefined) return { kind: "bad-input", ...wrong };
    const fresh: Roots = { ...baseRoots(moment), request };
    if (makes && lifecycle.dated) yield* date(work, fresh, moment);
    const key = makes ? keyOf(transition.key, scopeOf(fresh, moment)) : order.key;
    if (order.key !== undefined && key !== order.key)
      return {
        kind: "bad-input",
        field: "",
        issue: "the key and the input name different rows; leave the fields of the key out of the input",
      };
    const before = key === undefined ? undefined : ((yield* work.get(lifecycle.collection, key)) as Row | undefined);
    if (key === undefined || (before === undefined && !makes)) return { kind: "absent" };
    const state = before?.state ?? lifecycle.initial;
    if (transition === undefined || !transition.from.includes(state))
      return { kind: "not-now", state, from: transition?.from ?? [] };
    if (wrong !== undefined) return { kind: "bad-input", ...wrong };
    const { party_id: partyId } = before ?? keyFields(lifecycle.source, key);
    const roots = baseRoots(moment, partyOf(partyId));
    if (before !== undefined) roots[lifecycle.resource] = before;
    roots["request"] = request;
    const takeBack = work.checkpoint();
    try {
      const refusal = yield* move(work, transition, {
        lifecycle,
        key,
        before,
        scope: scopeOf(roots, moment),
        roots,
        moment,
      });
      if (refusal !== undefined) return { kind: "refusal", code: refusal };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      takeBack();
      return { kind: "refusal", code: error.code };
    }
    return { kind: "done", row: roots[order.resource] as Row };
  }

  function* place(
    work: Workspace,
    resource: string,
    state: string,
    fields: Readonly<Record<string, Json>>,
    moment: Moment,
  ): Reading<Row> {
    const lifecycle = plans.lifecycle(resource);
    const key = joinKey(lifecycle.source.key.map((name) => keyPart(fields[name], name)));
    const roots = baseRoots(moment, host.party(typeof fields["party_id"] === "string" ? fields["party_id"] : ""));
    const row = { ...lifecycle.counts, ...fields };
    roots[resource] = row;
    if (lifecycle.dated) yield* date(work, roots, moment);
    return yield* keep(
      work,
      { lifecycle, key, before: undefined, scope: scopeOf(roots, moment), roots, moment },
      row,
      state,
    );
  }

  return {
    pack,
    ledger,
    call,
    fire,
    operate,
    place,
    evaluate: (expression, roots, moment) =>
      pack.expression(expression)(
        scopeOf({ ...baseRoots(moment), today: host.calendar.businessDate(moment.now), ...roots }, moment),
      ),
  };
}

/** Under which key a call's outcome is remembered, and what a repetition must equal. */
interface RecordKey {
  readonly key: string;
  readonly fingerprint: string;
}

function recordKeyOf(rule: Idempotency, { interface: { id }, party, request }: Call): RecordKey {
  const compared =
    rule.fingerprint === "all"
      ? request
      : Object.fromEntries(rule.fingerprint.map((name) => [name, request[name] ?? null]));
  return {
    key: joinKey([id, party.party_id, ...rule.key.map((name) => keyPart(request[name], name))]),
    fingerprint: hash("sha256", canonicalJson(compared), "base64url"),
  };
}

/** What a call with a key that was used before is answered; undefined where it is judged anew. */
function repetition(
  rule: Idempotency,
  record: IdempotencyRecord,
  fingerprint: string,
  scope: Scope,
): CallResult | undefined {
  if (record.fingerprint !== fingerprint) return { kind: "refusal", code: rule.mismatch };
  if (record.refusal !== undefined) return { kind: "refusal", code: record.refusal };
  if (rule.onSuccess === "duplicate-code") return { kind: "refusal", code: rule.duplicateCode ?? rule.mismatch };
  return rule.onSuccess === "same"
    ? { kind: "answer", status: record.status, body: record.body, scope, replayed: true }
    : undefined;
}

function remember(
  work: Workspace,
  { key, fingerprint }: RecordKey,
  status: number,
  body: Json,
  refusal?: string,
): void {
  const record: IdempotencyRecord =
    refusal === undefined ? { fingerprint, status, body } : { fingerprint, status, body, refusal };
  work.put("idempotency", key, record as unknown as Json);
}

const holds = (when: Evaluate | undefined, scope: Scope): boolean => when === undefined || when(scope) === true;

/** The first guard that does not hold, with what its refusal does. */
const firstRefusal = (guards: readonly GuardPlan[], scope: Scope): GuardPlan | undefined =>
  guards.find(({ that }) => that(scope) !== true);

/** Fields whose expression gives nothing keep their values. */
function setFields(row: Record<string, Json>, set: readonly FieldPlan[], scope: Scope): void {
  for (const { name, evaluate } of set) {
    const result = evaluate(scope);
    if (result !== undefined) row[name] = result as Json;
  }
}

function requireInvariants({ invariants, resource }: LifecyclePlan, key: string, scope: Scope): void {
  for (const { that, why } of invariants) {
    if (that(scope) !== true) throw new InvariantViolation(`${resource} ${key}: ${why}`);
  }
}

/** The code for a call that meets a row in a state it has no transition from. */
function otherwise(transitions: readonly TransitionPlan[], state: string, { resource }: LifecyclePlan): string {
  for (const name of [state, "*"]) {
    for (const { source } of transitions) {
      const code = source.otherwise?.[name];
      if (code !== undefined) return code;
    }
  }
  throw new InvariantViolation(
    `${resource} in ${state}: ${transitions.map(({ name }) => name).join(", ")} neither leave it nor say otherwise`,
  );
}
