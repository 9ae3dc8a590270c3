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
    for (const [order, zhOrder, ordered] of [
      ["", "", value],
      [" and sorted keys", "、键排序", reordered(value, sortedKeys)],
      [" and the keys in the order of a HashMap", "、键按 HashMap 的顺序", reordered(value, hashMapKeys)],
    ] as const) {
      const compact = JSON.stringify(ordered);
      const python = spaced(compact);
      spellings.push(
        { en: `compact${order}`, zh: `紧凑格式${zhOrder}`, text: compact },
        { en: `indented by 2${order}`, zh: `缩进 2 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 2) },
        { en: `indented by 4${order}`, zh: `缩进 4 格${zhOrder}`, text: JSON.stringify(ordered, undefined, 4) },
        {
          en: `indented by tabs${order}`,
          zh: `以制表符缩进${zhOrder}`,
          text: JSON.stringify(ordered, undefined, "\t"),
        },
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
        {
          en: `< > and & as \\u escapes${order}, as Go writes it`,
          zh: `< > & 写作 \\u 转义（Go 默认）${zhOrder}`,
          text: escapedAs(compact, /[<>&\u2028\u2029]/g),
        },
        {
          en: `< > & = and ' as \\u escapes${order}, as Gson writes it`,
          zh: `< > & = ' 写作 \\u 转义（Gson 默认）${zhOrder}`,
          text: escapedAs(compact, /[<>&='\u2028\u2029]/g),
        },
      );
    }
  }
  return spellings
    .filter((spelling) => spelling.text !== text)
    .map(({ en, zh, text: spelt }) => ({ en, zh, body: Buffer.from(spelt) }));
}

type Entries = readonly (readonly [key: string, member: unknown])[];

/** The value with the keys of every object in another order. */
function reordered(value: unknown, order: (entries: Entries) => Entries): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, order));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(order(Object.entries(value)).map(([key, member]) => [key, reordered(member, order)]));
}

function sortedKeys(entries: Entries): Entries {
  return entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
}

/** As Java's HashMap hands them out, which its JSON libraries write down: by the lower bits of each key's hash. */
function hashMapKeys(entries: Entries): Entries {
  let capacity = 16;
  while (entries.length > capacity * 0.75) capacity *= 2;
  return entries.toSorted(([left], [right]) => bucketOf(left, capacity) - bucketOf(right, capacity));
}

function bucketOf(key: string, capacity: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}

/** Compact JSON with a space after each comma and colon that is not inside a string. */
function spaced(compact: string): string {
  return compact.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.startsWith('"') ? token : `${token} `));
}

const asciiOnly = (json: string): string => escapedAs(json, /[\u007f-\uffff]/g);

/** The document with some of its characters as escapes; none of them stands outside of a string. */
function escapedAs(json: string, characters: RegExp): string {
  return json.replaceAll(characters, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
