import type { Format } from "../../../core/codec/codec.ts";
import { carrierOf } from "../../../core/envelope/carrier.ts";
import { constantsOf } from "../../../core/pack/constants.ts";
import { selectsInBody } from "../../../core/pack/selection.ts";
import { bodyOf } from "../../wire/draft.ts";
import { createHash } from "node:crypto";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";

/** An attacker who changes a body can recompute every digest beside it, but not the signature. */
export const changedBody: Check = {
  id: "signature.changed-body",
  requirement: "SIG-03",
  title: {
    en: "A body changed after signing is refused, with its digests recomputed",
    zh: "签名后改动的报文体被拒绝，即使摘要已重算",
  },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const { pack } = session;
    const one = draft.interface;
    const codec = carrierOf(
      pack.requestEnvelope(one),
      pack.codecOf(one.request.representation),
      pack.encryption(one, "request"),
    );
    const changes = changesOf(new TextDecoder().decode(bodyOf(draft, pack.codecOf)), codec);
    const forms = Object.entries(changes).map(([what, change]): WrongForm => ({
      name: `the body changed after signing: ${what}`,
      // Where the body says which interface is meant, an empty one is for none.
      codes:
        what === "empty" && selectsInBody(one, constantsOf(pack.source, one, ["query"]))
          ? [session.code("signature"), session.code("route.unknown")]
          : session.code("signature"),
      tamper: {
        wire: (request) => {
          const body = new TextEncoder().encode(change(new TextDecoder().decode(request.body)));
          return { ...request, body, headers: [...request.headers, ...digestsOf(body)] };
        },
      },
    }));
    await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "a body changed after signing", zh: "签名后被改动的报文体" },
      likelyCause: {
        en: "A digest in the headers is believed in place of the signature over the body.",
        zh: "以请求头中的摘要代替对报文体的验签。",
      },
    });
  },
};

/** A text with its last digit one greater; undefined for a text without digits. */
function greaterIn(text: string): string | undefined {
  const digit = /\d(?=\D*$)/.exec(text);
  if (digit === null) return undefined;
  return text.slice(0, digit.index) + String((Number(digit[0]) + 1) % 10) + text.slice(digit.index + 1);
}

/** Ways to change a body on the wire, whatever it carries besides its payload. */
function changesOf(payload: string, codec: Format | undefined): Readonly<Record<string, (wire: string) => string>> {
  const greater = greaterIn(payload);
  return {
    ...(greater === undefined
      ? {}
      : {
          // Where parts are sealed, the digits of what is sent are others.
          "one digit greater": (wire) =>
            wire.includes(payload) ? wire.replace(payload, () => greater) : (greaterIn(wire) ?? ""),
        }),
    ...(codec?.textual === true
      ? {
          "a field more": (wire) =>
            codec.name === "xml"
              ? wire.replace(/<\/[^<>]*>(?=[^<>]*$)/, (end) => `<note>x</note>${end}`)
              : `note=x&${wire}`,
        }
      : { "a field more": (wire) => `${wire.slice(0, -1)},"note":"x"}`, "an empty object": () => "{}" }),
    empty: () => "",
  };
}

/** What an attacker can compute for any body. */
function digestsOf(body: Uint8Array): readonly (readonly [string, string])[] {
  const sha256 = createHash("sha256").update(body).digest("base64");
  const md5 = createHash("md5").update(body).digest("base64");
  return [
    ["Content-Digest", `sha-256=:${sha256}:`],
    ["Digest", `SHA-256=${sha256}`],
    ["Content-MD5", md5],
  ];
}
