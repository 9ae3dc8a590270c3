import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { eachSubject } from "../subject.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Other spellings of the same signature; `undefined` where the signature at hand has none. */
const SPELLINGS: Readonly<Record<string, (text: string) => string | undefined>> = {
  "padding left out": (text) => (text.endsWith("=") ? text.replace(/=+$/, "") : undefined),
  "one sign of padding more": (text) => `${text}=`,
  "four signs of padding more": (text) => `${text}====`,
  "the url-safe alphabet": (text) => (/[+/]/.test(text) ? text.replaceAll("+", "-").replaceAll("/", "_") : undefined),
  "the url-safe alphabet without padding": (text) =>
    /[+/=]/.test(text) ? text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") : undefined,
  "a space in the middle": (text) => `${text.slice(0, 40)} ${text.slice(40)}`,
  "spaces every 64 signs": (text) => text.replace(/.{64}(?=.)/g, "$& "),
  "a space ahead": (text) => ` ${text}`,
  "a space behind": (text) => `${text} `,
  "a sign of no alphabet in the middle": (text) => `${text.slice(0, 40)}.${text.slice(40)}`,
  "unused bits set behind the last byte": (text) => {
    const last = text.search(/=+$/) - 1;
    return last < 0
      ? undefined
      : text.slice(0, last) + (ALPHABET[ALPHABET.indexOf(text[last] as string) | 1] as string) + text.slice(last + 1);
  },
  "percent escapes": (text) => encodeURIComponent(text),
  hexadecimal: (text) => Buffer.from(text, "base64").toString("hex"),
  "garbage after the padding": (text) => (text.endsWith("=") ? `${text}AAAA` : undefined),
};

export const base64: Check = {
  id: "signature.base64",
  requirement: "SIG-16",
  title: {
    en: "Another Base64 spelling of a signature is not another message",
    zh: "签名的其他 Base64 写法不构成另一报文",
  },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const id = interfaceOf(instance);
    const { exactReplay } = session.pack.policies.freshness;
    const replayed = exactReplay === "refuse" ? [session.code("freshness.replay")] : [];
    const draft = await session.request(id);
    const envelope = session.pack.requestEnvelope(draft.interface);
    const bytes = session.seal(draft);
    const written = envelope.readRequest(bytes).claims.signature ?? "";
    session.expectSuccess(await session.sendSealed(draft, bytes, "the strict spelling"));
    const before = await session.observe(draft);
    for (const [what, spell] of Object.entries(SPELLINGS)) {
      const other = spell(written);
      if (other === undefined || other === written) continue;
      const exchange = await session.sendSealed(
        draft,
        envelope.respelt(bytes, other),
        `the same message, its signature with ${what}`,
      );
      // Counted as the identical message it gets what a replay gets.
      if (exactReplay !== "refuse" && session.pack.succeeds(draft.interface, exchange.answer?.status))
        session.expectSuccess(exchange);
      else
        session.expectRefusal(exchange, [session.code("signature"), ...replayed], {
          en: "Replays are recognised by the text of the signature, which has several spellings.",
          zh: "以签名文本识别重放，而同一签名可有多种写法。",
        });
    }
    await session.expectUnchanged(before, { en: "another spelling of the signature", zh: "另一种写法的签名" });
  },
};
