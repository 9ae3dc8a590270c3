import { formOf } from "../../core/form/forms.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { arbitrary } from "../generators/arbitrary.ts";
import { momentWriting } from "../generators/moments.ts";
import { flatten } from "../generators/schema-source.ts";
import type { SchemaObject } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { sample } from "./fresh.ts";

/** What values are made of. */
export interface Realm {
  readonly pack: PackView;
  readonly random: RandomStream;
  /** The moment that dates and times are to be near, in ms since the epoch. */
  readonly now: number;
}

/**
 * A value that the schema accepts and that is what the field means: a moment is now, a currency, an address, a phone,
 * an account or identity number is one that a strict receiver takes. Everything else is drawn from the schema.
 */
export function realValue(name: string, schema: Schema, document: Schema, realm: Realm): Json {
  const { schemas } = realm.pack;
  const flat = flatten({ schema: schema as SchemaObject | boolean, document }, schemas).schema;
  return meant(name, flat, realm) ?? sample(arbitrary(schema, schemas, document), realm.random);
}

/** The value that a text field's format, annotation or name asks for; undefined where it asks for none, or the schema takes none of that kind. */
export function meant(name: string, schema: SchemaObject, { pack, random, now }: Realm): string | undefined {
  if (schema["type"] !== "string" || schema["const"] !== undefined || schema["enum"] !== undefined) return undefined;
  const form = formOf(schema);
  if (form !== undefined)
    return form.holds === "time"
      ? form.write(Math.floor(now / 1000) * 1000, pack.schemas.forms)
      : form.holds === "date"
        ? form.write(pack.calendar.businessDate(now), pack.schemas.forms)
        : undefined;
  const writing = momentWriting(schema, name);
  if (writing !== undefined) {
    const moment = pack.calendar.rfc3339(now);
    // A date is a business date, which does not turn at midnight everywhere.
    return writing(schema["format"] === "date" ? pack.calendar.businessDate(now) + moment.slice(10) : moment);
  }
  const kind = kindOf(name, schema);
  return kind === undefined ? undefined : CANDIDATES[kind](pack, random).find(acceptor(schema));
}

type Kind = "currency" | "address" | "mobile" | "identity" | "account" | "email";

const BY_NAME: readonly (readonly [RegExp, Kind])[] = [
  [/currency$/iu, "currency"],
  [/(?:url|uri)$/iu, "address"],
  [/(?:mobile|phone)(?:_no)?$/iu, "mobile"],
  [/e?mail$/iu, "email"],
];
const BY_ANNOTATION: Readonly<Record<string, Kind>> = { mobile: "mobile", identity: "identity", account: "account" };
const BY_FORMAT: Readonly<Record<string, Kind>> = { uri: "address", email: "email" };

function kindOf(name: string, schema: SchemaObject): Kind | undefined {
  return (
    BY_FORMAT[String(schema["format"])] ??
    BY_ANNOTATION[String(schema["x-sensitive"])] ??
    BY_NAME.find(([pattern]) => pattern.test(name))?.[1]
  );
}

const CANDIDATES: Readonly<Record<Kind, (pack: PackView, random: RandomStream) => readonly string[]>> = {
  currency: (pack) => pack.source.manifest.currencies.map(({ code }) => code),
  address: (_pack, random) => [`https://www.example.com/${digits(8, random)}`, "https://example.com"],
  email: (_pack, random) => [`u${digits(8, random)}@example.com`],
  mobile: (_pack, random) => ["138", "+86138", "+86 138"].map((head) => head + digits(8, random)),
  identity: (_pack, random) => [identityNumber(random)],
  account: (_pack, random) => [19, 16, 17, 18].map((length) => luhn(`622200${digits(length - 7, random)}`)),
};

function digits(count: number, random: RandomStream): string {
  return Array.from({ length: count }, () => String(random.below(10))).join("");
}

/** An identity number with a right check digit (GB 11643): region, a birthday that the calendar has, a serial. */
function identityNumber(random: RandomStream): string {
  const birthday = new Date(Date.UTC(1950, 0, 1 + random.below(18_000))).toISOString().slice(0, 10).replaceAll("-", "");
  const head = `110101${birthday}${String(random.below(1_000)).padStart(3, "0")}`;
  const sum = Array.from(head, Number).reduce((total, digit, at) => total + digit * (2 ** (17 - at) % 11), 0);
  return head + ("10X98765432"[sum % 11] ?? "");
}

/** The digits with the check digit that card numbers end with (ISO/IEC 7812-1). */
function luhn(head: string): string {
  const sum = Array.from(head, Number)
    .toReversed()
    .reduce((total, digit, at) => total + (at % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit), 0);
  return `${head}${(10 - (sum % 10)) % 10}`;
}

function acceptor(schema: SchemaObject): (text: string) => boolean {
  const pattern = typeof schema["pattern"] === "string" ? new RegExp(schema["pattern"], "u") : undefined;
  const [min, max] = [schema["minLength"], schema["maxLength"]];
  return (text) =>
    pattern?.test(text) !== false &&
    (typeof min !== "number" || text.length >= min) &&
    (typeof max !== "number" || text.length <= max);
}
