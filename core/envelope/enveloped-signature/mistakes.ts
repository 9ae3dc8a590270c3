import { Buffer } from "node:buffer";
import { XmlFault } from "../../codec/xml/reader.ts";
import type { Codec } from "../../codec/codec.ts";
import type { Attempt } from "../explanation/attempt.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { BASE64_MISTAKES } from "../mistakes/spellings.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";
import { documentOf, NO_BOUNDS } from "../trailing-signature/document.ts";
import { cutDocument, rootAttributes } from "./document.ts";
import type { EnvelopedSignaturePolicy } from "./policy.ts";

/** Every mistake known with this envelope, the commonest first. */
export function mistakesWith(policy: EnvelopedSignaturePolicy, codec: Codec): readonly Mistake[] {
  return [
    signedInfoNotCanonical,
    documentSigned(policy, codec),
    digestValueSigned,
    ...KEY_MISTAKES,
    ...BASE64_MISTAKES,
    ...ALGORITHM_MISTAKES,
    ...MESSAGE_MISTAKES.filter(({ id }) => id !== "signed-like-a-request" && id !== "signed-like-an-answer"),
    ...TIME_MISTAKES,
    ...UNKNOWN_KEY_MISTAKES,
  ];
}

const guess = (text: string | Uint8Array): Guess => ({ bytes: Buffer.from(text) });
const baseOf = (attempt: Attempt): string => Buffer.from(attempt.base).toString();

const signedInfoNotCanonical: Mistake = {
  id: "signed-info-not-canonical",
  family: "base",
  title: {
    en: "SignedInfo was signed as it was written, and not in its canonical form",
    zh: "对未规范化的 SignedInfo 签名",
  },
  remedy: {
    en: "sign its exclusive canonical form: with the namespace that it stands in, every element with two tags",
    zh: "应先做 Exclusive C14N：带上所处的命名空间声明，空元素写成起止两个标签",
  },
  *guesses(attempt) {
    const right = baseOf(attempt);
    const bare = right.replace(/ xmlns(?::[^=]*)?="[^"]*"/, "");
    const short = (text: string): string => text.replaceAll(/<([^\s/>]+)([^<>]*)><\/\1>/g, "<$1$2/>");
    const compact = right.replaceAll(/>\s+</g, "><");
    for (const text of [bare, short(right), short(bare), short(bare).replaceAll("/>", " />"), compact, `${right}\n`])
      if (text !== right) yield guess(text);
    yield guess(`<?xml version="1.0" encoding="UTF-8"?>${right}`);
    yield guess(`<?xml version="1.0" encoding="UTF-8"?>\n${right}`);
  },
};

const documentSigned = (policy: EnvelopedSignaturePolicy, codec: Codec): Mistake => ({
  id: "document-signed",
  family: "base",
  title: {
    en: "the document was signed in place of SignedInfo, which holds its digest",
    zh: "直接对报文签名，而不是对含其摘要的 SignedInfo 签名",
  },
  remedy: {
    en: "put the document's digest into SignedInfo, and sign the canonical form of that",
    zh: "应将报文摘要写入 SignedInfo，再对规范化后的 SignedInfo 签名",
  },
  *guesses({ failed }) {
    const cut = failed.wire === undefined ? undefined : cutDocument(failed.wire.body, NO_BOUNDS);
    const sent =
      cut === undefined || cut instanceof XmlFault
        ? Buffer.from(documentOf(policy, codec, failed.message, rootAttributes(policy))).toString()
        : cut.rest;
    const bare = sent.replace(/^<\?[^?]*\?>\s*/, "");
    yield guess(sent);
    if (bare !== sent) yield guess(bare);
    yield guess(bare.replaceAll(/<([^\s/>]+)([^<>]*)\/>/g, "<$1$2></$1>"));
    if (failed.wire !== undefined) yield guess(failed.wire.body);
  },
});

const digestValueSigned: Mistake = {
  id: "digest-value-signed",
  family: "base",
  title: {
    en: "the document's digest was signed in place of SignedInfo",
    zh: "仅对报文摘要签名，而不是对 SignedInfo 签名",
  },
  remedy: { en: "sign the whole canonical SignedInfo", zh: "应对规范化后的整个 SignedInfo 签名" },
  *guesses(attempt) {
    const text = /<(?:[^\s/>]+:)?DigestValue>([^<]*)</.exec(baseOf(attempt))?.[1]?.replaceAll(/\s/g, "") ?? "";
    if (text === "") return;
    yield guess(text);
    yield guess(Buffer.from(text, "base64"));
    yield guess(Buffer.from(text, "base64").toString("hex"));
  },
};
