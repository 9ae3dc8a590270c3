import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";

export const absent: Check = {
  id: "signature.absent",
  requirement: "SIG-01",
  title: { en: "A message without a signature is refused", zh: "无签名的报文被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const exchange = await session.send(draft, {
      label: "no Authorization header",
      tamper: { claims: () => undefined },
    });
    session.expectRefusal(exchange, session.code("signature"), {
      en: "The signature is not checked on this interface.",
      zh: "该接口未校验签名。",
    });
    await session.expectUnchanged(before, { en: "an unsigned request", zh: "未签名的请求" });
    session.expectSuccess(await session.send(draft, { label: "the same request, signed" }));
  },
};
