import { describe, expect, test } from "vitest";
import { atPointer } from "../core/json/pointer.ts";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource } from "../core/pack/types.ts";
import type { Json } from "../core/unit/unit.ts";
import { textOf } from "./documents.ts";
import { ROOT } from "./sources.ts";

/*
 * A number that the pack has as a number, and its texts or the documents say again: a change of the one is a change of the
 * other.
 */

const source = loadPack(`${ROOT}specs/cooperation`);
const { policies, fees } = source.manifest;
const { limits, freshness, notification, cutover } = policies;

/** A text that says a number, and the words around it; `#` is the number. */
interface Place {
  readonly name: string;
  readonly text: string;
  readonly words: string;
}

const EMPTY = { en: "", zh: "" };

const inBoth = (name: string, { en, zh }: typeof EMPTY, words: readonly [en: string, zh: string]): readonly Place[] => [
  { name, text: en, words: words[0] },
  { name: `${name} in Chinese`, text: zh, words: words[1] },
];
/** A number that stands in a text without words that tell it from others. */
const ALONE = ["#", "#"] as const;

const requirement = (id: string, words: readonly [string, string] = ALONE): readonly Place[] =>
  inBoth(id, source.requirements.find((one) => one.id === id)?.text ?? EMPTY, words);
const described = (id: string, words: readonly [string, string] = ALONE): readonly Place[] =>
  inBoth(id, source.interfaces.find((one) => one.id === id)?.description ?? EMPTY, words);
const remedy = (code: string, words: readonly [string, string] = ALONE): readonly Place[] =>
  inBoth(code, source.errors.find((one) => one.code === code)?.remedy ?? EMPTY, words);
const recipe = (name: string, ...words: readonly [string, string]): readonly Place[] =>
  inBoth(name, { en: textOf(`docs/recipes/${name}.md`), zh: textOf(`docs/recipes/${name}.zh-CN.md`) }, words);

const ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const CHINESE = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/** The words around a number, with the number as texts write it: in digits, and up to ten as a word too. */
function written(words: string, number: number): RegExp {
  const digits = `(?<!\\d)${number.toLocaleString("en").replaceAll(",", ",?")}(?!\\d)`;
  const spelled = [ENGLISH[number], CHINESE[number]].filter((word) => word !== undefined);
  const [before = "", after = ""] = words
    .split("#")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`${before}(?:${[digits, ...spelled].join("|")})${after}`, "iu");
}

/** The first number that an expression in a lifecycle, or anywhere in the pack, has at this place. */
const numberIn = (within: unknown, place: RegExp): number => Number(place.exec(JSON.stringify(within))?.[1]);
const binding = source.lifecycles.find(({ resource }) => resource === "binding");
const refund = source.lifecycles.find(({ resource }) => resource === "refund");

const SAID: readonly (readonly [what: string, number: number, places: readonly Place[]])[] = [
  [
    "seconds of clock skew",
    freshness.clockSkewSeconds,
    [
      ...requirement("RPL-06"),
      ...remedy("TIMESTAMP_OUT_OF_WINDOW"),
      ...recipe("client", "at most # s from", "不超过 # 秒"),
      ...recipe("client", "older than # s", "早于 # 秒"),
      ...recipe("provider", "more than # s away", "偏差超过 # 秒"),
    ],
  ],
  [
    "fewest characters of a nonce",
    freshness.nonce?.minLength ?? 0,
    [
      ...inBoth("RPL-09", source.requirements.find(({ id }) => id === "RPL-09")?.title ?? EMPTY, ALONE),
      ...recipe("client", "# to 64 characters", "# 至 64 个字符"),
    ],
  ],
  [
    "most characters of a nonce",
    freshness.nonce?.maxLength ?? 0,
    [
      ...inBoth("RPL-09", source.requirements.find(({ id }) => id === "RPL-09")?.title ?? EMPTY, ALONE),
      ...recipe("client", "8 to # characters", "8 至 # 个字符"),
    ],
  ],
  ["bytes of a body", limits.bodyBytes, recipe("provider", "a body of more than # bytes", "报文体超过 # 字节")],
  ["KiB of a body", limits.bodyBytes / 1024, remedy("PAYLOAD_TOO_LARGE", ["# KiB", "# KiB"])],
  [
    "bytes of a target",
    limits.targetBytes,
    [...remedy("PAYLOAD_TOO_LARGE"), ...recipe("provider", "a target of more than # bytes", "目标超过 # 字节")],
  ],
  ["levels", limits.depth, recipe("provider", "more than # levels", "超过 # 层")],
  ["members", limits.members, recipe("provider", "more than # members", "合计超过 # 个")],
  [
    "days of a statement",
    limits.statementDays ?? 0,
    [
      ...requirement("REC-13"),
      ...remedy("STATEMENT_RANGE"),
      ...described("account.statement"),
      ...described("settlement.statement"),
    ],
  ],
  [
    "seconds to acknowledge",
    notification.acknowledgeWithinSeconds,
    [
      ...requirement("NOT-01"),
      ...requirement("NOT-08"),
      ...source.interfaces.filter((one) => one.notification !== undefined).flatMap(({ id }) => described(id)),
      ...recipe("client", "within # seconds", "#秒内以 204"),
      ...recipe("provider", "within # seconds", "# 秒内返回 204"),
      ...recipe("provider", "up to # seconds later", "最多晚#秒"),
    ],
  ],
  ["attempts of a notification", notification.retrySeconds.length + 1, recipe("provider", "# attempts", "共发送 # 次")],
  [
    "spacings of attempts",
    notification.retrySeconds.length,
    recipe("provider", "each of the # spacings", "的 # 个间隔"),
  ],
  ["seconds until a bill is ready", cutover.billReadyAfterSeconds, described("bill.get")],
  [
    "days that a bill is kept",
    -numberIn(source.interfaces, /"date.add-days":\[\{"date":\["\$now"\]\},(-\d+)\]/),
    described("bill.get"),
  ],
  ["seconds that a code is good", numberIn(binding, /"time.add-seconds":\["\$now",(\d+)\]/), titled("LIF-14")],
  ["wrong codes that lock", numberIn(binding, /"lte":\["\$binding.attempts",(\d+)\]/), requirement("LIF-13")],
  [
    "refunds of a payment",
    numberIn(refund, /"lt":\["\$payment.refund_count",(\d+)\]/),
    [...requirement("REC-11"), ...described("refund.create")],
  ],
];

