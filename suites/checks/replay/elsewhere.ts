import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Session } from "../../session.ts";
import { signedPrefix } from "../../statement/prefix.ts";
import { targetOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";

export const elsewhere: Check = {
  id: "replay.elsewhere",
  requirement: "RPL-03",
  title: { en: "A signed message is valid at its own target only", zh: "已签名报文仅在其目标处有效" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    if (
      !session.pack.requestEnvelope(draft.interface).requestParts.some(({ id, covered }) => id === "target" && covered)
    )
      session.skip(
        "the signature of this envelope does not cover the target: the same parameters are the same message wherever they are sent",
        "该报文封装的签名不覆盖请求目标：相同参数发往任何地址均为同一报文",
        "not-demanded",
      );
    const codes = session.code("signature");
    const target = targetOf(draft);
    const other = otherPlace(session, draft);
    const forms: readonly WrongForm[] = [
      ...(other === undefined
        ? []
        : [
            {
              name: `signed for ${other}`,
              codes,
              tamper: { signed: (parts) => ({ ...parts, target: other }) },
            } satisfies WrongForm,
          ]),
      {
        name: "signed for a place behind this one",
        codes,
        tamper: { signed: (parts) => ({ ...parts, target: parts.target.replace(/(\?|$)/, "/close$1") }) },
      },
      {
        name: "signed for the path without its first part",
        codes,
        tamper: { signed: (parts) => ({ ...parts, target: parts.target.replace(/^\/[^/]+/, "") }) },
      },
      {
        name: "signed with the receiver's address ahead of the path",
        codes,
        tamper: {
          signed: (parts) => ({
            ...parts,
            target: new URL(session.statement.baseUrl).origin + parts.target,
          }),
        },
      },
      ...(target.includes("?")
        ? [
            {
              name: "signed without the query",
              codes,
              tamper: { signed: (parts) => ({ ...parts, target: parts.target.split("?")[0] as string }) },
            } satisfies WrongForm,
          ]
        : []),
    ];
    await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "a message signed for another place", zh: "为其他地址签名的报文" },
      likelyCause: { en: "The path or the query is not part of what is verified.", zh: "验签内容未包含路径或查询串。" },
    });
  },
};

/** Where else a message of the same method could go: the next interface of that shape, or another resource of the same. */
function otherPlace(session: Session, draft: Draft): string | undefined {
  const one = draft.interface;
  const prefix = signedPrefix(session.statement);
  const like = (each: Interface): boolean =>
    each.http.path !== one.http.path && each.http.method === one.http.method && !each.http.path.includes("{");
  const sibling = session.pack.provided(one.provider).find(like);
  if (sibling !== undefined) return prefix + targetOf({ ...draft, interface: sibling });
  const [name] = Object.keys(draft.path);
  return name === undefined
    ? undefined
    : prefix + targetOf({ ...draft, path: { ...draft.path, [name]: session.fresh() } });
}
