import { certifiedKey, selfCertified } from "../../../core/signature/certificate.ts";
import { pairScheme } from "../../../core/signature/schemes.ts";
import type { RequestMessage } from "../../../core/envelope/message.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";
import type { Session } from "../../session.ts";
import { broughtKeys } from "../../wire/envelope/brought-key.ts";
import type { BroughtKey, StrangerKey } from "../../wire/envelope/wire-envelope.ts";

/** A verifier that takes the key from the message believes any sender. */
export const broughtKey: Check = {
  id: "signature.brought-key",
  requirement: "SIG-27",
  title: {
    en: "A message that brings the key for its signature along is refused",
    zh: "自带验签公钥或证书的报文被拒绝",
  },
  effort: "smoke",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const stranger = strangerTo(session);
    const forms = Object.entries(broughtKeys(session.pack.requestEnvelope(draft.interface))).map(
      ([name, brought]): WrongForm => ({ name, codes: session.code("signature"), tamper: bringing(brought, stranger) }),
    );
    await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "a request signed with the key that it brings along", zh: "以自带密钥签名的请求" },
      likelyCause: {
        en: "The key is taken from the message, or its certificate is not held against those that are enrolled.",
        zh: "验签密钥取自报文本身，或未核对其证书是否已登记。",
      },
    });
  },
};

/** Signs the message that is to be sent anew, as the stranger. */
function bringing(brought: BroughtKey, stranger: StrangerKey): WrongForm["tamper"] {
  let message: RequestMessage | undefined;
  return {
    sign: (base, _signer, made) => {
      message = made;
      return stranger.sign(base);
    },
    wire: (request) => {
      if (message === undefined) return request;
      const { headers, body } = brought(message, stranger);
      const taken = new Set(headers.map(([name]) => name.toLowerCase()));
      return {
        ...request,
        headers: [...request.headers.filter(([name]) => !taken.has(name.toLowerCase())), ...headers],
        body,
      };
    },
  };
}

/** A key of the first party's scheme that was never enrolled; skips the check where secrets are shared. */
function strangerTo(session: Session): StrangerKey {
  const { token } = session.party;
  const scheme = session.pack.policies.envelope.algorithms[token] ?? "";
  if (!("privateKey" in session.statement.parties[0].key))
    session.skip("messages are signed with a shared secret", "报文以共享密钥签名", "not-demanded");
  const { privatePem, publicPem } = pairScheme(scheme).generate();
  const key = pairScheme(scheme).privateKey(privatePem);
  const certificate = selfCertified(publicPem, key, session.party.partyId);
  return {
    serial: certifiedKey(certificate)?.serial ?? "",
    publicPem,
    certificate,
    sign: (base) => key.sign(base),
  };
}
