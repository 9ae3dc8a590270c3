import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Bilingual } from "../../run/verdict.ts";
import type { CutDocument } from "./document.ts";
import type { EnvelopedSignaturePolicy, XmlDigest } from "./policy.ts";
import { DIGEST_METHODS, signatureOver } from "./xml-signature.ts";

/** A DigestValue that is not that of the document, and what it is instead, as far as that can be told. */
export function wrongDigest(policy: EnvelopedSignaturePolicy, given: string, cut: CutDocument): Bilingual {
  const { en, zh } = causeOf(policy, given, cut) ?? {
    en: "take the digest of the canonical document without its Signature, after the last change to it",
    zh: "应在报文不再改动之后，对去除 Signature 的规范化报文取摘要",
  };
  return {
    en: `it is not the ${policy.digest} of the canonical document: ${en}`,
    zh: `不是规范化报文的 ${policy.digest} 摘要：${zh}`,
  };
}

function causeOf(policy: EnvelopedSignaturePolicy, given: string, { text, rest }: CutDocument): Bilingual | undefined {
  const canonical = (document: string, digest: XmlDigest): string =>
    /<DigestValue>([^<]*)/.exec(
      Buffer.from(signatureOver(document, { ...policy, digest }, "any").base).toString(),
    )?.[1] ?? "";
  const right = canonical(rest, policy.digest);
  if (given.toLowerCase() === Buffer.from(right, "base64").toString("hex"))
    return { en: "it is in hexadecimal; write base64", zh: "摘要为十六进制；应为 Base64" };
  const compact = rest.replaceAll(/>\s+</g, "><");
  if (canonical(compact, policy.digest) === given)
    return {
      en: "it was taken before the elements were set on lines of their own; sign what is sent",
      zh: "取摘要之后报文又被换行缩进；应对实际发送的报文签名",
    };
  const others = (Object.keys(DIGEST_METHODS) as readonly XmlDigest[]).filter((one) => one !== policy.digest);
  const other = others.find((one) => canonical(rest, one) === given);
  if (other !== undefined) return { en: `it is its ${other}`, zh: `它是 ${other} 摘要` };
  const bare = rest.replace(/^<\?[^?]*\?>\s*/, "");
  for (const algorithm of ["sha256", "sha512", "sha1", "sm3"])
    for (const one of [rest, bare, rest.trim(), text])
      if (createHash(algorithm).update(one).digest("base64") === given)
        return one === text
          ? {
              en: `it is the ${algorithm} of the whole message, Signature included, as it is sent; canonicalise the document without it`,
              zh: `它是对含 Signature 的整个报文原文取的 ${algorithm}；应先去除 Signature 并规范化`,
            }
          : {
              en: `it is the ${algorithm} of the document as it is sent; canonicalise it first (exclusive c14n)`,
              zh: `它是对未规范化的报文原文取的 ${algorithm}；应先做 Exclusive C14N 规范化`,
            };
  return undefined;
}
