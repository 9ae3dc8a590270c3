import { Buffer } from "node:buffer";
import { gbkBytes } from "../../text/gbk.ts";
import type { Attempt } from "../explanation/attempt.ts";
import type { Guess } from "../explanation/guess.ts";
import type { Mistake } from "../explanation/mistake.ts";

type Parameter = readonly [name: string, value: string];

/** What an envelope of sorted parameters signs. */
export interface SignedParameters {
  /** Those that may be covered, in the order of the message, empty ones too, and without the signature itself. */
  readonly parameters: readonly Parameter[];
  /** The parameter of the signature. */
  readonly signatureName: string;
  readonly signature: string;
  /** The bytes that are signed for a text; where a text is hashed first, or has something around it, it is done here. */
  write(text: string): Uint8Array;
  /** A value as the message escapes it. */
  escape(value: string): string;
}

/** What goes wrong with parameters that are sorted and joined by `&`, as form gateways have it. */
export function parameterMistakes(signed: (attempt: Attempt) => SignedParameters): readonly Mistake[] {
  return [
    ...orderMistakes(signed),
    ...valueMistakes(signed),
    ...extentMistakes(signed),
    ...writingMistakes(signed),
    TEXT_IN_GBK,
  ];
}

const TEXT_IN_GBK: Mistake = {
  id: "values-in-gbk",
  family: "charset",
  title: {
    en: "the text was signed in GBK, and the message is UTF-8",
    zh: "待签名串按 GBK 取字节，而报文为 UTF-8",
  },
  remedy: { en: "take its bytes in UTF-8", zh: "应按 UTF-8 取字节" },
  *guesses({ base }) {
    const inGbk = base.every((byte) => byte < 0x80) ? undefined : gbkBytes(Buffer.from(base).toString());
    if (inGbk !== undefined) yield { bytes: inGbk };
  },
};

function orderMistakes(signed: (attempt: Attempt) => SignedParameters): readonly Mistake[] {
  return [
    {
      id: "not-sorted",
      family: "parameters",
      title: { en: "the parameters were signed in another order", zh: "签名时参数顺序不符" },
      remedy: {
        en: "sort them by the ASCII codes of their names, capitals first",
        zh: "应按参数名 ASCII 码从小到大排序（大写字母在前）",
      },
      *guesses(attempt) {
        const { parameters, write } = signed(attempt);
        const given = parameters.filter(([, value]) => value !== "");
        const lower = ([name]: Parameter): string => name.toLowerCase();
        for (const other of [
          given,
          parameters,
          given.toSorted(([left], [right]) => left.localeCompare(right, "en")),
          given.toSorted((left, right) => (lower(left) < lower(right) ? -1 : 1)),
          byName(given).toReversed(),
          given.toSorted(([, left], [, right]) => (left < right ? -1 : 1)),
        ])
          yield { bytes: write(joined(other)) };
      },
    },
    {
      id: "signature-signed-too",
      family: "parameters",
      title: {
        en: "the signature's own parameter was signed too, empty or as its name",
        zh: "签名参数自身（空值）也参与了签名",
      },
      remedy: { en: "leave it out", zh: "应剔除签名参数" },
      *guesses(attempt) {
        const { parameters, signatureName, write } = signed(attempt);
        yield {
          bytes: write(joined(byName([...parameters.filter(([, value]) => value !== ""), [signatureName, ""]]))),
        };
      },
    },
  ];
}

function valueMistakes(signed: (attempt: Attempt) => SignedParameters): readonly Mistake[] {
  const each = (attempt: Attempt, change: (value: string) => string): Guess => {
    const { parameters, write } = signed(attempt);
    const given = parameters.filter(([, value]) => value !== "");
    return { bytes: write(joined(byName(given.map(([name, value]) => [name, change(value)])))) };
  };
  return [
    {
      id: "values-escaped",
      family: "parameters",
      title: { en: "the values were signed as they are escaped", zh: "签名时使用了编码后的值" },
      remedy: {
        en: "sign them as they read, and escape them afterwards",
        zh: "应先用原始值签名，再做 URL 编码",
      },
      *guesses(attempt) {
        const { escape } = signed(attempt);
        for (const spell of [
          escape,
          (value: string) => escape(value).replaceAll("%20", "+"),
          formEscaped,
          encodeURIComponent,
          lowerEscapes,
        ])
          yield each(attempt, spell);
      },
    },
    {
      id: "values-decoded-again",
      family: "parameters",
      title: { en: "the values were decoded once more than they are escaped", zh: "签名时值被多解码了一次" },
      remedy: { en: "decode them once, and sign them as they then read", zh: "应只解码一次，对解码后的值签名" },
      *guesses(attempt) {
        yield each(attempt, decodedAgain);
        yield each(attempt, (value) => decodedAgain(value.replaceAll("+", " ")));
        yield each(attempt, (value) => value.replaceAll("+", " "));
      },
    },
    {
      id: "values-trimmed",
      family: "parameters",
      title: { en: "the values were signed without the blanks around them", zh: "签名时值的首尾空白被去除" },
      remedy: { en: "sign the values that are sent", zh: "应对实际发送的值签名" },
      guesses: (attempt) => [each(attempt, (value) => value.trim())],
    },
    {
      id: "empty-values-signed",
      family: "parameters",
      title: { en: "parameters without a value were signed", zh: "空值参数参与了签名" },
      remedy: { en: "leave them out", zh: "应剔除" },
      *guesses(attempt) {
        const { parameters, write } = signed(attempt);
        if (parameters.every(([, value]) => value !== "")) return;
        yield { bytes: write(joined(byName(parameters))) };
        yield {
          bytes: write(joined(byName(parameters.map(([name, value]) => [name, value === "" ? "null" : value])))),
        };
      },
    },
  ];
}

