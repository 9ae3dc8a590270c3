import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import { MONEY } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { needed } from "../resource-steps.ts";
import { expectOneStory } from "./one-story.ts";

/** When the caller goes away, in milliseconds after sending. */
const LEAVES = { smoke: [2], standard: [1, 3, 8], exhaustive: [1, 2, 3, 5, 8, 15, 30] } as const;

/** Long enough for what a service keeps for a moment only, beside what it keeps. */
const LATER_MS = 2_000;

const PAUSE_MS = 200;

/** Calls of each kind that are sent while a dependency is down. */
const CALLS_WHILE_DOWN = 2;

export const afterLostAnswer: Check = {
  id: "errors.after-lost-answer",
  requirement: "ERR-12",
  title: {
    en: "What was asked for behind a lost answer, later and alone, is one story with its news and the books",
    zh: "应答丢失后稍后单独查询与重发，结果与通知、账务一致",
  },
  effort: "smoke",
  isolated: true,
  roles: ["bank"],
  each: eachResource(MONEY),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const create = needed(session, resource, "creates");
    const drafts: Draft[] = [];
    for (const ms of LEAVES[session.run.effort]) {
      const draft = await session.make(create);
      await session.abandon(draft, ms, `given up after ${ms} ms`);
      drafts.push(draft);
    }
    await session.sleep(LATER_MS);
    for (const draft of drafts) await expectOneStory(session, resource, draft, "valid");
  },
};

export const whileDependencyDown: Check = {
  id: "errors.while-dependency-down",
  requirement: "ERR-12",
  title: {
    en: "What was asked for while a dependency was down, later and alone, is one story with its news and the books",
    zh: "依赖不可用期间的调用，恢复后单独查询与重发，结果与通知、账务一致",
  },
  effort: "standard",
  roles: ["bank"],
  async run(session) {
    // Made ahead, because what a request builds on may need calls of its own.
    const asked = await madeOfEach(session);
    if (asked.length === 0)
      session.skip("no interface that moves money is claimed", "未声明资金类接口", "not-demanded");
    await session.withoutDependency(async () => {
      for (const { draft } of asked) await session.send(draft, { label: "while a dependency is down" });
    });
    for (const create of new Set(asked.map(({ draft }) => draft.interface)))
      await untilServed(session, await session.make(create));
    await session.sleep(LATER_MS);
    for (const { resource, draft } of asked) await expectOneStory(session, resource, draft, "valid");
  },
};

/** Calls that create what moves money, several of each kind. */
async function madeOfEach(
  session: Session,
): Promise<readonly { readonly resource: Resource; readonly draft: Draft }[]> {
  const made: { readonly resource: Resource; readonly draft: Draft }[] = [];
  for (const resource of session.pack.resources.of(session.statement.role)) {
    const { creates } = resource;
    if (creates === undefined || !MONEY.holds(resource, session.pack) || !session.claims(creates.id)) continue;
    for (let calls = 0; calls < CALLS_WHILE_DOWN; calls += 1)
      made.push({ resource, draft: await session.make(creates) });
  }
  return made;
}

/** Sends an ordinary call until it is served: what is asked before the SUT has recovered tells nothing of the calls. */
async function untilServed(session: Session, draft: Draft): Promise<void> {
  const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
  for (;;) {
    const { answer } = await session.send(draft, { label: "after the dependency came back" });
    if (session.pack.succeeds(draft.interface, answer?.status)) return;
    if (session.run.runtime.now() >= deadline)
      session.inconclusive(
        `${draft.interface.id} is not served within ${session.statement.limits.settleWithinSeconds} s of the return of the dependency`,
        `依赖恢复后 ${session.statement.limits.settleWithinSeconds} 秒内 ${draft.interface.id} 仍未恢复`,
      );
    await session.sleep(PAUSE_MS);
  }
}

/** Whatever call of the run the system itself ended with a 5xx. */
export const afterServerError: Check = {
  id: "errors.after-server-error",
  requirement: "ERR-12",
  title: {
    en: "What became of calls that ended in a system error is one story with their news and the books",
    zh: "系统错误之后，查询、重发、通知与账务一致",
  },
  effort: "smoke",
  when: "end",
  roles: ["bank"],
  async run(session) {
    const { pack, run, statement } = session;
    const failed = pack.resources
      .of(statement.role)
      .filter((one) => MONEY.holds(one, pack))
      .flatMap((resource) => run.failedCalls.of(resource.creates?.id ?? "").map((draft) => ({ resource, draft })));
    if (failed.length === 0)
      session.skip(
        "no call of the run that moves money ended in a system error",
        "运行期间资金类调用未出现系统错误",
        "not-demanded",
      );
    for (const { resource, draft } of failed) await expectOneStory(session, resource, draft, "any");
  },
};
