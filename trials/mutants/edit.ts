import type { PackSource } from "../../core/pack/types.ts";

/** Where in a pack, as read: `["lifecycles", 3, "transitions", 0, "require", 2]`. */
export type Path = readonly (string | number)[];

/** One change. `value: undefined` takes away what stands there: the field, or the member of a list. */
export interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

/** The pack with the changes; what is not on their paths is shared with the original, which stays as it is. */
export function edited(source: PackSource, edits: readonly Edit[]): PackSource {
  // An edit leads to where the mutator looked, so the shape is kept but for what was meant to be broken.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return edits.reduce<unknown>((tree, { path, value }) => placed(tree, path, value), source) as PackSource;
}

function placed(tree: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(tree)) {
    const items = tree as readonly unknown[];
    const at = Number(step);
    if (rest.length === 0 && value === undefined) return items.filter((_item, index) => index !== at);
    return items.map((item, index) => (index === at ? placed(item, rest, value) : item));
  }
  if (typeof tree !== "object" || tree === null) throw new RangeError(`there is nothing at ${path.join("/")}`);
  const fields = tree as Readonly<Record<string, unknown>>;
  if (rest.length === 0 && value === undefined) return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== step));
  return { ...fields, [step]: placed(fields[String(step)], rest, value) };
}

/** What stands at a path; undefined where nothing does. */
export function at(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[String(step)] : undefined), tree);
}
