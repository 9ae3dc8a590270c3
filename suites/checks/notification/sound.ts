import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, sayings } from "../../../core/text/alike.ts";
import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { claimedOf } from "../../profile.ts";
import type { Session } from "../../session.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import { nothingSeen } from "../incidents.ts";
import { eachTried, firstAt, NEEDS, notified, wires } from "./arranged.ts";

/** Reads how the counterparty judged what came: it is the pack's whole pipeline, from media type to schema. */
export const sound: Check = {
  id: "notification.sound",
  requirement: "NOT-16",
  title: { en: "A notification is a sound message", zh: "通知为正确的报文" },
  effort: "smoke",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(),
  async run(session, instance) {
    const peer = counterparty(session);
    const resource = resourceOf(session.pack, instance);
    const first = await firstAt(session, peer, await notified(session, resource, "ack"));
    session.judged();
    if (first.code === undefined) {
      if (first.sealed.length === 0) return;
      return nonceTwice(session, [first, await firstAt(session, peer, await notified(session, resource, "ack"))]);
    }
    const isLikeAnswer = session.pack.policies.notification.signedAs === "answer";
    session.fail({
      summary: { en: `a notification was not a sound message: ${first.code}`, zh: `通知报文不正确：${first.code}` },
      expected: {
        en: `signed by the SUT's key as ${isLikeAnswer ? "an answer" : "a request"} is, of the present time, with a nonce of its own, application/json, as its schema says`,
        zh: `由被测系统的密钥按${isLikeAnswer ? "应答" : "请求"}的方式签名，时间为当前时间，使用新的随机串，application/json，符合模式`,
      },
      seen: refusalOf(first),
      evidence: [first.wire],
    });
  },
};

/** The same for everything that has arrived in the run, of every kind. */
export const allSound: Check = {
  id: "notification.all-sound",
  requirement: "NOT-16",
  title: { en: "Every notification of the run was a sound message", zh: "全程通知均为正确的报文" },
  effort: "smoke",
  roles: ["bank"],
  when: "end",
  needs: { notify: true },
  async run(session) {
    const { stages } = session.pack.policies;
    const seen = await counterparty(session).all();
    if (seen.length === 0 && !toldOfAny(session))
      session.skip(
        "no interface of the profile leads to a notification",
        "声明范围内没有会引起通知的接口",
        "not-demanded",
      );
    if (seen.length === 0) nothingSeen(session, "no notification", "通知", [sound.id]);
    // Where checks have moved the SUT's clock, its timestamps are of another time.
    const excused = session.run.sutClock.mostMs === 0 ? [] : [stages["freshness.timestamp"] ?? ""];
    const unsound = seen.filter((one) => one.code !== undefined && !excused.includes(one.code));
    session.judged();
    nonceTwice(session, seen);
    const [first] = unsound;
    if (first === undefined) return;
    session.fail({
      summary: {
        en: `${unsound.length} of ${seen.length} notifications were not sound messages`,
        zh: `${seen.length} 条通知中有 ${unsound.length} 条报文不正确`,
      },
      expected: {
        en: "each signed, fresh, with a new nonce, and as its schema says",
        zh: "每条均已签名、时间有效、使用新的随机串且符合模式",
      },
      seen: sayings(differentOf(unsound.map(refusalWithInterface)).slice(0, 10)),
      evidence: wires(unsound.slice(0, 5)),
    });
  },
};

/** With which code a notification would be refused, and why: the counterparty's own words are quoted. */
const refusalOf = ({ code, detail }: Delivery): Bilingual => ({
  en: `${code}${detail === undefined ? "" : ` (${detail})`}`,
  zh: `${code}${detail === undefined ? "" : `（“${detail}”）`}`,
});

const refusalWithInterface = (one: Delivery): Bilingual => ({
  en: `${one.interface ?? "not recognised"}: ${refusalOf(one).en}`,
  zh: `${one.interface ?? "无法识别"}：${refusalOf(one).zh}`,
});

const differentOf = (said: readonly Bilingual[]): readonly Bilingual[] => [
  ...new Map(said.map((one) => [one.en, one])).values(),
];

/** Two texts under one nonce and key tell each other, and let anyone forge the tag (NIST SP 800-38D, 8). */
function nonceTwice(session: Session, seen: readonly Delivery[]): void {
  const known = new Map<string, { readonly ciphertext: string; readonly delivery: Delivery }>();
  for (const delivery of seen)
    for (const { key, nonce, ciphertext } of delivery.sealed) {
      const before = known.get(`${key} ${nonce}`);
      if (before !== undefined && before.ciphertext !== ciphertext)
        session.fail({
          summary: {
            en: "two notifications were sealed under one nonce",
            zh: "两条通知使用了同一加密随机串",
          },
          expected: {
            en: "a nonce of its own for everything that is sealed under one secret",
            zh: "同一密钥加密的每项内容各用自己的随机串",
          },
          seen: alike(nonce),
          evidence: wires([before.delivery, delivery]),
          likelyCause: {
            en: "The nonce is a constant, or is drawn from a generator that begins anew at each start.",
            zh: "随机串为常量，或随机数发生器每次启动都从头开始。",
          },
        });
      known.set(`${key} ${nonce}`, { ciphertext, delivery });
    }
}

/** Whether the SUT claims an interface whose requests say where they are told of. */
function toldOfAny(session: Session): boolean {
  return claimedOf(session.pack, session.statement).some(
    (one) => session.pack.meanings(one).asked("target").length > 0,
  );
}
