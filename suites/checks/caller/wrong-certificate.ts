import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { Door } from "../../wire/counterparty.ts";
import { about, callable, called, NEEDS, ordered } from "./called.ts";

/** The one thing wrong with the certificate. */
const WRONG: Readonly<Record<string, Bilingual>> = {
  expired: { en: "an expired certificate", zh: "已过期的证书" },
  "other-host": { en: "a certificate of another host", zh: "域名不符的证书" },
  untrusted: { en: "a certificate of an untrusted authority", zh: "不受信机构签发的证书" },
};

export const wrongCertificate: Check = {
  id: "transport.caller-certificate",
  requirement: "TLS-03",
  title: { en: "A wrong certificate ends the SUT's own call", zh: "证书错误时终止主动调用" },
  effort: "standard",
  needs: NEEDS,
  // Who is called is asked ahead of what is said, so one interface stands for all.
  each: (context): readonly Instance[] =>
    callable(context)
      .slice(0, 1)
      .flatMap((one) => Object.keys(WRONG).map((wrong) => ({ id: wrong, interface: one.id, data: wrong }))),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const wrong = String(instance.data);
    const { en, zh } = WRONG[wrong] as Bilingual;
    const peer = counterparty(session);
    const { ca } = await peer.doors();
    const door = async (name: string): Promise<Door> =>
      (await peer.doors()).doors[name] ??
      session.inconclusive(`our counterparty has no door "${name}"`, `对端没有入口 "${name}"`);

    const right = await door("right");
    const good = await called(session, await ordered(session, id), { url: right.url, ca });
    // A SUT that trusts other authorities only, or cannot reach the port, would send nothing to a wrong certificate for
    // that reason alone.
    if (!about(good.calls, good.draft).some(({ door: at }) => at === right.url))
      session.inconclusive(
        `no call came through with a right certificate (${right.url}, of the authority that the hook was given)`,
        `证书正确时调用也未到达（${right.url}，由钩子所给机构签发）`,
      );

    const before = await door(wrong);
    const bad = await called(session, await ordered(session, id), { url: before.url, ca });
    if ((await door(wrong)).connections === before.connections)
      session.inconclusive(`the SUT did not connect to ${before.url}`, `被测系统未连接 ${before.url}`);
    session.judged();
    const sent = bad.calls.filter(({ door: at }) => at === before.url);
    if (sent.length === 0) return;
    session.fail({
      summary: { en: `a call was sent to a peer that showed ${en}`, zh: `对端出示${zh}，被测系统仍发送了请求` },
      expected: { en: "the handshake ended by the caller, and no request", zh: "调用方中止握手，不发送请求" },
      seen: {
        en: `${sent.length} request(s), the first ${sent[0]?.interface ?? "not recognised"}`,
        zh: `${sent.length} 个请求，首个为 ${sent[0]?.interface ?? "无法识别的请求"}`,
      },
      evidence: sent.map(({ wire }) => wire),
      likelyCause: {
        en: "Verification of certificates, or of the host name in them, is switched off.",
        zh: "未开启证书校验或域名校验。",
      },
    });
  },
};
