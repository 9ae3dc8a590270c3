import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { fieldNames, partyField } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { withFields } from "../../wire/draft.ts";
import { otherMethods } from "../../provocation/other-method.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { otherMedia } from "../../wire/other-media.ts";
import { effective } from "../subject.ts";

type Provocation = (session: Session, draft: Draft) => Promise<Exchange>;

/** One refusal of each stage ahead of the guards, by the stage's name. */
const REFUSALS: Readonly<Record<string, Provocation>> = {
  "route.unknown": (session, draft) =>
    session.send(draft, {
      label: "a path that no interface has",
      tamper: { target: (target) => target.replace(/(?=\?|$)/, `/${session.fresh()}/no-such-path`) },
    }),
  "route.method": (session, draft) => {
    const [method = "PUT"] = otherMethods(session, draft.interface);
    return session.send(draft, {
      label: "a method that the path does not take",
      tamper: { signed: (parts) => ({ ...parts, method }), wire: (request) => ({ ...request, method }) },
    });
  },
  "route.size": (session, draft) =>
    session.send(draft, {
      label: "a body over the limit",
      tamper: { body: (body) => spaced(body, session.pack.policies.limits.bodyBytes + 1) },
    }),
  "route.media": (session, draft) =>
    session.send(draft, {
      label: "a body of another media type",
      tamper: {
        headers: (headers) =>
          headers.map(([name, value]) => [name, name === "Content-Type" ? otherMedia(value) : value]),
      },
    }),
  signature: (session, draft) => session.send(draft, { label: "no signature", tamper: { claims: () => undefined } }),
  "freshness.timestamp": (session, draft) =>
    session.send(draft, { label: "an old timestamp", tamper: { clock: (now) => now - 100_000 } }),
  decode: (session, draft) =>
    session.send(draft, { label: "a body that is not JSON", tamper: { body: () => new TextEncoder().encode("{") } }),
  schema: (session, draft) => {
    const name =
      fieldNames(session.pack, draft.interface, "body", "required").find(
        (one) => one !== partyField(draft.interface),
      ) ?? session.skip("the body must have no field but the party", "报文体除机构号外没有必填字段", "not-demanded");
    return session.send(withFields(draft, { [name]: undefined }), { label: "a field left out" });
  },
  party: (session, draft) =>
    session.send(withFields(draft, { [partyField(draft.interface) ?? ""]: "STRANGER" }), {
      label: "the name of another party",
    }),
};

export const signedRefusals: Check = {
  id: "signature.signed-refusals",
  requirement: "SIG-25",
  title: { en: "A refusal of every stage is signed", zh: "各阶段的拒绝应答均有签名" },
  effort: "smoke",
  isolated: true,
  each: (context) =>
    [effective(context)].flatMap((one) =>
      one?.request.body === undefined
        ? []
        : Object.keys(REFUSALS)
            // A pack without a code for a stage has messages that cannot fail so.
            .filter((stage) => Object.hasOwn(context.pack.policies.stages, stage))
            .map((stage) => ({ id: `${one.id}/${stage}`, interface: one.id, data: stage })),
    ),
  async run(session, instance) {
    const stage = String(instance.data) as Parameters<Session["code"]>[0];
    const draft = await session.request(interfaceOf(instance));
    if (stage === "party" && draft.body?.[partyField(draft.interface) ?? ""] === undefined)
      session.skip("the message names no party", "报文不含机构号", "not-demanded");
    const exchange = await (REFUSALS[stage] as Provocation)(session, draft);
    session.expectRefusal(exchange, session.code(stage), {
      en: "The refusal comes from a framework or a proxy, before answers are signed.",
      zh: "拒绝由框架或代理在签名之前直接返回。",
    });
    session.expectSuccess(await session.send(draft, { label: "the same request without the fault" }));
  },
};

/** As long as wanted, still JSON. */
function spaced(body: Uint8Array, bytes: number): Uint8Array {
  const long = new Uint8Array(bytes).fill(0x20);
  long.set(body);
  return long;
}
