import { fieldSource } from "../../core/pack/field-source.ts";
import { parseTime } from "../../core/calendar/time-form.ts";
import type { FormContext } from "../../core/form/form.ts";
import { boundsOf, formOf } from "../../core/form/forms.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface, Schema } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { valueAt } from "../generators/fields.ts";
import { alternatives, documentOf, flatten } from "../generators/schema-source.ts";
import type { SchemaObject } from "../generators/schema-source.ts";
import { CheckInconclusive } from "../outcome.ts";
import type { PackView } from "../pack-view.ts";
import { moneyShape } from "../resources/money-shape.ts";
import type { Money, MoneyShape } from "../resources/money-shape.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Fresh } from "./fresh.ts";
import { meant, realValue } from "./real-value.ts";
import { words } from "./words.ts";

/** Where the values of a valid request come from. `x-from` in the pack's schemas says which of them a field wants. */
export interface Sources {
  readonly pack: PackView;
  readonly fresh: Fresh;
  readonly random: RandomStream;
  /** The id that messages name the platform by. */
  readonly party: string;
  /** The moment that times and dates of an ordinary request tell, in ms since the epoch. */
  readonly now: number;
  readonly today: string;
  /** The last business date whose bill is out. */
  readonly yesterday: string;
  readonly notifyUrl: string | undefined;
  /** A target for requests that must name one where nothing is told. */
  readonly requiredTarget?: string;
  /** A value of the scenario in play, by name. Ends the check as skipped when nothing is bound. */
  scenario(name: string): Promise<Json>;
  /** Whether a scenario in play could give this. */
  gives(name: string): boolean;
  /** Values for fields by what they are, wherever they stand; money in minor units of the pack's first currency, or whole. */
  readonly given?: Given;
  /** The fields of a request made before and of its answer (`prior.payment.create`), come into `state` where one is wanted. */
  prior(interfaceId: string, state?: string): Promise<Fields>;
}

/** Values by what the fields are that they go into (`x-is`). */
export type Given = Partial<Readonly<Record<Meaning, Json | Money>>>;

/** A valid request of an interface; `overrides` are top-level fields, `undefined` leaves one out. */
export async function buildRequest(
  one: Interface,
  overrides: Readonly<Record<string, Json | undefined>>,
  sources: Sources,
): Promise<Draft> {
  const used = new Set<string>();
  const part = async (schema: Schema | undefined): Promise<Record<string, Json>> => {
    if (schema === undefined) return {};
    const made = await objectOf(schema, schema, { one, overrides, used, sources, top: true });
    return made as Record<string, Json>;
  };
  const path = await part(one.request.path);
  const query = await part(one.request.query);
  const body = one.request.body === undefined ? undefined : await part(one.request.body);
  // A field that no part knows is said on purpose: it goes where the message is.
  for (const [name, value] of Object.entries(overrides))
    if (!used.has(name) && value !== undefined) (body ?? query)[name] = value;
  return { interface: one, path, query, ...(body === undefined ? {} : { body }) };
}

interface Building {
  readonly one: Interface;
  readonly overrides: Readonly<Record<string, Json | undefined>>;
  readonly used: Set<string>;
  readonly sources: Sources;
  readonly top: boolean;
}

