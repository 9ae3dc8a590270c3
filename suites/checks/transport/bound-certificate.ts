import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Tamper } from "../../wire/sealed-request.ts";
import type { Signer } from "../../wire/signer.ts";
import { lightest } from "../subject.ts";

/**
 * A certificate of the right authority opens the connection, and the signature tells the sender: unless both are of one
 * party, a thief of a signing key needs no more than a connection of its own.
 */
export const boundCertificate: Check = {
  id: "transport.bound-certificate",
  requirement: "TLS-02",
  title: {
    en: "A message over another party's connection is refused",
    zh: "拒绝经他方连接送达的报文",
  },
  effort: "standard",
  isolated: true,
  each: (context) => {
    const one = lightest(context);
    return one === undefined ? [] : [{ id: one.id, interface: one.id }];
  },
  async run(session, instance) {
    const { party, stranger } = session;
    if (party.client === undefined || stranger.client === undefined)
      session.skip(
        "the statement binds no client certificates to two parties (/parties/0/tls, /parties/1/tls)",
        "声明未为两个参与方绑定客户端证书（/parties/0/tls、/parties/1/tls）",
        "not-demanded",
      );
    const id = interfaceOf(instance);
    for (const [signer, over] of [
      [party, stranger],
      [stranger, party],
    ] as const) {
      const draft = await session.request(id, {}, { signer });
      session.expectSuccess(await session.send(draft, { signer, label: `${signer.partyId} over its own connection` }));
      await expectRefused(session, signer, over, id);
    }
  },
};

async function expectRefused(session: Session, signer: Signer, over: Signer, id: string): Promise<void> {
  const draft = await session.request(id, {}, { signer });
  const tamper: Tamper = {
    wire: (request) => ({ ...request, ...(over.client === undefined ? {} : { client: over.client }) }),
  };
  const exchange = await session.send(draft, {
    signer,
    tamper,
    label: `${signer.partyId} over the connection of ${over.partyId}`,
  });
  session.judged();
  // However it is refused: by the SUT, or by what ends TLS ahead of it.
  if (!session.pack.succeeds(draft.interface, exchange.answer?.status)) return;
  session.fail({
    summary: {
      en: `what ${signer.partyId} signed was taken over a connection with the client certificate of ${over.partyId}`,
      zh: `${signer.partyId} 签名的报文经 ${over.partyId} 客户端证书的连接送达仍被受理`,
    },
    expected: { en: "a refusal", zh: "拒绝" },
    seen: { en: `HTTP ${exchange.answer?.status ?? ""}`, zh: `HTTP ${exchange.answer?.status ?? ""}` },
    evidence: [exchange.wire],
    likelyCause: {
      en: "The certificate is verified by its authority alone, and not compared with the party that signed.",
      zh: "仅校验证书的签发机构，未与签名方核对。",
    },
  });
}
