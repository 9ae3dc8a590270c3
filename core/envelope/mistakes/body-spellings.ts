import { Buffer } from "node:buffer";

/** A body as another serialiser writes it. */
export interface Spelling {
  readonly en: string;
  readonly zh: string;
  readonly body: Uint8Array;
}

/** The same JSON value as the serialisers in use would write it, other than it came. */
export function reserialised(body: Uint8Array): readonly Spelling[] {
  const text = Buffer.from(body).toString("utf8");
  const trimmed = text.trim();
  const spellings: { en: string; zh: string; text: string }[] = [
    { en: "white space around it differs", zh: "首尾空白不同", text: trimmed },
    { en: "white space around it differs", zh: "首尾空白不同", text: `${trimmed}\n` },
  ];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value !== undefined) {
    const sorted = withSortedKeys(value);
    for (const [order, ordered] of [
      ["", value],
      [" and sorted keys", sorted],
    ] as const) {
      const zhOrder = order === "" ? "" : "、键排序";
      const compact = JSON.stringify(ordered);
      const python = spaced(compact);
      spellings.push(
        { en: `compact${order}`, zh: `紧凑格式${zhOrder}`, text: compact },
        { en: `indented by 2${order}`, zh: `缩进 2 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 2) },
        { en: `indented by 4${order}`, zh: `缩进 4 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 4) },
        {
          en: `spaces after commas and colons${order}, as Python writes it`,
          zh: `逗号与冒号后有空格（Python 默认）${zhOrder}`,
          text: python,
        },
        {
          en: `the same with \\u escapes${order}, as Python writes it`,
          zh: `逗号与冒号后有空格并转义非 ASCII 字符（Python 默认）${zhOrder}`,
          text: asciiOnly(python),
        },
        {
          en: `compact with \\u escapes${order}`,
          zh: `紧凑格式并转义非 ASCII 字符${zhOrder}`,
          text: asciiOnly(compact),
        },
        {
          en: `slashes as \\/ and \\u escapes${order}, as PHP writes it`,
          zh: `斜杠写作 \\/ 并转义非 ASCII 字符（PHP 默认）${zhOrder}`,
          text: asciiOnly(compact).replaceAll("/", "\\/"),
        },
        { en: `slashes as \\/${order}`, zh: `斜杠写作 \\/${zhOrder}`, text: compact.replaceAll("/", "\\/") },
      );
    }
  }
  return spellings
    .filter((spelling) => spelling.text !== text)
    .map(({ en, zh, text: spelt }) => ({ en, zh, body: Buffer.from(spelt) }));
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, withSortedKeys(member)]),
  );
}

/** Compact JSON with a space after each comma and colon that is not inside a string. */
function spaced(compact: string): string {
  return compact.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.startsWith('"') ? token : `${token} `));
}

function asciiOnly(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
