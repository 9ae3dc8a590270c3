import type { PartId } from "../../../core/envelope/envelope.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { orNone, sayings } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { beginTrials, eachTried, heard, NEEDS, noticeField, trials, wires } from "./arranged.ts";

export const retry: Check = {
  id: "notification.retry",
  requirement: "NOT-04",
  title: { en: "A retry is the same notification, signed anew", zh: "重发为同一通知并重新签名" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(),
  ahead: beginTrials,
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const field = noticeField(session, resource);
    const retried = (await trials(session, resource)).filter((one) => one.deliveries.length > 1);
    if (retried.length === 0) session.inconclusive("no notification was sent again", "没有通知被重发");
    session.judged();
    // Each trial is a resource of its own, so its event is too: by the id a receiver tells a retry from news.
    const events = (await trials(session, resource)).flatMap(({ deliveries: [first] }) =>
      first === undefined ? [] : [{ id: heard(session, first)?.text("notice"), wire: first.wire }],
    );
    const shared = events.find(({ id }, index) => events.findIndex((other) => other.id === id) < index);
    if (shared !== undefined)
      session.fail({
        summary: { en: `two events have one ${field}`, zh: `不同事件使用了同一 ${field}` },
        expected: { en: `a ${field} for each event`, zh: `每个事件有自己的 ${field}` },
        seen: orNone(shared.id),
        evidence: [shared.wire],
      });
    const carried = (part: PartId): boolean =>
      resource.notifies !== undefined && session.pack.requestCarries(resource.notifies, part);
    for (const { what, deliveries } of retried) {
      const broken = (en: string, zh: string, expected: Bilingual, seen: readonly (string | undefined)[]): never =>
        session.fail({
          summary: { en: `a retry after ${what.en} ${en}`, zh: `${what.zh}后的重发${zh}` },
          expected,
          seen: sayings(seen.map(orNone)),
          evidence: wires(deliveries),
        });
      const ids = deliveries.map((one) => heard(session, one)?.text("notice"));
      if (ids[0] === undefined || new Set(ids).size > 1)
        broken(
          `has another ${field}`,
          `更换了 ${field}`,
          { en: `one ${field} for all attempts`, zh: `各次发送使用同一 ${field}` },
          ids,
        );
      const nonces = deliveries.map((one) => one.nonce);
      if (carried("nonce") && new Set(nonces).size < nonces.length)
        broken(
          "repeats the nonce",
          "重复使用随机串",
          { en: "a new nonce for each attempt", zh: "每次发送使用新的随机串" },
          nonces,
        );
      const times = deliveries.map((one) => one.timestamp);
      if (carried("timestamp") && new Set(times).size < times.length)
        broken(
          "repeats the timestamp",
          "重复使用时间戳",
          { en: "the time of the attempt", zh: "本次发送的时间" },
          times,
        );
      const unsound = deliveries.find((one) => one.code !== undefined);
      if (unsound !== undefined)
        broken(
          "is not a sound message",
          "不是正确的报文",
          { en: "each attempt signed anew, as its own message", zh: "每次发送均作为独立报文重新签名" },
          [unsound.code, unsound.detail],
        );
    }
  },
};
