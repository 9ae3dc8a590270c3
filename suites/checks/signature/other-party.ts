import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";

export const otherParty: Check = {
  id: "signature.other-party",
  requirement: "SIG-05",
  title: { en: "Another party's key does not speak for this one", zh: "其他机构的密钥不能代表本机构" },
  effort: "smoke",
  isolated: true,
  needs: { parties: 2 },
  each: eachInterface(),
  async run(session, instance) {
    const { party, stranger } = session;
    const codes = session.code("signature");
    const draft = await session.request(interfaceOf(instance));
    // Where messages name no party, one that another party signs with its own key is simply that party's.
    const names = session.pack.requestEnvelope(draft.interface).requestParts.some(({ id }) => id === "party");
    const inAnothersName: readonly WrongForm[] = [
      {
        name: "signed by another party with its own serial, in this party's name",
        codes,
        tamper: { signer: stranger, identity: (identity) => ({ ...identity, party: party.partyId }) },
      },
      {
        name: "signed by this party with its own serial, in another party's name",
        codes,
        tamper: { identity: (identity) => ({ ...identity, party: stranger.partyId }) },
      },
    ];
    await expectEachRefused(session, {
      draft,
      forms: [
        ...(names ? inAnothersName : []),
        {
          name: "signed by another party, in this party's name and with its serial",
          codes,
          tamper: {
            signer: stranger,
            identity: () => ({ party: party.partyId, serial: party.serial, algorithm: party.token }),
          },
        },
        {
          name: "signed by this party, in another party's name and with its serial",
          codes,
          tamper: {
            identity: () => ({ party: stranger.partyId, serial: stranger.serial, algorithm: stranger.token }),
          },
        },
      ],
      what: { en: "a request signed by another party", zh: "由其他机构签名的请求" },
      likelyCause: {
        en: "The key is found by its serial alone; its owner is not compared with the sender.",
        zh: "仅凭序列号查找密钥，未核对密钥归属。",
      },
    });
  },
};
