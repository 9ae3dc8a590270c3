import { createHash } from "node:crypto";
import type { Attempt } from "../../explanation/attempt.ts";
import type { Mistake } from "../../explanation/mistake.ts";
import { DIGESTS } from "../policy.ts";
import type { SortedParametersPolicy } from "../policy.ts";

/** What goes wrong where the digits of a digest are signed in place of the text. */
export function digestMistakes(
  { digest }: SortedParametersPolicy,
  text: (attempt: Attempt) => string,
): readonly Mistake[] {
  if (digest === undefined) return [];
  const agreed = DIGESTS[digest];
  const of = (attempt: Attempt, name: string = agreed): Buffer => createHash(name).update(text(attempt)).digest();
  return [
    {
      id: "digest-left-out",
      family: "parameters",
      title: { en: "the text itself was signed", zh: "直接对待签名串签名" },
      remedy: {
        en: `sign the lower-case hexadecimal digits of its ${digest}`,
        zh: `应先取 ${digest} 的小写十六进制，再对其签名`,
      },
      guesses: (attempt) => [{ bytes: Buffer.from(text(attempt)) }],
    },
    {
      id: "digest-in-upper-case",
      family: "parameters",
      title: { en: "the digits of the digest were in upper case", zh: "摘要的十六进制使用了大写" },
      remedy: { en: "write them in lower case", zh: "应为小写" },
      guesses: (attempt) => [{ bytes: Buffer.from(of(attempt).toString("hex").toUpperCase()) }],
    },
    {
      id: "digest-bytes-signed",
      family: "parameters",
      title: { en: "the bytes of the digest were signed, or its base64", zh: "对摘要的字节或其 Base64 签名" },
      remedy: { en: "sign its hexadecimal digits as a text", zh: "应对其十六进制文本签名" },
      guesses: (attempt) => [{ bytes: of(attempt) }, { bytes: Buffer.from(of(attempt).toString("base64")) }],
    },
    {
      id: "digest-of-another-kind",
      family: "parameters",
      title: { en: "the digest was made with another algorithm", zh: "摘要算法不符" },
      remedy: { en: `it is ${digest}`, zh: `应为 ${digest}` },
      guesses: (attempt) =>
        ["sha1", "sha256", "sm3", "md5"]
          .filter((name) => name !== agreed)
          .map((name) => ({ bytes: Buffer.from(of(attempt, name).toString("hex")) })),
    },
  ];
}
