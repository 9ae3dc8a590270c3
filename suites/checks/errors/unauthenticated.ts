import { asJson } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { selectsInBody } from "../../../core/pack/selection.ts";
import { equal } from "../../data/comparison.ts";
import { partyField } from "../../profile.ts";
import type { Session } from "../../session.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

const FORGED: Tamper = { signature: (bytes) => bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte)) };

/** Whatever else is wrong, or right, with a forged message, its answer is that of any forged message. */
export const unauthenticated: Check = {
  id: "errors.unauthenticated",
  requirement: "ERR-02",
  title: { en: "An unauthenticated caller learns no details", zh: "未认证者不得获知细节" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const plain = await forged(session, draft, "forged, else right", {});
    const party = partyField(draft.interface);
    const { select = {} } = draft.interface.http;
    const first = Object.keys(draft.body ?? draft.query).find((name) => !Object.hasOwn(select, name));
    const others: readonly (readonly [string, Draft, Tamper])[] = [
      ["an unknown field", withFields(draft, { liantiao_extra_field: "x" }), {}],
      ...(party === undefined ? [] : [["another party", withFields(draft, { [party]: "P9999" }), {}] as const]),
      ...(first === undefined ? [] : [["a field left out", withFields(draft, { [first]: undefined }), {}] as const]),
      ...(draft.body === undefined
        ? []
        : [
            // Where the signature stands in the body, what cannot be decoded is refused for that.
            ...(session.pack.envelope.decodesFirst
              ? []
              : [["no JSON", draft, { body: () => new TextEncoder().encode('{"a":') }] as const]),
            ...(selectsInBody(draft.interface, draft.query)
              ? []
              : [["an empty body", draft, { body: () => new Uint8Array() }] as const]),
          ]),
      ...Object.keys(draft.path).map(
        (name) => [`an unknown ${name}`, withFields(draft, { [name]: session.fresh() }), {}] as const,
      ),
    ];
    for (const [name, broken, tamper] of others) {
      const seen = await forged(session, broken, `forged, with ${name}`, tamper);
      if (!equal(seen, plain))
        session.fail({
          summary: {
            en: `the answer to a forged message reveals ${name}`,
            zh: `对伪造报文的应答透露了其他问题（“${name}”）`,
          },
          expected: asJson(plain),
          seen: asJson(seen),
        });
    }
    await session.expectUnchanged(before, { en: "a forged message", zh: "伪造的报文" });
    session.expectSuccess(await session.send(draft, { label: "the same request, rightly signed" }));
  },
};

/** What the answer says, without the help that is given in test mode. */
async function forged(session: Session, draft: Draft, label: string, tamper: Tamper): Promise<Fields> {
  const exchange = await session.send(draft, { label, tamper: { ...tamper, ...FORGED } });
  session.expectRefusal(exchange, session.code("signature"), {
    en: "The message is checked before its signature.",
    zh: "先于验签校验了报文内容。",
  });
  const { hint: _hint, ...said } = (exchange.answer?.json ?? {}) as Fields;
  return said;
}
