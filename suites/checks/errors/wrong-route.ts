import { carrierOf } from "../../../core/envelope/carrier.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { otherMethods } from "../../provocation/other-method.ts";

const MEDIA: readonly (readonly [string, string | undefined])[] = [
  ["text/plain", "text/plain"],
  ["JSON", "application/json"],
  ["form data", "application/x-www-form-urlencoded"],
  ["XML", "application/xml"],
  ["JSON in GBK", "application/json; charset=gbk"],
  ["JSON in UTF-16", "application/json; charset=utf-16"],
  ["a media type like JSON", "application/jsonx"],
  ["none", undefined],
];

export const wrongRoute: Check = {
  id: "errors.wrong-route",
  requirement: "ERR-08",
  title: { en: "Path, method and media type each have their code", zh: "路径、方法、媒体类型各有错误码" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const { pack } = session;
    const one = draft.interface;
    const codec = carrierOf(
      pack.requestEnvelope(one),
      pack.codecOf(one.request.representation),
      pack.encryption(one, "request"),
    );
    const before = await session.observe(draft);
    if (draft.interface.notification === undefined) await expectOtherRoutesRefused(session, draft);
    if (draft.body !== undefined)
      for (const [name, type] of MEDIA.filter(([, one]) => one === undefined || codec?.accepts(one) !== true)) {
        const headers = (list: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] =>
          list.flatMap(([key, value]) =>
            key.toLowerCase() !== "content-type"
              ? [[key, value] as const]
              : type === undefined
                ? []
                : [[key, type] as const],
          );
        session.expectRefusal(
          await session.send(draft, { label: `media type: ${name}`, tamper: { headers } }),
          session.code("route.media"),
        );
      }
    await session.expectUnchanged(before, { en: "a request by a wrong route", zh: "路径、方法或媒体类型有误的请求" });
    if (draft.body !== undefined)
      session.expectSuccess(
        await session.send(draft, {
          label: "the right media type, its charset named",
          tamper: {
            headers: (list) =>
              list.map(([key, value]) =>
                key.toLowerCase() === "content-type" ? [key, codec?.contentType ?? value] : [key, value],
              ),
          },
        }),
      );
    else session.expectSuccess(await session.send(draft, { label: "the right route" }));
  },
};

/** Other paths and methods. The path of a notification is the receiver's own, so those are not asked about. */
async function expectOtherRoutesRefused(session: Session, draft: Draft): Promise<void> {
  const paths: Readonly<Record<string, (target: string) => string>> = {
    "a path that is longer": (target) => target.replace(/^([^?]*)/, "$1/liantiao/unknown/x"),
    "a path that begins with another part": (target) => target.replace(/^\/[^/?]+/, "/v9"),
    "a path in capitals": (target) => target.replace(/^\/[^/?]+(?:\/[^/?]+)?/, (path) => path.toUpperCase()),
  };
  // A path that is in capitals anyway is no other one.
  const written = draft.interface.http.path;
  for (const [name, target] of Object.entries(paths))
    if (target(written) !== written)
      session.expectRefusal(
        await session.send(draft, { label: name, tamper: { target } }),
        session.code("route.unknown"),
      );
  for (const method of otherMethods(session, draft.interface)) {
    // GET carries no body, so the draft's goes with it.
    const { body, ...bare } = draft;
    const other: Draft = {
      ...(method === "GET" || body === undefined ? bare : draft),
      interface: { ...draft.interface, http: { ...draft.interface.http, method } },
    };
    session.expectRefusal(
      await session.send(other, { label: `${method} in place of ${draft.interface.http.method}` }),
      session.code("route.method"),
    );
  }
}