/** The title of a requirement as places. */
function titled(id: string): readonly Place[] {
  return inBoth(id, source.requirements.find((one) => one.id === id)?.title ?? EMPTY, ALONE);
}

const statusesIn = (text: string): readonly number[] => [
  ...new Set([...text.matchAll(/(?<!\d)2\d\d(?!\d)/g)].map(([status]) => Number(status))),
];

describe("a number that is said twice", () => {
  test.each([...SAID])("%s are the same everywhere", (_what, number, places) => {
    expect(number).toBeGreaterThan(0);
    for (const { name, text, words } of places) expect(text, name).toMatch(written(words, number));
  });

  test.each(["NOT-01", "NOT-03"])("the statuses that acknowledge are those of the policy: %s", (id) => {
    for (const { text } of requirement(id)) expect(statusesIn(text)).toEqual(notification.acknowledgeStatus);
  });

  test("the waits of a caller are those of payment.create", () => {
    const waits = source.interfaces.find(({ id }) => id === "payment.create")?.caller.query?.afterSeconds ?? [];
    expect(textOf("docs/recipes/client.md")).toContain(
      `${waits.slice(0, -1).join(", ")} and ${String(waits.at(-1))} s`,
    );
    expect(textOf("docs/recipes/client.zh-CN.md")).toContain(`${waits.join("、")} 秒`);
  });

  test("a fee's title says its rate", () => {
    const { payment, payout } = fees ?? {};
    const rate = ((payment?.rateBasisPoints ?? 0) / 100).toFixed(2);
    expect(payment?.title.en).toContain(`${rate} %`);
    expect(payment?.title.zh).toContain(`${rate}%`);
    expect(payout?.title.en).toContain(`${((payout?.minimum ?? 0) / 100).toFixed(2)} yuan`);
  });
});

/** Every mask in an expression: the pointer of the field that it fills, and how many characters show at either end. */
function masksIn(
  value: unknown,
  pointer = "",
): readonly { readonly pointer: string; readonly ends: readonly number[] }[] {
  if (typeof value !== "object" || value === null) return [];
  const { mask } = value as { readonly mask?: readonly unknown[] };
  if (Array.isArray(mask)) return [{ pointer, ends: mask.slice(1).map(Number) }];
  return Object.entries(value).flatMap(([name, member]) => masksIn(member, `${pointer}/${name}`));
}

/** Answers with masks, and the schemas that describe them. */
const MASKED: readonly (readonly [id: string, schema: string])[] = [
  ["binding.apply", "specs/cooperation/account/messages/binding.json"],
  ["binding.query", "specs/cooperation/account/messages/binding.json"],
  ["payout.query", "specs/cooperation/payout/messages/payout.json"],
];

const answerOf = ({ interfaces }: PackSource, id: string): unknown => {
  const one = interfaces.find((each) => each.id === id);
  return one?.read?.answer ?? one?.response.answer;
};

test.each([...MASKED])("the masked fields of %s are described by what shows of them", (id, schema) => {
  const masks = masksIn(answerOf(source, id));
  expect(masks.length).toBeGreaterThan(0);
  const file = JSON.parse(textOf(schema)) as { readonly $defs: Readonly<Record<string, Json>> };
  for (const { pointer, ends } of masks) {
    const texts = Object.keys(file.$defs)
      .map((name) => atPointer(file as unknown as Json, `/$defs/${name}/properties${pointer}`))
      .filter((field) => JSON.stringify(field)?.includes("$defs/masked"))
      .map((field) => String((field as { readonly description?: string }).description));
    expect(texts.length, pointer).toBeGreaterThan(0);
    for (const text of texts) expect(text.match(/\d+/g)?.map(Number), pointer).toEqual([...ends, ...ends]);
  }
});
