import type { Language } from "../language/language.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { alternatives, documentOf, flatten } from "../../suites/generators/schema-source.ts";
import type { SchemaObject } from "../../suites/generators/schema-source.ts";
import { moneyShape } from "../../suites/resources/money-shape.ts";
import type { PackView } from "../../suites/pack-view.ts";

/** Objects within objects are shown down to this depth. */
const DEEPEST = 6;

/** The fields of a schema, a line each: name, whether it is required, type with bounds, and what it is called. */
export function fieldLines(pack: PackView, schema: Schema | undefined, language: Language): readonly string[] {
  if (schema === undefined || typeof schema === "boolean") return [];
  const fields = fieldsIn(pack, schema, schema, "", 0);
  const width = Math.min(32, Math.max(0, ...fields.map(({ name }) => name.length)));
  const { need, free, before } = {
    en: { need: "required", free: "optional", before: "; " },
    zh: { need: "必填", free: "可选", before: "；" },
  }[language];
  return fields.map(
    ({ name, required, type, title }) =>
      `  ${name.padEnd(width)}  ${required ? need : free}  ${type[language]}${title === undefined ? "" : `${before}${title[language]}`}`,
  );
}

/** Names of the fields of an object that the schema describes, without those within. */
export function fieldNamesIn(pack: PackView, schema: Schema | undefined): readonly string[] {
  return schema === undefined || typeof schema === "boolean"
    ? []
    : fieldsIn(pack, schema, schema, "", DEEPEST).map(({ name }) => name);
}

interface Field {
  /** With the names of the objects that it is in: `amount.value`, `items[].number`. */
  readonly name: string;
  readonly required: boolean;
  readonly type: Bilingual;
  readonly title: Bilingual | undefined;
}

function fieldsIn(pack: PackView, schema: Schema, document: Schema, before: string, depth: number): readonly Field[] {
  const choice = alternatives(flatten({ schema: schema as SchemaObject, document }, pack.schemas), pack.schemas)[0];
  if (choice === undefined || depth > DEEPEST) return [];
  const required = (choice.schema["required"] as readonly string[] | undefined) ?? [];
  return Object.entries((choice.schema["properties"] as Readonly<Record<string, Schema>> | undefined) ?? {}).flatMap(
    ([name, property]) => {
      const place = documentOf(property, choice.document);
      const own = flatten({ schema: property as SchemaObject, document: place }, pack.schemas);
      const items = own.schema["items"] as Schema | undefined;
      const inner =
        items === undefined
          ? fieldsIn(pack, property, place, `${before}${name}.`, depth + 1)
          : fieldsIn(pack, items, documentOf(items, own.document), `${before}${name}[].`, depth + 1);
      return [
        {
          name: before + name,
          required: required.includes(name),
          type: typeOf(pack, property, place, own.schema),
          title: own.schema["x-title"] as Bilingual | undefined,
        },
        ...inner,
      ];
    },
  );
}

/** A field's type in words, with its unit, its bounds and the values that it may have. */
function typeOf(pack: PackView, property: Schema, document: Schema, flat: SchemaObject): Bilingual {
  const format = flat["format"] === undefined ? "" : ` (${String(flat["format"])})`;
  const kind = typeName(flat) + format;
  const money = flat["x-is"] === "amount" ? moneyShape(property, document, pack.schemas, pack.currency) : undefined;
  const parts: readonly Bilingual[] = [
    { en: kind, zh: kind },
    ...(money === undefined
      ? []
      : [{ en: `in minor units (${minorUnits(pack)})`, zh: `以最小货币单位计（${minorUnits(pack)}）` }]),
    ...range({ en: " characters", zh: " 个字符" }, flat["minLength"], flat["maxLength"]),
    ...range({ en: "", zh: "" }, flat["minimum"], flat["maximum"]),
    ...range({ en: " items", zh: " 项" }, flat["minItems"], flat["maxItems"]),
    ...valuesOf(flat),
  ];
  return { en: parts.map(({ en }) => en).join(", "), zh: parts.map(({ zh }) => zh).join("，") };
}

/** The values or the pattern that a schema fixes. */
function valuesOf(flat: SchemaObject): readonly Bilingual[] {
  const { const: only, enum: values, pattern, format } = flat;
  return [
    ...(only === undefined ? [] : [{ en: `always ${JSON.stringify(only)}`, zh: `固定为 ${JSON.stringify(only)}` }]),
    ...(Array.isArray(values) ? [{ en: `one of ${values.join(", ")}`, zh: `取值 ${values.join("、")}` }] : []),
    ...(typeof pattern === "string" && format === undefined
      ? [{ en: `matching ${pattern}`, zh: `匹配 ${pattern}` }]
      : []),
  ];
}

const typeName = ({ type, properties, const: only, enum: values }: SchemaObject): string =>
  typeof type === "string"
    ? type
    : Array.isArray(type)
      ? type.join(" or ")
      : properties === undefined
        ? typeof (only ?? (Array.isArray(values) ? values[0] : ""))
        : "object";

function minorUnits({ source }: PackView): string {
  return source.manifest.currencies.map(({ code, minorUnits: digits }) => `${code}: 1/${10 ** digits}`).join(", ");
}

function range(unit: Bilingual, least: unknown, most: unknown): readonly Bilingual[] {
  if (typeof least === "number" && typeof most === "number") {
    const between = { en: `${least} to ${most}${unit.en}`, zh: `${least} 至 ${most}${unit.zh}` };
    return [least === most ? { en: `${least}${unit.en}`, zh: `${least}${unit.zh}` } : between];
  }
  if (typeof most === "number") return [{ en: `at most ${most}${unit.en}`, zh: `至多 ${most}${unit.zh}` }];
  return typeof least === "number" ? [{ en: `at least ${least}${unit.en}`, zh: `至少 ${least}${unit.zh}` }] : [];
}
