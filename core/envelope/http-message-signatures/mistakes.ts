import { Buffer } from "node:buffer";
import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";
import { ALGORITHM_MISTAKES, UNKNOWN_KEY_MISTAKES } from "../mistakes/algorithms.ts";
import { PSS_AND_ECDSA_MISTAKES } from "../mistakes/key-encodings.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { MESSAGE_MISTAKES } from "../mistakes/messages.ts";
import { LOWER_CASE_METHOD } from "../mistakes/methods.ts";
import { BASE64_MISTAKES } from "../mistakes/spellings.ts";
import { TARGET_MISTAKES } from "../mistakes/targets.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";

/** The lines of the base. */
const linesOf = ({ base }: Attempt): readonly string[] => Buffer.from(base).toString().split("\n");
const bytesOf = (lines: readonly string[], end = "\n"): Uint8Array => Buffer.from(lines.join(end));

/** Every mistake known with HTTP Message Signatures, the commonest first. */
export const MISTAKES: readonly Mistake[] = [
  {
    id: "one-newline-too-many",
    family: "base",
    title: { en: "the signed text has a line feed at its end", zh: "待签名串末尾多了换行符" },
    remedy: {
      en: "its last line is that of @signature-params, without one",
      zh: "应以 @signature-params 行结尾，其后无换行符",
    },
    *guesses({ base }) {
      yield { bytes: Buffer.concat([base, Buffer.from("\n")]) };
    },
  },
  {
    id: "signature-params-left-out",
    family: "base",
    title: { en: "the line of @signature-params was left out", zh: "待签名串遗漏了 @signature-params 行" },
    remedy: { en: "it is the last line of what is signed", zh: "它是待签名串的最后一行" },
    *guesses(attempt) {
      const lines = linesOf(attempt).slice(0, -1);
      yield { bytes: bytesOf(lines) };
      yield { bytes: bytesOf([...lines, ""]) };
    },
  },
  {
    id: "label-in-signature-params",
    family: "base",
    title: { en: "the label was signed with the parameters, as sig1=(…)", zh: "签名参数前带上了标签（如 sig1=(…)）" },
    remedy: { en: "sign the value without its label", zh: "应只对值签名，不含标签" },
    *guesses(attempt) {
      const lines = linesOf(attempt);
      const last = lines.at(-1) ?? "";
      for (const label of ["sig1", "sig", "sig-b1"])
        yield { bytes: bytesOf([...lines.slice(0, -1), last.replace(": (", `: ${label}=(`)]) };
    },
  },
  {
    id: "components-unquoted",
    family: "base",
    title: { en: "the names of the components were signed without quotes", zh: "待签名串中组件名未加引号" },
    remedy: { en: 'write "@method": POST', zh: '应写作 "@method": POST' },
    *guesses(attempt) {
      const lines = linesOf(attempt);
      const bare = lines.map((line) => line.replace(/^"([^"]*)"/, "$1"));
      yield { bytes: bytesOf(bare) };
      yield { bytes: bytesOf([...bare.slice(0, -1), lines.at(-1) ?? ""]) };
    },
  },
  {
    id: "crlf-line-ends",
    family: "base",
    title: { en: "the lines of the signed text end with \\r\\n", zh: "待签名串使用了 \\r\\n 换行" },
    remedy: { en: "use \\n alone", zh: "应只用 \\n" },
    *guesses(attempt) {
      yield { bytes: bytesOf(linesOf(attempt), "\r\n") };
    },
  },
  {
    id: "space-after-colon",
    family: "base",
    title: { en: "there is no space behind the colons of the signed text", zh: "待签名串的冒号之后没有空格" },
    remedy: { en: "one space stands between a component and its value", zh: "组件名与值之间为冒号加一个空格" },
    *guesses(attempt) {
      yield { bytes: bytesOf(linesOf(attempt).map((line) => line.replace('": ', '":'))) };
    },
  },
  LOWER_CASE_METHOD,
  {
    id: "digest-unquoted",
    family: "base",
    title: { en: "the digest was signed without the colons around it", zh: "签名时摘要未带首尾冒号" },
    remedy: { en: "sign the header's value as it is sent", zh: "应对首部的值原样签名" },
    *guesses(attempt) {
      yield {
        bytes: bytesOf(linesOf(attempt).map((line) => line.replace(/^("content-digest": sha-\d+=):([^:]*):$/, "$1$2"))),
      };
    },
  },
  ...BASE64_MISTAKES,
  ...PSS_AND_ECDSA_MISTAKES,
  ...KEY_MISTAKES,
  ...TARGET_MISTAKES,
  ...ALGORITHM_MISTAKES.filter(({ id }) => id !== "rsa-pss"),
  ...MESSAGE_MISTAKES,
  ...TIME_MISTAKES,
  ...UNKNOWN_KEY_MISTAKES,
];
