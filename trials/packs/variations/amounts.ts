import { isSchemaObject } from "../../../core/pack/reference.ts";
import type { SchemaObject } from "../../../core/pack/reference.ts";
import type { PackSource } from "../../../core/pack/types.ts";
import { withAmounts } from "../money-places.ts";
import { pick, rewritten, withoutUnused } from "../variation.ts";
import type { Variation } from "../variation.ts";

/** Names of the members of an amount, as other banks have them. */
const MEMBERS = [
  ["total", "currency"],
  ["amount", "ccy"],
  ["minor_units", "currency_code"],
] as const;

/** An amount as WeChat Pay writes it, `{"total": 100, "currency": "CNY"}`. */
export const members: Variation = {
  name: "amounts of other members",
  vary: (source, random) => {
    const [value, currency] = pick(random, MEMBERS);
    return withoutUnused(
      withAmounts(source, {
        schema: (property, money) => {
          const { value: number, currency: code } = money["properties"] as Readonly<Record<string, unknown>>;
          const { $ref: _away, ...rest } = property;
          return { ...money, ...rest, required: [value, currency], properties: { [value]: number, [currency]: code } };
        },
        read: (path) => ({ "money.of": [`${path}.${value}`, `${path}.${currency}`] }),
        write: (money) => ({ [value]: { "money.value": [money] }, [currency]: { "money.currency": [money] } }),
      }),
    );
  },
};

/** An amount that names no currency. */
export const bare: Variation = {
  name: "amounts as bare numbers",
  vary: (source) => {
    const only = source.manifest.currencies[0]?.code ?? "";
    return withoutUnused(
      withAmounts(source, {
        only,
        schema: ({ $ref: _away, ...property }, money) => ({
          ...(money["properties"] as Readonly<Record<string, SchemaObject>>)["value"],
          ...property,
        }),
        read: (path) => ({ "money.of": [path, only] }),
        write: (money) => ({ "money.value": [money] }),
      }),
    );
  },
};

/** An amount within an object of its own, `{"amount": {"payable": {…}}}`. */
export const deeper: Variation = {
  name: "amounts stand deeper",
  vary: (source, random) => {
    const below = pick(random, ["payable", "detail"]);
    return withAmounts(source, {
      below,
      schema: (property) => {
        const { "x-title": title, "x-is": _within } = property;
        return {
          ...(title === undefined ? {} : { "x-title": title }),
          type: "object",
          title: "Amount / 金额",
          additionalProperties: false,
          required: [below],
          properties: { [below]: property },
        };
      },
      read: (path) => `${path}.${below}`,
      write: (money) => ({ [below]: money }),
    });
  },
};

/** Meanings of fields that are money. */
const MONEY = ["amount", "returned", "used", "fee", "available", "pending", "posted", "balance", "credits", "debits"];

/** The number of an amount as a text, of yuan or of fen. */
export const texts: Variation = {
  name: "amounts as texts",
  vary: (source, random) => {
    const form = pick(random, ["yuan", "fen"]);
    const inText = (number: SchemaObject): SchemaObject => ({ ...number, type: "string", "x-as": form });
    const named = namesOfNumbers(source);
    const walk = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(walk);
      if (!isSchemaObject(value)) return value;
      const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one)]));
      if (inner["type"] === "integer" && MONEY.includes(String(inner["x-is"]))) return inText(inner);
      const properties = inner["properties"];
      if (!isSchemaObject(properties) || !hasCurrency(properties)) return inner;
      return {
        ...inner,
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, one]) => [
            name,
            isSchemaObject(one) && one["type"] === "integer" ? inText(one) : one,
          ]),
        ),
      };
    };
    const made = walk(source.messages) as Readonly<Record<string, SchemaObject>>;
    return {
      ...source,
      messages: Object.fromEntries(
        Object.entries(made).map(([name, document]) => [
          name,
          {
            ...document,
            $defs: Object.fromEntries(
              Object.entries((document["$defs"] ?? {}) as Readonly<Record<string, SchemaObject>>).map(
                ([each, schema]) => [
                  each,
                  named.has(`messages/${name}.json#/$defs/${each}`) && schema["type"] === "integer"
                    ? inText(schema)
                    : schema,
                ],
              ),
            ),
          },
        ]),
      ),
    };
  },
};

/** Schemas that fields of money refer to. */
function namesOfNumbers({ messages }: PackSource): ReadonlySet<string> {
  const found = new Set<string>();
  rewritten({ messages } as PackSource, (text) => {
    for (const [, , reference, meaning] of text.matchAll(
      /(\{|,)"\$ref":"([^"]+)",(?:"x-from":"[^"]*",)?"x-is":"([^"]+)"/gu,
    ))
      if (MONEY.includes(meaning ?? "")) found.add(reference ?? "");
    return text;
  });
  return found;
}

/** An object with the code of a currency, which is a field of a schema that comes from there. */
const hasCurrency = (properties: SchemaObject): boolean =>
  Object.values(properties).some(
    (one) =>
      isSchemaObject(one) &&
      (one["x-from"] === "currency" || one["x-is"] === "currency" || String(one["$ref"]).endsWith("/currency")),
  ) && Object.keys(properties).length === 2;
