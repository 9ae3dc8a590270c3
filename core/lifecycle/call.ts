import type { Json, Reading } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import type { Call, CallResult } from "./call-result.ts";
import { firstRefusal } from "./guard.ts";
import { recordKeyOf, remember, repetition } from "./idempotency.ts";
import type { IdempotencyRecord, RecordKey } from "./idempotency.ts";
import { keyOf } from "./key.ts";
import { load } from "./load.ts";
import { baseRoots, scopeOf, setToday } from "./parts.ts";
import type { EngineParts } from "./parts.ts";
import { Refused } from "./refused.ts";
import type { Row } from "./rows.ts";
import { refusalIn, takeTransition } from "./transition.ts";

/** What a call comes to, by its idempotency key and the transition or read that it triggers. */
export function* call(parts: EngineParts, work: Workspace, input: Call): Reading<CallResult> {
  const roots = baseRoots(parts, input, input.party);
  roots["request"] = input.request;
  const scope = scopeOf(parts, roots, input);
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
    const plan = parts.plans.call(input.interface);
    if (plan.dated) yield* setToday(parts, work, roots, input);
    if (plan.kind === "read") {
      yield* load(parts, work, plan.loads, scope, roots);
      const guard = firstRefusal(plan.guards, scope);
      if (guard !== undefined) return { kind: "refusal", code: guard.else };
    } else {
      const { lifecycle, transitions } = plan;
      const key = keyOf(plan.key, scope);
      const before = (yield* work.get(lifecycle.collection, key)) as Row | undefined;
      const state = before?.state ?? lifecycle.initial;
      const transition = transitions.find(({ from }) => from.includes(state));
      if (transition === undefined) throw new Refused(refusalIn(transitions, state, lifecycle));
      if (before !== undefined) roots[lifecycle.resource] = before;
      declined = yield* takeTransition(parts, work, transition, {
        lifecycle,
        key,
        before,
        scope,
        roots,
        moment: input,
      });
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
