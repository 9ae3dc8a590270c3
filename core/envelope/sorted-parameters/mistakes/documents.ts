import { parseBounded } from "../../../json/bounded-parse.ts";
import type { Json } from "../../../unit/unit.ts";
import type { Mistake } from "../../explanation/mistake.ts";
import type { SignedParameters } from "../../mistakes/parameters.ts";
import type { Attempt } from "../../explanation/attempt.ts";
import { sortedText } from "../base.ts";
import type { SortedParametersPolicy } from "../policy.ts";

/** What goes wrong with a document that is a parameter. */
export function documentMistakes(
  { document }: SortedParametersPolicy,
  signed: (attempt: Attempt) => SignedParameters,
): readonly Mistake[] {
  if (document === undefined) return [];
  return [
    {
      id: "document-reserialised",
      family: "body",
      title: { en: `${document} was written anew after it was signed`, zh: `签名后又重新序列化了 ${document}` },
      remedy: { en: "send the very text that was signed", zh: "应原样发送所签文本" },
      *guesses(attempt) {
        const { parameters, write } = signed(attempt);
        const text = parameters.find(([name]) => name === document)?.[1] ?? "";
        for (const other of respelt(text))
          yield {
            bytes: write(sortedText(parameters.map(([name, value]) => [name, name === document ? other : value]))),
          };
      },
    },
  ];
}

/** What goes wrong with answers whose inner bytes are signed. */
export const WRAPPED_MISTAKES: readonly Mistake[] = [
  {
    id: "inner-reserialised",
    family: "body",
    title: { en: "the payload was written anew after it was signed", zh: "签名后又重新序列化了内层报文" },
    remedy: { en: "send the very bytes that were signed", zh: "应原样发送所签字节" },
    *guesses({ failed }) {
      if (failed.kind === "request") return;
      for (const text of respelt(Buffer.from(failed.message.body).toString())) yield { bytes: Buffer.from(text) };
    },
  },
  {
    id: "wrapping-signed-too",
    family: "body",
    title: { en: "the name of the payload was signed with it", zh: "连同内层报文的名称一起签名" },
    remedy: { en: "sign the bytes of its value alone", zh: "应仅对其值的字节签名" },
    *guesses({ failed }) {
      const { body, member } = failed.message;
      if (failed.kind === "request" || member === undefined) return;
      const named = `${JSON.stringify(member)}:${Buffer.from(body).toString()}`;
      for (const text of [`{${named}}`, named, `{${named},`]) yield { bytes: Buffer.from(text) };
    },
  },
];

/** Other texts of the same JSON, as serialisers of the field write them; those equal to the text are left out. */
function respelt(text: string): readonly string[] {
  const value = parseBounded(text);
  if (value === undefined) return [];
  const sorted = inOrder(value);
  return [
    JSON.stringify(value),
    JSON.stringify(sorted),
    spaced(value),
    spaced(sorted),
    JSON.stringify(value, null, 2),
    asciiOnly(JSON.stringify(value)),
    asciiOnly(spaced(value)),
    JSON.stringify(value).replaceAll("/", "\\/"),
  ].filter((one) => one !== text);
}

/** As Python's `json.dumps` writes it. */
const spaced = (value: Json): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n */g, " ")
    .replaceAll(/([{[]) | ([}\]])/g, "$1$2");

const asciiOnly = (text: string): string =>
  text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

function inOrder(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(inOrder);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member as Json)]),
  );
}
