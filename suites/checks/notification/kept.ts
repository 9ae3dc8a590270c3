import { asJson, oneOf } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Fields } from "../../wire/draft.ts";
import { needed } from "../resource-steps.ts";
import { eachRecord, tellOf, waiting } from "./record.ts";
import type { Waiting } from "./record.ts";

const NOTIFICATIONS = 5;
const PAUSE_MS = 200;

export const kept: Check = {
  id: "notification.kept",
  requirement: "NOT-10",
  title: { en: "What was acknowledged has its effect after a crash", zh: "已确认的通知在崩溃后仍生效" },
  effort: "standard",
  roles: ["platform"],
  needs: { hooks: ["fixtures", "restart"] },
  each: eachRecord,
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const reads = needed(session, record, "reads");
    const told: Waiting[] = [];
    for (let count = 0; count < NOTIFICATIONS; count += 1) told.push(await waiting(session, record));
    for (const one of told) await tellOf(session, one);
    await session.restart("kill");
    const deadline = session.run.runtime.now() + session.statement.limits.settleWithinSeconds * 1000;
    for (const { number, subject } of told) {
      session.judged();
      // The work may be done after the acknowledgement, but a record that is not booked, or not known any more, once
      // the time for it is over has lost what was acknowledged.
      for (;;) {
        const { answer } = await session.ask(reads, { number }, reads.id);
        const seen = (answer?.json ?? {}) as Fields;
        if (shownIn(session.pack, reads, seen).outcome === "succeeded") break;
        if (session.run.runtime.now() >= deadline)
          session.fail({
            summary: {
              en: `an acknowledged ${subject.name} was lost in a crash`,
              zh: `已确认的 ${subject.name} 通知在崩溃后丢失`,
            },
            expected: oneOf(record.states("succeeded")),
            seen: answer === undefined ? { en: "no answer", zh: "无应答" } : asJson(seen),
          });
        await session.sleep(PAUSE_MS);
      }
    }
    const [first] = told;
    // And it is remembered: the bank that never saw its acknowledgement sends it again.
    if (first !== undefined)
      session.expectSuccess(await session.send(first.draft, { label: "the same notification after the crash" }));
  },
};
