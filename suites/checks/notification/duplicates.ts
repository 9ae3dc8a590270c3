import { asJson } from "../../../core/text/alike.ts";
import type { Check, Instance, PlanContext } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { originalOf, recordOf } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { amountIn, expectRecord, NEEDS, recordGivenBack, reversalTold, tellOf, waiting } from "./record.ts";

export const duplicates: Check = {
  id: "notification.duplicates",
  requirement: "NOT-05",
  title: {
    en: "Twenty simultaneous duplicates have one effect, and each is acknowledged",
    zh: "20 条并发重复通知只生效一次且均获确认",
  },
  effort: "smoke",
  roles: ["platform"],
  needs: NEEDS,
  each: ({ pack, provided }: PlanContext): readonly Instance[] => {
    const told = provided.flatMap((one) => {
      const about = pack.resources.about(one);
      return about?.verb === "notifies" ? [{ id: about.of, interface: one.id }] : [];
    });
    return told.length > 0
      ? told
      : [{ id: "", absent: { en: "the profile has no notification", zh: "声明范围内没有通知接口" } }];
  },
  async run(session, instance) {
    const one = session.pack.interface(interfaceOf(instance));
    const resource = session.pack.resources.about(one)?.resource;
    const own = recordOf(session.pack, session.statement.role, resource);
    const original = recordOf(
      session.pack,
      session.statement.role,
      resource === undefined ? undefined : originalOf(session.pack, resource),
    );
    if (own !== undefined) return bookedOnce(session, own);
    if (original !== undefined) return givenBackOnce(session, original);
    // What became of it is shown by no interface: that none of them fails on what another has just made is all there is
    // to see.
    await allTaken(session, await session.make(one));
  },
};

/** Sends duplicates at once, each of which must be acknowledged; gives how many. */
async function allTaken(session: Session, draft: Draft): Promise<number> {
  const n = widthOf(session);
  const exchanges = await session.race(
    Array.from({ length: n }, () => draft),
    "duplicate",
  );
  for (const one of exchanges) session.expectSuccess(one);
  return n;
}

const widthOf = (session: Session): number => Math.min(20, session.statement.limits.maxConcurrency);

async function bookedOnce(session: Session, record: Resource): Promise<void> {
  const waits = await waiting(session, record);
  const n = await allTaken(session, waits.draft);
  const { name } = waits.subject;
  await expectRecord(session, waits, "succeeded", {
    en: `${n} duplicates of its ${name}`,
    zh: `${n} 条重复的 ${name} 通知`,
  });
}

async function givenBackOnce(session: Session, record: Resource): Promise<void> {
  const waits = await waiting(session, record);
  await tellOf(session, waits);
  const { value, currency } = amountIn(session, waits.draft);
  // Small enough that a second booking would still fit into the record: only the sum then tells of it.
  const part = Math.max(1, Math.floor(value / (widthOf(session) + 1)));
  const n = await allTaken(session, await reversalTold(session, waits, { value: part, currency }));
  const seen = await recordGivenBack(session, waits, part);
  session.judged();
  if (seen.value("returned") === undefined || seen.minor("returned") === part) return;
  session.fail({
    summary: {
      en: `${n} duplicates of one refund were booked more than once`,
      zh: `${n} 条重复的退款通知被重复入账`,
    },
    expected: { en: `${part} given back`, zh: `已退 ${part}` },
    seen: asJson(seen.body),
    likelyCause: {
      en: "The number is looked up first and booked afterwards, without a unique key in between.",
      zh: "先查后入账，缺少唯一键约束。",
    },
  });
}
