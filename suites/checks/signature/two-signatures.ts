import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import type { Session } from "../../session.ts";
import { eachSubject } from "../subject.ts";

/** With two signatures, two readers may verify different ones, and one of them is deceived. */
export const twoSignatures: Check = {
  id: "signature.two-signatures",
  requirement: "SIG-19",
  title: { en: "A message with two signatures is refused", zh: "含两个签名的报文被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const codes = [session.code("signature"), ...doubledCodes(session)];
    const forms = Object.entries(session.pack.requestEnvelope(draft.interface).doubles).map(
      ([name, double]): WrongForm => ({
        name,
        codes,
        tamper: { wire: (request) => double(request, session.fresh()) },
      }),
    );
    await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "a request with two signatures", zh: "带两个签名的请求" },
      likelyCause: {
        en: "The first or the last of several headers or parameters is taken.",
        zh: "多个请求头或参数并存时只取第一个或最后一个。",
      },
    });
  },
};

/** A body that carries a parameter twice is refused as one that cannot be decoded. */
function doubledCodes(session: Session): readonly string[] {
  const signature = session.pack.envelope.requestParts.find(({ id }) => id === "signature");
  return signature?.location === "body" ? [session.code("decode")] : [];
}
