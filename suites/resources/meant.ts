import { interfaceFile } from "../../core/pack/file.ts";
import { meaningsOf, partOf } from "../../core/pack/meaning.ts";
import type { Meant, MessagePart } from "../../core/pack/meaning.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface, PackSource } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Fields } from "../wire/draft.ts";

/** A field of an interface's request, found by what it is. */
export interface Asked {
  readonly part: "path" | "query" | "body";
  readonly path: readonly string[];
}

/** Where an interface's fields stand, by what they are. */
export interface InterfaceMeanings {
  /** Fields of the request outside of lists, outermost first. */
  asked(meaning: Meaning): readonly Asked[];
  /** The name of a field at the top of the request; undefined where there is none. */
  field(meaning: Meaning): string | undefined;
  /** All names at the top of the request that have this meaning. */
  fields(meaning: Meaning): readonly string[];
  /** Places in the answer's body outside of lists. */
  shown(meaning: Meaning): readonly (readonly string[])[];
  /** Places in each item of the list that is `entries`, or of the only list. */
  listed(meaning: Meaning): readonly (readonly string[])[];
  /** Where the list stands whose items `listed` speaks of. */
  readonly list: readonly string[] | undefined;
}

const PARTS = ["path", "query", "body"] as const;

export function meaningsIn(source: Pick<PackSource, "messages">, one: Interface): InterfaceMeanings {
  const of = (part: MessagePart): readonly Meant[] => meaningsOf(source, partOf(one, part), interfaceFile(one));
  const asked = PARTS.flatMap((part) => of(part).map((each) => ({ ...each, part }))).filter(outsideOfLists);
  const answer = of("answer");
  const listed = answer.filter((each) => !outsideOfLists(each));
  const list = listed[0]?.path.slice(0, listed[0].path.indexOf("*"));
  const depth = (list?.length ?? 0) + 1;
  return {
    asked: (meaning) =>
      asked.filter((each) => each.meaning === meaning).toSorted((a, b) => a.path.length - b.path.length),
    fields: (meaning) =>
      asked.flatMap((each) => (each.meaning === meaning && each.path.length === 1 ? [each.path[0] as string] : [])),
    field: (meaning) => asked.find((each) => each.meaning === meaning && each.path.length === 1)?.path[0],
    shown: (meaning) =>
      answer.filter((each) => each.meaning === meaning && outsideOfLists(each)).map(({ path }) => path),
    listed: (meaning) => listed.filter((each) => each.meaning === meaning).map(({ path }) => path.slice(depth)),
    list,
  };
}

/** The value at the first of the places where there is one. */
export function valueAt(json: Json | undefined, places: readonly (readonly string[])[]): Json | undefined {
  for (const path of places) {
    let here: Json | undefined = json;
    for (const name of path)
      here =
        typeof here === "object" && here !== null && !Array.isArray(here) && Object.hasOwn(here, name)
          ? (here as Fields)[name]
          : undefined;
    if (here !== undefined) return here;
  }
  return undefined;
}

/** A copy with another value at a place; the place's parents are made where they are missing. `undefined` takes it out. */
export function withValueAt(json: Json | undefined, path: readonly string[], value: Json | undefined): Json {
  const [name, ...rest] = path;
  if (name === undefined) return value ?? null;
  const own = typeof json === "object" && json !== null && !Array.isArray(json) ? { ...(json as Fields) } : {};
  if (rest.length > 0) return { ...own, [name]: withValueAt(own[name], rest, value) };
  if (value === undefined) {
    const { [name]: _gone, ...left } = own;
    return left;
  }
  return { ...own, [name]: value };
}

const outsideOfLists = ({ path }: Pick<Meant, "path">): boolean => !path.includes("*");