function extentMistakes(signed: (attempt: Attempt) => SignedParameters): readonly Mistake[] {
  const sorted = (attempt: Attempt): readonly Parameter[] => due(signed(attempt));
  return [
    {
      id: "separator-at-end",
      family: "parameters",
      title: { en: "the signed text ends with a separator", zh: "待签名串末尾多了分隔符" },
      remedy: { en: "it ends with the last value", zh: "应以最后一个值结尾" },
      *guesses(attempt) {
        const { write } = signed(attempt);
        const text = joined(sorted(attempt));
        for (const more of [`${text}&`, `${text}\n`, `&${text}`, `?${text}`]) yield { bytes: write(more) };
      },
    },
    {
      id: "parameter-left-out",
      family: "parameters",
      title: { en: "a parameter was left out of what was signed", zh: "待签名串遗漏了一个参数" },
      remedy: {
        en: "sign every parameter that has a value, besides the signature",
        zh: "除签名外，凡有值的参数均须参与签名",
      },
      *guesses(attempt) {
        const { write } = signed(attempt);
        const all = sorted(attempt);
        for (const [name] of all)
          yield {
            bytes: write(joined(all.filter(([one]) => one !== name))),
            title: { en: `the parameter ${name} was left out of what was signed`, zh: `待签名串遗漏了参数 ${name}` },
          };
      },
    },
  ];
}

function writingMistakes(signed: (attempt: Attempt) => SignedParameters): readonly Mistake[] {
  const sorted = (attempt: Attempt): readonly Parameter[] => due(signed(attempt));
  return [
    {
      id: "names-left-out",
      family: "parameters",
      title: {
        en: "only the values were signed, or names and values without = and &",
        zh: "只签了参数值，或未用 = 与 & 连接",
      },
      remedy: { en: "write each as name=value, and join them by &", zh: "应写作 名称=值，并以 & 连接" },
      *guesses(attempt) {
        const { write } = signed(attempt);
        const all = sorted(attempt);
        for (const [between, after] of [
          ["", ""],
          ["=", ""],
          ["=", ","],
          [":", "&"],
          ["=", ";"],
        ] as const)
          yield { bytes: write(all.map(([name, value]) => `${name}${between}${value}`).join(after)) };
        for (const separator of ["", "&", "|"]) yield { bytes: write(all.map(([, value]) => value).join(separator)) };
      },
    },
    {
      id: "values-quoted",
      family: "parameters",
      title: { en: "the values were signed in quotes", zh: "签名时值带有引号" },
      remedy: { en: "sign them as they read", zh: "应使用原始值，不带引号" },
      *guesses(attempt) {
        const { write } = signed(attempt);
        yield { bytes: write(joined(sorted(attempt).map(([name, value]) => [name, `"${value}"`]))) };
      },
    },
    {
      id: "parameters-as-json",
      family: "parameters",
      title: { en: "the parameters were signed as JSON", zh: "签名时参数被写作 JSON" },
      remedy: { en: "write each as name=value, and join them by &", zh: "应写作 名称=值，并以 & 连接" },
      *guesses(attempt) {
        const { parameters, write } = signed(attempt);
        for (const all of [sorted(attempt), parameters])
          yield { bytes: write(JSON.stringify(Object.fromEntries(all))) };
      },
    },
  ];
}

/** The parameters as they are to be signed. */
const due = ({ parameters }: SignedParameters): readonly Parameter[] =>
  byName(parameters.filter(([, value]) => value !== ""));

const byName = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));

const joined = (parameters: readonly Parameter[]): string =>
  parameters.map(([name, value]) => `${name}=${value}`).join("&");

/** As browsers and Java escape a form's value. */
const formEscaped = (value: string): string => new URLSearchParams([["", value]]).toString().slice(1);

const lowerEscapes = (value: string): string =>
  encodeURIComponent(value).replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

function decodedAgain(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
