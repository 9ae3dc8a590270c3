import type { Schema } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { alternatives, documentOf, flatten } from "../../suites/generators/schema-source.ts";
import type { SchemaObject } from "../../suites/generators/schema-source.ts";
import { moneyShape } from "../../suites/resources/money-shape.ts";
import type { PackView } from "../../suites/pack-view.ts";

/** Objects within objects are shown down to this depth. */
const DEEPEST = 6;

/** The fields of a schema, a line each: name, whether it is required, type with bounds, and what it is called. */
export function fieldLines(pack: PackView, schema: Schema | undefined): readonly string[] {
  if (schema === undefined || typeof schema === "boolean") return [];
  const fields = fieldsIn(pack, schema, schema, "", 0);
  const width = Math.min(32, Math.max(0, ...fields.map(({ name }) => name.length)));
  return fields.map(
    ({ name, required, type, title }) =>
      `  ${name.padEnd(width)}  ${required ? "required" : "optional"}  ${type}${title === undefined ? "" : `; ${title.en} / ${title.zh}`}`,
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
  readonly type: string;
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
function typeOf(pack: PackView, property: Schema, document: Schema, flat: SchemaObject): string {
  const kind = flat["format"] === undefined ? typeName(flat) : `${typeName(flat)} (${String(flat["format"])})`;
  const money = flat["x-is"] === "amount" ? moneyShape(property, document, pack.schemas, pack.currency) : undefined;
  return [
    kind,
    ...(money === undefined ? [] : [`in minor units (${minorUnits(pack)})`]),
    ...range("characters", flat["minLength"], flat["maxLength"]),
    ...range("", flat["minimum"], flat["maximum"]),
    ...range("items", flat["minItems"], flat["maxItems"]),
    ...(flat["const"] === undefined ? [] : [`always ${JSON.stringify(flat["const"])}`]),
    ...(Array.isArray(flat["enum"]) ? [`one of ${flat["enum"].join(", ")}`] : []),
    ...(typeof flat["pattern"] === "string" && flat["format"] === undefined ? [`matching ${flat["pattern"]}`] : []),
  ].join(", ");
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

function range(unit: string, least: unknown, most: unknown): readonly string[] {
  const words = unit === "" ? "" : ` ${unit}`;
  if (typeof least === "number" && typeof most === "number")
    return [least === most ? `${least}${words}` : `${least} to ${most}${words}`];
  if (typeof most === "number") return [`at most ${most}${words}`];
  return typeof least === "number" ? [`at least ${least}${words}`] : [];
}
