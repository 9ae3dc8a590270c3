import type { Json } from "../unit/unit.ts";
import type { Workspace } from "../unit/workspace.ts";
import type { PartyRecord } from "./party.ts";
import type { NotificationPlan } from "./plan.ts";
import { timeKey } from "./rows.ts";
import type { Step } from "./step.ts";

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

/** Puts a notification into the outbox; a party without a target gets none. */
export function notify(
  work: Workspace,
  { id, target: targetOf, body: bodyOf }: NotificationPlan,
  { scope, roots, moment: { now } }: Step,
): void {
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
}
