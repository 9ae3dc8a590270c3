import { caseOf, eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Lifecycle } from "../../../core/pack/types.ts";
import { canGo, refusedCall } from "../../provocation/way.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import { created, needed } from "../resource-steps.ts";

type Limit = NonNullable<Lifecycle["limits"]>[number];

/** Is taken within a limit of a day or a month: a debit under a mandate. */
const LIMITED: ResourceKind = {
  en: "resource under a limit of a day or a month",
  zh: "受单日或单月限额约束的资源",
  holds: ({ creates, lifecycle }) => creates !== undefined && (lifecycle.limits ?? []).length > 0,
};

/** So much before a period begins its end is tried: what the call itself takes is more in a slow environment. */
const AHEAD_MS = 10_000;

/** The pack's way reaches the limit exactly, and its last call is one too many until the next period begins. */
export const limits: Check = {
  id: "lifecycle.limits",
  requirement: "LIF-41",
  title: { en: "A limit holds until its period is over, and begins anew", zh: "限额在周期内有效，下一周期重新计算" },
  effort: "standard",
  roles: ["bank"],
  needs: { hooks: ["clock"] },
  each: eachResource(LIMITED, ({ lifecycle }) => (lifecycle.limits ?? []).map((one) => one.else)),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const code = caseOf(instance);
    const limit = resource.lifecycle.limits?.find((one) => one.else === code) as Limit;
    const create = needed(session, resource, "creates");
    const way =
      session.pack.error(code)?.provoke?.find((one) => one.in === create.id && canGo(session, one)) ??
      session.skip(`no way of the pack leads to ${code}`, `规范包未给出触发 ${code} 的方式`, "fixture");
    const draft = await refusedCall(session, way);
    session.expectRefusal(await session.send(draft, { label: "more than the limit leaves" }), code);
    const { calendar } = session.pack;
    // The provider's business date may be ahead of its clock, which other checks have moved: it never goes back.
    const { shown } = await created(session, resource);
    const today = shown.text("date") ?? calendar.businessDate(session.sutNow());
    const next = nextPeriod(session, today, limit.per);
    for (const at of momentsWithin(session, today, next)) {
      await session.setClock(at);
      if (calendar.businessDate(session.sutNow() + session.run.sutClock.uncertainMs) >= next)
        session.inconclusive("the calls took so long that the period was over", "调用耗时过长，周期已结束");
      session.expectRefusal(
        await session.send(draft, { label: `the same on ${calendar.rfc3339(at)}, in the same ${limit.per}` }),
        code,
        { en: `The limit of a ${limit.per} begins anew too early.`, zh: "限额过早重新计算。" },
      );
    }
    await session.setClock(calendar.startOfBusinessDate(next) + 1_000);
    session.expectSuccess(await session.send(draft, { label: `the same on ${next}, in the next ${limit.per}` }));
  },
};

/** Moments of a period that are after now: the second day of a month, and just before the end. */
function momentsWithin({ pack: { calendar } }: Session, today: string, next: string): readonly number[] {
  const tomorrow = calendar.nextDate(today);
  const end = calendar.startOfBusinessDate(next) - AHEAD_MS;
  return tomorrow < next ? [calendar.startOfBusinessDate(tomorrow) + 1_000, end] : [end];
}

/** The date on which the next period begins. */
function nextPeriod({ pack: { calendar } }: Session, today: string, per: Limit["per"]): string {
  let date = calendar.nextDate(today);
  if (per === "day") return date;
  while (date.slice(0, 7) === today.slice(0, 7)) date = calendar.nextDate(date);
  return date;
}
