import { formOf } from "../../core/form/forms.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { alternatives, documentOf, flatten } from "../generators/schema-source.ts";
import type { SchemaObject, SchemaSource } from "../generators/schema-source.ts";

/** An exact amount: minor units, and a currency. */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/**
 * How a pack writes money at one place: an object of any two members, or a bare number in the pack's first currency. The
 * number is an integer, or a text of a form (`x-as`).
 */
export interface MoneyShape {
  /** Names of the members; absent for a bare integer. */
  readonly members?: { readonly value: string; readonly currency: string };
  read(json: Json | undefined): Money | undefined;
  write(money: Money): Json;
}

/** The shape that a field's schema gives to money; undefined for a field that is no amount. */
export function moneyShape(
  schema: Schema,
  document: Schema,
  schemas: SchemaSource,
  defaultCurrency: string,
): MoneyShape | undefined {
  if (typeof schema === "boolean") return undefined;
  const choice = alternatives(flatten({ schema, document }, schemas), schemas)[0];
  if (choice === undefined) return undefined;
  const bare = numberShape(choice.schema, schemas);
  if (bare !== undefined)
    return {
      read: (json) => {
        const value = bare.read(json);
        return value === undefined ? undefined : { value, currency: defaultCurrency };
      },
      write: ({ value }) => bare.write(value),
    };
  const properties = Object.entries((choice.schema["properties"] as Record<string, Schema> | undefined) ?? {}).map(
    ([name, property]) =>
      [
        name,
        flatten({ schema: property as SchemaObject, document: documentOf(property, choice.document) }, schemas).schema,
      ] as const,
  );
  const currency = properties.find(([, one]) => one["x-from"] === "currency" || one["x-is"] === "currency")?.[0];
  for (const [value, one] of properties) {
    const number = value === currency ? undefined : numberShape(one, schemas);
    if (number !== undefined && currency !== undefined) return inMembers({ value, currency }, number);
  }
  return undefined;
}

/** How a field writes minor units. */
interface NumberShape {
  read(json: Json | undefined): number | undefined;
  write(value: number): Json;
}

/** The shape that a schema gives to minor units; undefined for a field that holds none. */
function numberShape(schema: SchemaObject, { forms }: SchemaSource): NumberShape | undefined {
  if (schema["type"] === "integer")
    return { read: (json) => (isWhole(json) ? json : undefined), write: (value) => value };
  const form = formOf(schema);
  if (form?.holds !== "integer") return undefined;
  return {
    read: (json) => {
      const value = typeof json === "string" ? form.read(json, forms) : undefined;
      return typeof value === "number" ? value : undefined;
    },
    write: (value) => form.write(value, forms) ?? value,
  };
}

function inMembers(members: { readonly value: string; readonly currency: string }, number: NumberShape): MoneyShape {
  return {
    members,
    read: (json) => {
      if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
      const fields = json as Readonly<Record<string, Json>>;
      const [value, currency] = [number.read(fields[members.value]), fields[members.currency]];
      return value !== undefined && typeof currency === "string" ? { value, currency } : undefined;
    },
    write: ({ value, currency }) => ({ [members.value]: number.write(value), [members.currency]: currency }),
  };
}

function isWhole(json: Json | undefined): json is number {
  return typeof json === "number" && Number.isSafeInteger(json);
}
