import { eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { PackView } from "../../pack-view.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { MONEY } from "../../resources/kinds.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Given } from "../../data/request-builder.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { created, expectOutcome, knownBy, look, needed } from "../resource-steps.ts";

/** What follows an announcement under its number, and uses it up: a debit that was announced to the customer. */
function followedBy(pack: PackView, announcement: Resource): Resource | undefined {
  return pack.resources.of(announcement.role).find(
    (one) =>
      MONEY.holds(one, pack) &&
      one.lifecycle.transitions.some(
        ({ on, load, to }) =>
          "call" in on &&
          on.call === one.creates?.id &&
          to.some(({ move }) =>
            move?.some(({ row }) => {
              const loaded = load?.[row];
              return loaded !== undefined && "key" in loaded && loaded.resource === announcement.name;
            }),
          ),
      ),
  );
}

/** Says from when on something may follow that moves money. */
const ANNOUNCEMENT: ResourceKind = {
  en: "announcement of what moves money later",
  zh: "预先告知资金变动的资源",
  holds: (resource, pack) =>
    resource.creates !== undefined &&
    resource.reads !== undefined &&
    pack.meanings(resource.creates).shown("effective").length > 0 &&
    followedBy(pack, resource) !== undefined,
};

const AMOUNT = 1_000;
/** How much before its time it is tried. */
const AHEAD_MS = 10_000;

export const announced: Check = {
  id: "lifecycle.announced",
  requirement: "LIF-42",
  title: {
    en: "What was announced comes at its time, and within what was said",
    zh: "预告的扣款到期后方可进行且不超额",
  },
  effort: "standard",
  roles: ["bank"],
  needs: { hooks: ["clock"] },
  each: eachResource(ANNOUNCEMENT),
  async run(session, instance) {
    const announcement = resourceOf(session.pack, instance);
    const following = followedBy(session.pack, announcement) as Resource;
    const create = needed(session, following, "creates");
    const scenario = session.scenario(announcement, "ordinary");
    const { draft, shown } = await created(session, announcement, { amount: AMOUNT }, { scenario });
    const due =
      shown.moment("effective") ??
      session.inconclusive("the answer does not say from when on it may follow", "应答未给出最早可进行的时间");
    const follow = (given: Given): Promise<Draft> => session.make(create, { ...builtOn(session, draft), ...given });
    const right = await follow({ amount: AMOUNT });
    session.expectRefusedFor(await session.send(right, { label: "at once" }), "not-ready");
    if (due - AHEAD_MS > session.sutNow()) await session.setClock(due - AHEAD_MS);
    if (session.sutNow() + session.run.sutClock.uncertainMs >= due)
      session.inconclusive("the calls took so long that its time had come", "调用耗时过长，已到可进行的时间");
    session.expectRefusedFor(await session.send(right, { label: "just before its time" }), "not-ready", {
      en: "The age of the announcement is not looked at, or in other units.",
      zh: "未检查预告时间，或时间单位有误。",
    });
    await session.setClock(due + 1_000);
    session.expectRefusedFor(
      await session.send(await follow({ amount: AMOUNT + 1 }), { label: "for one fen more than was announced" }),
      "exceeds",
    );
    session.expectRefusedFor(
      await session.send(await follow({ amount: AMOUNT, number: session.fresh() }), { label: "under another number" }),
      "not-ready",
    );
    session.expectSuccess(await session.send(right, { label: "at its time" }));
    const reads = needed(session, announcement, "reads");
    const used = await look(session, announcement, knownBy(session, reads, draft, shown));
    expectOutcome(session, announcement, used, "succeeded", {
      en: `the ${announcement.name} is not used up by what followed it`,
      zh: `${announcement.name} 未因后续扣款而标记为已使用`,
    });
  },
};

/** What the announcement and what follows it share: the number, and what both build on. */
function builtOn({ pack }: Session, draft: Draft): Given {
  const number = askedIn(pack, draft, "number");
  const of = askedIn(pack, draft, "of");
  return { ...(number === undefined ? {} : { number }), ...(of === undefined ? {} : { of }) };
}
