import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { callable, called, expectBelieved, expectUnbelieved, NEEDS, ordered } from "./called.ts";

/** What a forger can do, by the faults that do it to one answer. What a forged answer says is not so, wherever it can be told. */
const FORGERIES: Readonly<Record<string, { readonly faults: readonly string[]; readonly en: string; readonly zh: string }>> = {
  "altered": { faults: ["altered-answer"], en: "an answer that was changed after it was signed", zh: "签名后被篡改的应答" },
  "unsigned": { faults: ["altered-answer", "unsigned-answer"], en: "an answer without a signature", zh: "无签名应答" },
  // Many a client looks at the signature of a success only.
  "unsigned-refusal": { faults: ["false-refusal", "unsigned-answer"], en: "a refusal without a signature", zh: "无签名的拒绝应答" },
  "wrong-signature": { faults: ["wrong-signature"], en: "an answer with a wrong signature", zh: "签名错误的应答" },
  "unknown-key": { faults: ["wrong-key-id"], en: "an answer that names an unknown key", zh: "证书序列号未知的应答" },
};

export const forgedAnswer: Check = {
  id: "signature.forged-answer",
  requirement: "SIG-20",
  title: { en: "A forged answer is not believed", zh: "伪造应答不被采信" },
  effort: "standard",
  needs: NEEDS,
  // Every forgery is tried on one interface, and one of them on each other.
  each: (context): readonly Instance[] => callable(context).flatMap((one, index) => Object.keys(FORGERIES).slice(0, index === 0 ? undefined : 1).map((forgery) => ({ id: `${forgery}/${one.id}`, interface: one.id, data: forgery }))),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { faults, ...what } = FORGERIES[String(instance.data)] as (typeof FORGERIES)[string];
    const peer = counterparty(session);
    expectBelieved(session, await called(session, await ordered(session, id)));
    const draft = await ordered(session, id);
    session.cleanup(() => peer.behave());
    await peer.misbehave(id, faults);
    expectUnbelieved(session, await called(session, draft), what);
  },
};
