import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";

/** Headers that proxies add to requests; from an outside sender they are mere claims. */
const FORGED: readonly (readonly [string, string])[] = [
  ["X-Forwarded-For", "127.0.0.1"],
  ["X-Real-IP", "127.0.0.1"],
  ["Forwarded", "for=127.0.0.1;proto=https"],
  ["X-Forwarded-Proto", "https"],
  ["X-SSL-Client-Verify", "SUCCESS"],
  ["X-SSL-Client-S-DN", "CN=P1001"],
  ["X-Forwarded-Client-Cert", 'Subject="CN=P1001"'],
  ["Client-Cert", ":MIIB:"],
  ["X-HTTP-Method-Override", "GET"],
];

export const forwardingHeaders: Check = {
  id: "transport.forwarding-headers",
  requirement: "TLS-07",
  title: { en: "Forged forwarding headers change no decision", zh: "伪造的转发头不影响判断" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    // Of two paths a proxy's header names the other one, where no harm could come of it.
    const elsewhere = session.pack.resources.thing("probes", "channel")?.http.path ?? "/";
    const forge = (headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] => [
      ...headers,
      ...FORGED,
      ["X-Original-URL", elsewhere],
    ];
    const unsigned = { claims: () => undefined };
    const bare = await session.send(draft, { label: "unsigned, without these headers", tamper: unsigned });
    if (session.pack.succeeds(draft.interface, bare.answer?.status))
      session.inconclusive(
        "unsigned requests are taken without forged headers too, so that these decide nothing",
        "未带伪造头的无签名请求同样被受理，无法判断转发头是否影响结果",
      );
    const before = await session.observe(draft);
    session.expectRefusal(
      await session.send(draft, {
        label: "unsigned, with forged headers",
        tamper: { ...unsigned, headers: forge },
      }),
      session.code("signature"),
      {
        en: "Headers that only a trusted proxy may set are accepted from any sender.",
        zh: "信任了任何人都可伪造的代理头。",
      },
    );
    await session.expectUnchanged(before, {
      en: "an unsigned request with forged headers",
      zh: "未签名且伪造代理头的请求",
    });
    session.expectSuccess(
      await session.send(draft, { label: "signed, with the same headers", tamper: { headers: forge } }),
    );
  },
};