async function objectOf(schema: Schema, document: Schema, building: Building): Promise<Json> {
  const choice = alternatives(
    flatten({ schema: schema as SchemaObject, document }, building.sources.pack.schemas),
    building.sources.pack.schemas,
  )[0];
  if (choice === undefined) return {};
  const required = new Set((choice.schema["required"] as string[] | undefined) ?? []);
  const made: Record<string, Json> = {};
  for (const [name, property] of Object.entries(
    (choice.schema["properties"] as Record<string, Schema> | undefined) ?? {},
  )) {
    if (building.top && name in building.overrides) {
      building.used.add(name);
      const value = building.overrides[name];
      if (value !== undefined) made[name] = value;
      continue;
    }
    const value = await valueOf(name, property, documentOf(property, choice.document), required.has(name), building);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

async function valueOf(
  name: string,
  property: Schema,
  document: Schema,
  required: boolean,
  building: Building,
): Promise<Json | undefined> {
  const { sources, one } = building;
  const choice = alternatives(
    flatten({ schema: property as SchemaObject, document }, sources.pack.schemas),
    sources.pack.schemas,
  )[0];
  if (choice === undefined) return undefined;
  const { schema } = choice;
  const given = givenFor(schema["x-is"], property, document, sources);
  if (given !== undefined) return given;
  const from = schema["x-from"];
  if (from === "notify") {
    if (sources.notifyUrl !== undefined) return sources.notifyUrl;
    if (!required) return undefined;
    if (sources.requiredTarget !== undefined) return sources.requiredTarget;
    throw new CheckInconclusive({
      en: `${one.id} wants "${name}", and no counterparty listens`,
      zh: `${one.id} 需要 "${name}"，但没有监听的对端`,
    });
  }
  if (!required) return undefined;
  // In a notification the resource is one that the receiver knows: its number and amount are those of the fixture.
  if (one.notification !== undefined && sources.gives(name))
    return writtenAt(await sources.scenario(name), property, document, sources.pack);
  if (typeof from === "string") {
    const said = await annotated(name, from, property, document, schema, building);
    if (said !== undefined) return writtenAt(said, property, document, sources.pack);
  }
  if (schema["const"] !== undefined) return schema["const"] as Json;
  if (Array.isArray(schema["enum"]))
    return schema["x-is"] === "state" && one.notification !== undefined
      ? succeeded(sources.pack, one, schema["enum"] as readonly Json[])
      : (schema["enum"][0] as Json);
  const roomy = roomyAmount(one, property, document, schema, sources);
  if (roomy !== undefined) return roomy;
  if (schema["properties"] !== undefined) return objectOf(schema, choice.document, { ...building, top: false });
  if (one.notification !== undefined && /_(?:no|id)$/.test(name))
    return numberFor(name, property, document, schema, sources);
  if (schema["default"] !== undefined) return schema["default"] as Json;
  if (Array.isArray(schema["examples"]) && schema["examples"].length > 0) return schema["examples"][0] as Json;
  return plain(name, schema, choice.document, sources);
}

/** The number of the order that a notification is about, which the scenario in play gives under the name of its query. */
async function numberOfOrder(sources: Sources): Promise<Json | undefined> {
  for (const one of sources.pack.source.interfaces) {
    const name = one.purpose?.reads === undefined ? undefined : sources.pack.meanings(one).field("number");
    if (name !== undefined && sources.gives(name)) return sources.scenario(name);
  }
  return undefined;
}

/** An amount well above what the rules of an interface find too small, where it has a code for that. */
function roomyAmount(
  one: Interface,
  property: Schema,
  document: Schema,
  schema: SchemaObject,
  { pack, random }: Sources,
): Json | undefined {
  if (schema["x-is"] !== "amount" || pack.resources.codes(one, "amount").length === 0) return undefined;
  const shape = moneyShape(property, document, pack.schemas, pack.currency);
  return shape?.write({ value: 10_000 + random.below(100), currency: pack.currency });
}

/** A state in which what is told of has succeeded. */
function succeeded(pack: PackView, one: Interface, states: readonly Json[]): Json {
  const resource = pack.resources.about(one)?.resource;
  return states.find((state) => resource?.outcome(state) === "succeeded") ?? (states[0] as Json);
}

/** What the check gives for a field by what it is. */
function givenFor(meaning: unknown, property: Schema, document: Schema, sources: Sources): Json | undefined {
  const value = typeof meaning === "string" ? sources.given?.[meaning as Meaning] : undefined;
  if (value === undefined) return undefined;
  return writtenAt(value, property, document, sources.pack);
}

/** A value as a field takes it, money and moments in the form of its schema. */
function writtenAt(value: Json | Money, property: Schema, document: Schema, { schemas, currency }: PackView): Json {
  return momentText(
    written(value, moneyShape(property, document, schemas, currency), currency),
    flatten({ schema: property as SchemaObject, document }, schemas).schema,
    schemas.forms,
  );
}

/** A moment that a check gives as RFC 3339, or a date, in the form of the field (`x-as`); any other value as it is. */
export function momentText(value: Json, schema: SchemaObject, forms: FormContext): Json {
  const form = formOf(schema);
  if (typeof value !== "string" || form === undefined) return value;
  if (form.holds === "date") return form.write(value, forms) ?? value;
  const moment = form.holds === "time" ? parseTime(forms.calendar, value, "rfc3339") : undefined;
  return moment === undefined ? value : (form.write(moment, forms) ?? value);
}

/** A value as a field takes it: money in the shape that the field's schema has for it. */
export function written(value: Json | Money, shape: MoneyShape | undefined, currency: string): Json {
  if (shape === undefined) return value as Json;
  if (typeof value === "number") return shape.write({ value, currency });
  const money = value as Partial<Money> | null;
  return typeof money === "object" && typeof money?.value === "number" && typeof money.currency === "string"
    ? shape.write({ value: money.value, currency: money.currency })
    : (value as Json);
}

/**
 * A number that the notifier has made. It follows from the order, so that a second notification of the same order, where
 * the SUT can make no new one, is about the same payment.
 */
async function numberFor(
  name: string,
  property: Schema,
  document: Schema,
  schema: SchemaObject,
  sources: Sources,
): Promise<Json> {
  const order = sources.given?.number ?? (await numberOfOrder(sources));
  const made = order === undefined ? "" : `${name}-${String(order)}`;
  const max = typeof schema["maxLength"] === "number" ? schema["maxLength"] : 64;
  const fits =
    made !== "" &&
    made.length <= max &&
    (typeof schema["pattern"] !== "string" || new RegExp(schema["pattern"], "u").test(made));
  return fits ? made : sources.fresh.value(property, sources.pack.schemas, document, sources.random);
}

/** A value as the annotation says, or undefined for one that leaves it to the schema (`currency`). */
async function annotated(
  name: string,
  from: string,
  property: Schema,
  document: Schema,
  schema: SchemaObject,
  building: Building,
): Promise<Json | undefined> {
  const { sources } = building;
  const source = fieldSource(from);
  switch (source?.kind) {
    case "fresh":
      return sources.fresh.value(property, sources.pack.schemas, document, sources.random);
    case "party":
      return sources.party;
    case "date.today":
      return sources.today;
    case "date.yesterday":
      return sources.yesterday;
    case "currency":
      return (schema["default"] as Json | undefined) ?? sources.pack.source.manifest.currencies[0]?.code;
    case "scenario":
      return sources.scenario(source.gift);
    case "prior": {
      const { interface: id, field = name, state } = source;
      const fields = await sources.prior(id, state);
      const value = fields[field] ?? valueAt(fields, field.split("."));
      if (value !== undefined) return value;
      throw new CheckInconclusive({
        en: `the answer of ${id} has no "${field}", which ${building.one.id} needs`,
        zh: `${id} 的应答没有 ${building.one.id} 所需的 "${field}"`,
      });
    }
    default:
      return undefined;
  }
}

/** An ordinary value of a field of a form (`x-as`): a small amount, now, words; undefined for a field of none. */
function plainOfForm(schema: SchemaObject, { pack, random, now }: Sources): Json | undefined {
  const form = formOf(schema);
  if (form === undefined) return undefined;
  const { least, most } = boundsOf({ minimum: 1, ...schema });
  const value = {
    integer: () => least + random.below(Math.max(1, Math.min(100, most - least + 1))),
    time: () => Math.floor(now / 1000) * 1000,
    date: () => pack.calendar.businessDate(now),
    text: () => words(random),
  }[form.holds]();
  return form.write(value, pack.schemas.forms);
}

/** Ordinary values: small amounts, plain words. The strange ones belong to checks about them. */
function plain(name: string, schema: SchemaObject, document: Schema, sources: Sources): Json {
  const formed = plainOfForm(schema, sources);
  if (formed !== undefined) return formed;
  if (schema["type"] === "integer" || schema["type"] === "number") {
    const minimum = typeof schema["minimum"] === "number" ? schema["minimum"] : 1;
    const maximum = typeof schema["maximum"] === "number" ? schema["maximum"] : minimum + 99;
    return minimum + sources.random.below(Math.max(1, Math.min(100, maximum - minimum + 1)));
  }
  const value = meant(name, schema, sources);
  if (value !== undefined) return value;
  if (schema["type"] === "string" && schema["pattern"] === undefined && schema["format"] === undefined) {
    const maxLength = typeof schema["maxLength"] === "number" ? schema["maxLength"] : 64;
    const minLength = typeof schema["minLength"] === "number" ? schema["minLength"] : 0;
    return Array.from(words(sources.random)).slice(0, maxLength).join("").padEnd(minLength, ".");
  }
  return realValue(name, schema as Schema, document, sources);
}
