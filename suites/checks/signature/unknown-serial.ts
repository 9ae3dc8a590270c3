import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { mustCarry } from "../carried-part.ts";

export const unknownSerial: Check = {
  id: "signature.unknown-serial",
  requirement: "SIG-06",
  title: { en: "An unenrolled key is refused", zh: "未登记的密钥被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    mustCarry(session, draft.interface, "serial");
    const before = await session.observe(draft);
    const serial = session.fresh();
    const exchange = await session.send(draft, {
      label: "unknown serial, signature otherwise right",
      tamper: { identity: (identity) => ({ ...identity, serial }) },
    });
    session.expectRefusal(exchange, session.code("signature"), {
      en: "The serial is not looked up; any key of the party is tried.",
      zh: "未按序列号查找密钥，而是尝试该机构的任意密钥。",
    });
    await session.expectUnchanged(before, { en: "a request under an unknown key", zh: "以未知密钥签名的请求" });
    session.expectSuccess(await session.send(draft, { label: "the same request under the enrolled serial" }));
  },
};
