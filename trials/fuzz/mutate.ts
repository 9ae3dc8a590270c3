import type { RandomStream } from "../../core/runtime/runtime.ts";

/** One of a list. */
export function pick<T>(list: readonly T[], random: RandomStream): T {
  const found = list[random.below(list.length)];
  if (found === undefined) throw new RangeError("an empty list has nothing to pick");
  return found;
}

/** Texts that parsers, terminals and sums have tripped over. */
const TEXTS: readonly string[] = [
  "\u0000",
  "\r\n",
  "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
  "[".repeat(2_000),
  '{"a":'.repeat(500),
  "1e308",
  "-0",
  "9007199254740993",
  "__proto__",
  "\u202E\u001B]52;c;AAAA\u0007",
  "%00%ff%2e%2e/",
  "٣",
  "",
];

/** The bytes with one to four changes: flipped, cut, doubled, moved, or with hostile text put in. */
export function mutatedBytes(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let here = Buffer.from(bytes);
  for (let change = random.below(4); change >= 0; change -= 1) here = changed(here, random);
  return here;
}

function changed(bytes: Buffer, random: RandomStream): Buffer<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const until = Math.min(bytes.length, at + 1 + random.below(40));
  const [head, part, tail] = [bytes.subarray(0, at), bytes.subarray(at, until), bytes.subarray(until)];
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, part, part, tail]);
    case 2:
      return Buffer.concat([head, Buffer.from(pick(TEXTS, random)), part, tail]);
    case 3:
      return Buffer.concat([head, random.bytes(1 + random.below(8)), tail]);
    case 4:
      return Buffer.concat([head, part.map((byte) => byte ^ (1 << random.below(8))), tail]);
    default:
      return Buffer.from(head);
  }
}

const VALUES: readonly ((random: RandomStream) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1e308,
  () => 2 ** 53 - 1,
  () => -(2 ** 53 - 1),
  () => 0.1,
  () => [],
  () => ({}),
  () => ({ __proto__: { admin: true }, constructor: 1 }),
  (random) => pick(TEXTS, random),
  (random) => "x".repeat(random.below(5_000)),
  (random) => Array.from({ length: random.below(300) }, () => 1),
  (random) => JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`) ?? random,
];

/** A JSON value with some of its members replaced, removed, renamed or added. */
export function mutatedJson(value: unknown, random: RandomStream): unknown {
  if (random.below(6) === 0) return pick(VALUES, random)(random);
  if (Array.isArray(value)) return value.map((item) => (random.below(3) === 0 ? mutatedJson(item, random) : item));
  if (typeof value !== "object" || value === null) return random.below(2) === 0 ? pick(VALUES, random)(random) : value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    switch (random.below(8)) {
      case 0:
        return [];
      case 1:
        return [[`${name}${pick(TEXTS, random)}`, member]];
      case 2:
      case 3:
        return [[name, mutatedJson(member, random)]];
      default:
        return [[name, member]];
    }
  });
  return Object.fromEntries(random.below(5) === 0 ? [...entries, ["extra", pick(VALUES, random)(random)]] : entries);
}
