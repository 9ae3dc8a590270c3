import type { Interface } from "../../../core/pack/types.ts";
import { alike } from "../../../core/text/alike.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { balanceOf } from "../../data/books.ts";
import { NO_SERVER_ERROR, statusAndCode } from "../../expectation.ts";
import { expectNoRace } from "../../race/hunt.ts";
import { HOLD } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { accountOf, created, handleFor, knownBy, look, needed } from "../resource-steps.ts";

const HELD = 100;
/** Two of them are more than is held. */
const EACH = 60;

/** What takes a part of a hold; undefined where nothing does. */
function takesOf({ advances }: Resource, session: Pick<Session, "pack">): Interface | undefined {
  return advances.find((one) => session.pack.meanings(one).asked("used").length > 0);
}

export const holdRace: Check = {
  id: "idempotency.hold-race",
  requirement: "IDM-20",
  title: { en: "Parallel captures never exceed the hold, nor outlive its end", zh: "并行完成不超过冻结，也不晚于撤销" },
  effort: "smoke",
  each: eachResource(HOLD, (resource, { pack }) =>
    takesOf(resource, { pack } as Pick<Session, "pack">) === undefined
      ? []
      : ["captures", ...(resource.ends === undefined ? [] : ["capture-and-end"])],
  ),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const takes = takesOf(resource, session) as Interface;
    const ends = caseOf(instance) === "captures" ? undefined : needed(session, resource, "ends");
    const account = await accountOf(session, resource);
    await expectNoRace(
      session,
      {
        en: "calls at once took more of a hold than there was, or took of one that had ended",
        zh: "并发调用扣取的金额超过冻结金额，或在结束后仍被扣取",
        cause: {
          en: "What is left is read first and written afterwards, without a lock on the hold.",
          zh: "先读剩余冻结金额后写入，未对预授权加锁。",
        },
      },
      async (n) => {
        const { draft, shown } = await created(session, resource, { amount: HELD });
        const before = await balanceOf(session, account);
        const handle = handleFor(session, takes, knownBy(session, takes, draft, shown));
        const used = ends === undefined ? EACH : HELD;
        const one = async (index: number): Promise<Draft> =>
          ends === undefined || index % 2 === 0
            ? session.make(takes, { ...handle, used })
            : session.make(ends, handleFor(session, ends, knownBy(session, ends, draft, shown)));
        const drafts = await Promise.all(Array.from({ length: Math.max(2, n) }, (_, index) => one(index)));
        const exchanges = await session.race(drafts, "capture or end");
        const failed = exchanges.find((each) => (each.answer?.status ?? 0) >= 500);
        if (failed !== undefined) return { expected: NO_SERVER_ERROR, seen: alike(statusAndCode(failed.answer)) };
        const end = await look(session, resource, knownBy(session, needed(session, resource, "reads"), draft, shown));
        const moved = before.posted - (await balanceOf(session, account)).posted;
        session.judged();
        return lawful(end, moved, used, ends !== undefined)
          ? undefined
          : {
              expected: {
                en:
                  ends === undefined
                    ? `one capture of ${used} of ${HELD} is taken and debited`
                    : `${used} taken and debited, or ended with nothing debited`,
                zh:
                  ends === undefined
                    ? `冻结 ${HELD} 只扣取一笔 ${used} 并记账`
                    : `扣取 ${used} 并记账，或已结束而未记账`,
              },
              seen: {
                en: `${String(end.state)}, ${end.minor("used")} taken, ${moved} debited`,
                zh: `状态 ${String(end.state)}，已扣取 ${end.minor("used")}，已记账 ${moved}`,
              },
            };
      },
    );
  },
};

/** What is shown as taken is what was debited, and that is what the calls at once allow. */
function lawful(end: Shown, moved: number, used: number, ended: boolean): boolean {
  const taken = end.minor("used");
  if (taken !== moved) return false;
  return ended ? taken === (end.outcome === "closed" ? 0 : used) : taken === used;
}
