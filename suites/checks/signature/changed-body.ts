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
    const right = session.bodyText(draft);
    const digit = /\d(?=\D*$)/.exec(right);
    const bodies: Readonly<Record<string, string>> = {
      ...(digit === null
        ? {}
        : {
            "one digit greater":
              right.slice(0, digit.index) + String((Number(digit[0]) + 1) % 10) + right.slice(digit.index + 1),
          }),
      "a field more": `${right.slice(0, -1)},"note":"x"}`,
      empty: "",
      "an empty object": "{}",
    };
    const forms = Object.entries(bodies).map(([what, text]): WrongForm => {
      const body = new TextEncoder().encode(text);
      const sha256 = createHash("sha256").update(body).digest("base64");
      const md5 = createHash("md5").update(body).digest("base64");
      const digests: readonly (readonly [string, string])[] = [
        ["Content-Digest", `sha-256=:${sha256}:`],
        ["Digest", `SHA-256=${sha256}`],
        ["Content-MD5", md5],
      ];
      return {
        name: `the body changed after signing: ${what}`,
        codes: session.code("signature"),
        tamper: { wire: (request) => ({ ...request, body, headers: [...request.headers, ...digests] }) },
      };
    });
    await expectEachRefused(session, {
      draft,
      forms,
      what: "a body changed after signing",
      likelyCause: {
        en: "A digest in the headers is believed in place of the signature over the body.",
        zh: "以请求头中的摘要代替对报文体的验签。",
      },
    });
  },
};
