import type { Interface } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { PackView } from "../pack-view.ts";
import type { Answer } from "./answer.ts";

/** Of a good answer that no secret decrypts, or that goes in clear. */
const NOT_ENCRYPTED: Bilingual = {
  en: "the body is not encrypted as policies.bodySealing says, or not under the party's secret",
  zh: "报文体未按 policies.bodySealing 加密，或未使用该参与方的密钥",
};

/** Of a body that cannot be read as what it should be. */
const notOfFormat = (title: string): Bilingual => ({
  en: `the body is not ${title}`,
  zh: `报文体不是 ${title}`,
});

/** What is wrong with the body of a good answer; `format` is the word for people for what it should be. */
export function bodyProblems(
  pack: Pick<PackView, "answerProblems">,
  one: Interface,
  { inClear, json, written }: Answer,
  format: string,
): readonly Bilingual[] {
  if (inClear === true) return [NOT_ENCRYPTED];
  return json === undefined ? [notOfFormat(format)] : pack.answerProblems(one, written);
}
