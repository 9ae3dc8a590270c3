import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { alternatives, documentOf, flatten } from "../generators/schema-source.ts";
import type { SchemaObject, SchemaSource } from "../generators/schema-source.ts";

/** An exact amount: minor units, and a currency. */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/** How a pack writes money at one place: an object of any two members, or a bare integer in the pack's first currency. */
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
  if (choice.schema["type"] === "integer")
    return {
      read: (json) => (isWhole(json) ? { value: json, currency: defaultCurrency } : undefined),
      write: ({ value }) => value,
    };
  const properties = Object.entries((choice.schema["properties"] as Record<string, Schema> | undefined) ?? {}).map(
    ([name, property]) =>
      [
        name,
        flatten({ schema: property as SchemaObject, document: documentOf(property, choice.document) }, schemas).schema,
      ] as const,
  );
  const currency = properties.find(([, one]) => one["x-from"] === "currency" || one["x-is"] === "currency")?.[0];
  const value = properties.find(([name, one]) => one["type"] === "integer" && name !== currency)?.[0];
  return currency === undefined || value === undefined ? undefined : inMembers({ value, currency });
}

function inMembers(members: { readonly value: string; readonly currency: string }): MoneyShape {
  return {
    members,
    read: (json) => {
      if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
      const fields = json as Readonly<Record<string, Json>>;
      const [value, currency] = [fields[members.value], fields[members.currency]];
      return isWhole(value) && typeof currency === "string" ? { value, currency } : undefined;
    },
    write: ({ value, currency }) => ({ [members.value]: value, [members.currency]: currency }),
  };
}

function isWhole(json: Json | undefined): json is number {
  return typeof json === "number" && Number.isSafeInteger(json);
}
