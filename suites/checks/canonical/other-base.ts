import type { RequestMessage } from "../../../core/envelope/message.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import { bodyOf, targetOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import { expectEachRefused } from "../corpus.ts";
import { eachSubject } from "../subject.ts";

/** A verifier that takes another text of the same message takes a signature that covers less, or two messages. */
export const otherBase: Check = {
  id: "canonical.other-base",
  requirement: "CAN-03",
  title: { en: "A signature over another base is refused", zh: "对其他待签名串的签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    await expectEachRefused(session, {
      draft,
      forms: otherBasesOf(session, draft).map((name) => ({
        name: `signed: ${name}`,
        codes: session.code("signature"),
        tamper: {
          sign: (base, signer, message) =>
            signer.sign(session.pack.requestEnvelope(draft.interface).otherBases(message)[name] ?? base),
        },
      })),
      what: { en: "a message signed over another base", zh: "以其他待签名串签名的报文" },
      likelyCause: {
        en: "Several texts of a message are tried, or parts of it are not in the text that is verified.",
        zh: "验签时尝试了多种待签名串，或待签名串遗漏了部分内容。",
      },
    });
  },
};

/** Names of the other bases that differ from the agreed one for this request. */
function otherBasesOf(session: Session, draft: Draft): readonly string[] {
  const envelope = session.pack.requestEnvelope(draft.interface);
  const { partyId: party, serial, token: algorithm } = session.party;
  const message: RequestMessage = {
    method: draft.interface.http.method,
    target: targetOf(draft),
    party,
    serial,
    algorithm,
    timestamp: session.pack.times.write(session.sutNow()),
    nonce: session.nonce(),
    body: bodyOf(draft, session.pack.codecOf),
  };
  const agreed = envelope.requestBase(message);
  return Object.entries(envelope.otherBases(message)).flatMap(([name, other]) =>
    Buffer.compare(agreed, other) === 0 ? [] : [name],
  );
}
