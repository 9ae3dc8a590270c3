import { asJson, named } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { lightest } from "../subject.ts";

/** A caller that has one key of the SUT's names it, and can verify nothing that another key has signed. */
export const askedKey: Check = {
  id: "signature.asked-key",
  requirement: "SIG-25",
  title: {
    en: "The key that a request asks for signs the answer",
    zh: "应答以请求所指定的密钥签名",
  },
  effort: "standard",
  isolated: true,
  each: (context) => {
    const { pack, provided } = context;
    const { askedSerial } = pack.envelope;
    // The same header may name the key under which a request is sealed, or the key that signed it: no choice of the check.
    const one = lightest({
      provided: provided.filter(
        (each) =>
          !pack.sealed(each, "request").some(({ key }) => key === "receiver") &&
          !pack.requestEnvelope(each).requestParts.some(({ name }) => name === askedSerial),
      ),
    });
    return one === undefined || askedSerial === undefined ? [] : [{ id: one.id, interface: one.id }];
  },
  async run(session, instance) {
    const name = session.pack.envelope.askedSerial ?? "";
    for (const { serial } of session.statement.sutKeys) {
      const exchange = await session.send(await session.request(interfaceOf(instance)), {
        label: `answered with ${serial}`,
        tamper: { headers: (headers) => [...headers, [name, serial]] },
      });
      session.expectSuccess(exchange);
      session.judged();
      const used = exchange.answer?.claims.serial;
      if (used !== serial)
        session.fail({
          summary: {
            en: `a request asked for the key ${serial}, and another one signed the answer`,
            zh: `请求指定以密钥 ${serial} 签名，应答却以另一密钥签名`,
          },
          expected: named(name, serial),
          seen: named(name, used ?? asJson(undefined)),
          evidence: [exchange.wire],
          likelyCause: {
            en: `The header ${name} of requests is not read.`,
            zh: `未读取请求头 ${name}。`,
          },
        });
    }
  },
};
