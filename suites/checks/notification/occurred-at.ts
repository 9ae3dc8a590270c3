import type { Meaning, Outcome } from "../../../core/pack/purpose.ts";
import { alike, asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { mustCarry } from "../carried-part.ts";
import { carriedIn } from "../../resources/carried.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import { toldOf } from "../ended.ts";
import { agreementEvents } from "./agreement-changes.ts";
import { heard } from "./arranged.ts";
import { eachToldOf, isAgreement, toldResource } from "./told-of.ts";

/** How long after the event a first notification of it may be signed, and by how much rounding may make it earlier. */
const LATEST_SECONDS = 60;
const EARLIEST_SECONDS = 2;

/** What each end is dated by. */
const DATED: Partial<Readonly<Record<Outcome, readonly Meaning[]>>> = {
  succeeded: ["settled"],
  returned: ["settled", "ended"],
};

export const occurredAt: Check = {
  id: "notification.occurred-at",
  requirement: "CON-10",
  title: { en: "A notification says when it happened", zh: "通知所述发生时间真实" },
  effort: "standard",
  roles: ["bank"],
  needs: { notify: true },
  each: eachToldOf,
  async run(session, instance) {
    const resource = toldResource(session, instance);
    if (isAgreement(instance)) {
      const told = await agreementEvents(session, resource);
      if (told.length === 0) session.inconclusive("no notification came", "未收到通知");
      for (const one of told) expectOccurred(session, resource, one);
      return;
    }
    const { first, url } = await toldOf(session, instance.id);
    expectOccurred(session, resource, first ?? session.inconclusive("no notification came", "未收到通知"));
    for (const told of await counterparty(session).deliveries(url)) expectDated(session, told, resource.name);
  },
};

/** Holds that a notification says when it happened: shortly before it was signed. */
export function expectOccurred(session: Session, { name, notifies }: Resource, first: Delivery): void {
  const field =
    (notifies === undefined ? undefined : session.pack.meanings(notifies).asked("occurred")[0]?.path.at(-1)) ??
    session.skip(
      `no field of the notification of ${name} is occurred (x-is)`,
      `${name} 的通知中没有字段声明为 occurred（x-is）`,
      "not-demanded",
    );
  if (notifies !== undefined) mustCarry(session, notifies, "timestamp");
  const signed = session.pack.times.read(first.timestamp ?? "");
  if (signed === undefined)
    return session.inconclusive("the notification does not say when it was signed", "通知没有签名时间");
  const view = heard(session, first);
  const told = (view?.moment("occurred") ?? Number.NaN) / 1000;
  session.judged();
  if (told <= signed + EARLIEST_SECONDS && told >= signed - LATEST_SECONDS) return;
  const silent = Number.isNaN(told);
  session.fail({
    summary: silent
      ? { en: "a notification does not say when it happened", zh: "通知未说明发生时间" }
      : {
          en: "the time of an event in its notification differs from the signing time",
          zh: "通知所述发生时间与签名时间不符",
        },
    expected: {
      en: `${field} within ${LATEST_SECONDS} s before ${session.pack.calendar.rfc3339(signed * 1000)}`,
      zh: `${field} 在 ${session.pack.calendar.rfc3339(signed * 1000)} 之前 ${LATEST_SECONDS} 秒以内`,
    },
    seen: asJson(view?.value("occurred")),
    evidence: [first.wire],
  });
}

/** Holds that a notification of what came to its end says when, like the view that it carries. */
function expectDated(session: Session, delivery: Delivery, name: string): void {
  const said = heard(session, delivery);
  if (said?.outcome === undefined || delivery.interface === undefined) return;
  const { pack } = session;
  const notifies = pack.interface(delivery.interface);
  session.judged();
  const undated = (DATED[said.outcome] ?? []).find(
    (meaning) => pack.meanings(notifies).asked(meaning).length > 0 && said.moment(meaning) === undefined,
  );
  if (undated === undefined) return;
  const field = pack.meanings(notifies).asked(undated)[0]?.path.at(-1) ?? undated;
  session.fail({
    summary: {
      en: `a notification of a ${name} that is ${String(said.state)} does not say ${field}`,
      zh: `状态为 ${String(said.state)} 的 ${name} 通知没有 ${field}`,
    },
    expected: alike(field),
    seen: asJson(carriedIn(pack, notifies, delivery.body)),
    evidence: [delivery.wire],
  });
}
