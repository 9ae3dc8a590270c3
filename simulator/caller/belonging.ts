import { meaningsOfInterface } from "../../core/pack/meaning.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface, PackSource } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";

type Fields = Readonly<Record<string, Json>>;

/** What an answer repeats of the request that it was made for. */
const REPEATED: readonly Meaning[] = ["number", "of", "party", "amount"];

/**
 * Whether an answer can be that of a request: nothing that it repeats is another value than was sent. An answer names no
 * request, so this is all that tells whose it is. `data` are the fields of a request of `asked`, and `said` is what
 * `answering` answered: the same interface, or the query for it.
 */
export function belongs(
  source: Pick<PackSource, "messages">,
  { asked, data, answering, said }: Readonly<{ asked: Interface; data: Fields; answering: Interface; said: Fields }>,
): boolean {
  const { path, query, body } = meaningsOfInterface(source, asked);
  const { answer } = meaningsOfInterface(source, answering);
  return REPEATED.every((meaning) => {
    const sent = valueOf(data, [...path, ...query, ...body], meaning);
    const told = valueOf(said, answer, meaning);
    return sent === undefined || told === undefined || agree(sent, told);
  });
}

function valueOf(
  fields: Fields,
  meant: readonly { readonly meaning: Meaning; readonly path: readonly string[] }[],
  wanted: Meaning,
): Json | undefined {
  for (const { meaning, path } of meant) {
    if (meaning !== wanted || path.includes("*")) continue;
    const value = path.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), fields);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** Equal in what both say: an amount may be told with its currency and sent without, or as a text and sent as a number. */
function agree(sent: Json, told: Json): boolean {
  if (isObject(sent) && isObject(told))
    return Object.entries(sent).every(([name, value]) => told[name] === undefined || agree(value, told[name]));
  return typeof sent === "object" || typeof told === "object" || String(sent) === String(told);
}

const isObject = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
