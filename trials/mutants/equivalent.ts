import type { Lifecycle, PackSource } from "../../core/pack/types.ts";
import { at } from "../../simulator/defects/parts/edit-pack.ts";
import type { Edit } from "../../simulator/defects/parts/edit-pack.ts";
import type { Mutant } from "./mutant.ts";
import { patternLengths } from "./pattern-length.ts";

/**
 * Why a mutant is the same party, proved from the pack itself; undefined where nothing is proved. Such a mutant is counted
 * apart: no judge can tell it from the original.
 */
export function equivalent(source: PackSource, { edits, mutator }: Mutant): string | undefined {
  const [edit] = edits;
  if (edit === undefined || edits.length > 1) return undefined;
  if (mutator === "answers" && edit.value === undefined) return leftOutAnyway(source, edit);
  if (mutator !== "schemas") return undefined;
  const keyword = String(edit.path.at(-1));
  const schema = at(source, edit.path.slice(0, -1)) as Readonly<Record<string, unknown>>;
  return lengthSaidTwice(schema, keyword, edit.value) ?? saidByTheAddress(source, edit);
}

/** Which names an address has, in a schema that nothing but addresses use: exactly those of its interface. */
function saidByTheAddress({ interfaces, messages }: PackSource, { path, value }: Edit): string | undefined {
  const [area, file, , name, keyword, member] = path;
  if (area !== "messages" || value !== undefined) return undefined;
  if (keyword !== "additionalProperties" && keyword !== "required") return undefined;
  const reference = `"messages/${String(file)}.json#/$defs/${String(name)}"`;
  const uses = (part: unknown): boolean => (JSON.stringify(part) ?? "").includes(reference);
  const addresses = interfaces.filter(({ request }) => uses(request.path));
  const elsewhere = interfaces.some(
    ({ request: { path: _address, ...request }, ...rest }) => uses(request) || uses(rest),
  );
  if (addresses.length === 0 || elsewhere || uses(messages)) return undefined;
  const required = at(messages[String(file)], ["$defs", String(name), "required", Number(member)]);
  const inEach = addresses.every(({ http }) => http.path.includes(`{${String(required)}}`));
  return keyword === "additionalProperties" || inEach
    ? "an address has the names of its interface, no more and no fewer"
    : undefined;
}

/** A field of an answer that tells a field of a row which no row has when the call is answered. */
function leftOutAnyway(source: PackSource, { path }: Edit): string | undefined {
  const [area, index, ...rest] = path;
  if (area !== "interfaces" || rest[0] !== "response" || rest[1] !== "answer") return undefined;
  const call = source.interfaces[Number(index)]?.id ?? "";
  const told = toldField(at(source, path));
  const lifecycle = source.lifecycles.find(({ resource }) => resource === told?.resource);
  if (told === undefined || lifecycle?.fields[told.field] === undefined) return undefined;
  return mayHave(lifecycle, call, told.field)
    ? undefined
    : `no ${told.resource} has ${told.field} when ${call} is answered`;
}

/** The field of a row that an expression tells as it is, or leaves out where the row has none. */
function toldField(expression: unknown): { readonly resource: string; readonly field: string } | undefined {
  const { if: parts } = (typeof expression === "object" && expression !== null ? expression : {}) as {
    readonly if?: readonly unknown[];
  };
  const reference =
    parts?.length === 2 ? (parts[0] as { readonly exists?: readonly unknown[] } | null)?.exists?.[0] : expression;
  const [, resource, field] = typeof reference === "string" ? (/^\$(\w+)\.(\w+)$/u.exec(reference) ?? []) : [];
  return resource === undefined || field === undefined ? undefined : { resource, field };
}

/** Whether a row may have a field that is not part of its key once a call of an interface has been carried out. */
function mayHave({ transitions, key }: Lifecycle, call: string, field: string): boolean {
  if (key.includes(field) || field === "state") return true;
  // The states in which some way through the lifecycle has set the field.
  const having = new Set<string>();
  for (let before = -1; before < having.size;) {
    before = having.size;
    for (const { from, to } of transitions)
      for (const { state, set } of to)
        if (Object.hasOwn(set ?? {}, field) || from.some((one) => having.has(one))) having.add(state);
  }
  return transitions.some(
    ({ on, from, to }) =>
      "call" in on &&
      on.call === call &&
      to.some(({ set }) => Object.hasOwn(set ?? {}, field) || from.some((state) => having.has(state))),
  );
}

/** A bound on the length that is looser than the pattern beside it, before and after. */
function lengthSaidTwice(
  schema: Readonly<Record<string, unknown>>,
  keyword: string,
  becomes: unknown,
): string | undefined {
  const { pattern, type } = schema;
  if (typeof pattern !== "string" || type !== "string") return undefined;
  const lengths = patternLengths(pattern);
  if (lengths === undefined) return undefined;
  const bound = becomes === undefined ? undefined : Number(becomes);
  const before = Number(schema[keyword]);
  if (keyword === "minLength" && lengths.least >= before && (bound === undefined || lengths.least >= bound))
    return `its pattern takes no text of fewer than ${lengths.least} characters`;
  if (keyword === "maxLength" && lengths.most <= before && (bound === undefined || lengths.most <= bound))
    return `its pattern takes no text of more than ${lengths.most} characters`;
  return undefined;
}
