import { constantsOf } from "../../core/pack/constants.ts";
import { interfaceFile } from "../../core/pack/file.ts";
import { meaningsOf } from "../../core/pack/meaning.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface, Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { equal } from "../data/comparison.ts";
import { leaves } from "../generators/fields.ts";
import type { PackView } from "../pack-view.ts";
import type { Fields } from "../wire/draft.ts";
import { valueAt } from "./meant.ts";
import { schemasAt } from "./schemas-at.ts";

/*
 * A notification carries a view of its resource, and the query answers with one: both stand where the resource's state
 * does, and their fields are compared.
 */

/** What a notification says of itself, and not of the resource. */
const OF_THE_NOTICE: readonly Meaning[] = ["notice", "event", "occurred"];

/** Where a notification's body has the view of its resource. */
function carriedPath(pack: PackView, notifies: Interface): readonly string[] {
  return pack.meanings(notifies).asked("state")[0]?.path.slice(0, -1) ?? [];
}

/** The view that a notification carries; empty where it carries none. */
export function carriedIn(pack: PackView, notifies: Interface, body: Fields): Fields {
  const said = fieldsAt(body, carriedPath(pack, notifies));
  return Object.fromEntries(
    Object.entries(said).filter(([name]) => !OF_THE_NOTICE.includes(carriedMeaning(pack, notifies, name) as Meaning)),
  );
}

/** Names of the fields that a notification must carry, as the pack makes it up. */
export function carriedNames(pack: PackView, notifies: Interface): readonly string[] {
  return Object.keys(carriedIn(pack, notifies, (notifies.notification?.body ?? {}) as Fields));
}

/** Whether the view that a notification carries may have a field. */
export function mayCarry(pack: PackView, notifies: Interface, name: string): boolean {
  return declares(pack, notifies.request.body, [...carriedPath(pack, notifies), name]);
}

/** The states that a notification can tell of, in the pack's order; empty where its schema lists none. */
export function statesTold(pack: PackView, notifies: Interface): readonly string[] {
  const place = pack.meanings(notifies).asked("state")[0]?.path.join("/");
  const listed = leaves(notifies.request.body, pack.schemas).find(({ path }) => path.join("/") === place)?.schema[
    "enum"
  ];
  return Array.isArray(listed) ? (listed as readonly string[]) : [];
}

/** What a field of the carried view is; undefined where the pack does not say. */
function carriedMeaning(pack: PackView, notifies: Interface, name: string): Meaning | undefined {
  const place = [...carriedPath(pack, notifies), name].join("/");
  return meaningsOf(pack.source, notifies.request.body, interfaceFile(notifies)).find(
    ({ path }) => path.join("/") === place,
  )?.meaning;
}

/** What the query's answer shows of a field that a notification carries: under the same name, else by what it is. */
export function queriedAs(
  pack: PackView,
  notifies: Interface,
  reads: Interface,
  body: Fields,
  name: string,
): Json | undefined {
  const places = pack.meanings(reads);
  const view = places.shown("state")[0]?.slice(0, -1) ?? [];
  if (declares(pack, reads.response.body, [...view, name])) return fieldsAt(body, view)[name];
  const meaning = carriedMeaning(pack, notifies, name);
  return meaning === undefined ? fieldsAt(body, view)[name] : valueAt(body, places.shown(meaning));
}

/** Whether the query shows a field that a notification carries, under its name or as what it is. */
export function isQueried(pack: PackView, notifies: Interface, reads: Interface, name: string): boolean {
  const places = pack.meanings(reads);
  const view = places.shown("state")[0]?.slice(0, -1) ?? [];
  const meaning = carriedMeaning(pack, notifies, name);
  // What every notification says alike, such as its kind, is no field of the resource.
  if (meaning === undefined && Object.hasOwn(constantsOf(pack.source, notifies), name)) return false;
  return (
    declares(pack, reads.response.body, [...view, name]) || (meaning !== undefined && places.shown(meaning).length > 0)
  );
}

/** Whether two views of one thing say the same; of objects, what both have. */
export function sayTheSame(one: Json | undefined, other: Json | undefined): boolean {
  const [left, right] = [fieldsIn(one), fieldsIn(other)];
  if (left === undefined || right === undefined) return equal(one, other);
  return Object.keys(left).every((name) => !Object.hasOwn(right, name) || sayTheSame(left[name], right[name]));
}

function fieldsIn(json: Json | undefined): Fields | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Fields) : undefined;
}

function declares(pack: PackView, schema: Schema | undefined, path: readonly string[]): boolean {
  return schema !== undefined && schemasAt(schema, schema, path, pack.schemas).length > 0;
}

function fieldsAt(body: Fields, path: readonly string[]): Fields {
  return fieldsIn(valueAt(body, [path])) ?? {};
}
