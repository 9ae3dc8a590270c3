import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { mustCarry } from "../carried-part.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";

/** Serials that are almost right: each would be found by a look-up that is not an exact one. */
export const noFallback: Check = {
  id: "signature.no-fallback",
  requirement: "SIG-06",
  title: {
    en: "A serial must match exactly, and no other key is tried",
    zh: "序列号须精确匹配，不得改用其他密钥",
  },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    mustCarry(session, session.pack.interface(interfaceOf(instance)), "serial");
    const { serial } = session.party;
    const other = session.run.signers[1]?.serial;
    const own = session.run.sutKeys[0]?.serial;
    const serials: Readonly<Record<string, string>> = {
      empty: "",
      "without its last character": serial.slice(0, -1),
      "with a character more": `${serial}0`,
      "a wildcard": "%",
      "a star": "*",
      "the name of an object's own property": "__proto__",
      ...(own === undefined || own === serial ? {} : { "that of the receiver's own key": own }),
      ...(other === undefined || other === serial ? {} : { "that of another party's key": other }),
    };
    const codes = session.code("signature");
    const forms: readonly WrongForm[] = [
      ...Object.entries(serials).map(([what, wrong]): WrongForm => ({
        name: `serial: ${what}`,
        codes,
        tamper: { identity: (identity) => ({ ...identity, serial: wrong }) },
      })),
      {
        name: "no serial",
        codes,
        tamper: { claims: ({ serial: _left, ...claims }) => claims },
      },
    ];
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms,
      what: { en: "a request under a key that is not enrolled", zh: "以未登记密钥签名的请求" },
      likelyCause: {
        en: "Where the serial is not found, another key is tried.",
        zh: "序列号未找到时改用其他密钥验证。",
      },
    });
  },
};
