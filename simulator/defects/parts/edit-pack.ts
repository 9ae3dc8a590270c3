import type { Guard, PackSource } from "../../../core/pack/types.ts";

/** A path into a pack as read: `["lifecycles", 3, "transitions", 0, "require", 2]`. */
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
  if (rest.length === 0 && value === undefined)
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== step));
  return { ...fields, [step]: placed(fields[String(step)], rest, value) };
}

/** The value at a path; undefined where there is none. */
export function at(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<string, unknown>>)[String(step)]
        : undefined,
    tree,
  );
}

/** The path of a transition by its resource and name: `payment.create`. */
export function transitionPath(source: PackSource, name: string): Path {
  const [resource = "", transition = ""] = name.split(".");
  const lifecycle = source.lifecycles.findIndex((one) => one.resource === resource);
  const index = source.lifecycles[lifecycle]?.transitions.findIndex((one) => one.name === transition) ?? -1;
  if (index < 0) throw new RangeError(`the pack ${source.manifest.name} has no transition ${name}`);
  return ["lifecycles", lifecycle, "transitions", index];
}

export function interfacePath(source: PackSource, id: string): Path {
  const index = source.interfaces.findIndex((one) => one.id === id);
  if (index < 0) throw new RangeError(`the pack ${source.manifest.name} has no interface ${id}`);
  return ["interfaces", index];
}

/**
 * A transition without the guards that refuse with `code`. The simulator's bounds beside the guards go too, as they
 * would hide the gap.
 */
export function withoutGuard(source: PackSource, name: string, code: string): PackSource {
  return withGuard(source, name, code, () => undefined);
}

/** A reading interface without the guards that refuse with `code`. */
export function withoutReadGuard(source: PackSource, id: string, code: string): PackSource {
  return withReadGuard(withoutInvariants(source), id, code, () => undefined);
}

/**
 * A transition with others in place of the guards that refuse with `code`; the simulator's own bounds go, as with
 * `withoutGuard`.
 */
export function withGuard(
  source: PackSource,
  name: string,
  code: string,
  change: (guard: Guard) => Guard | undefined,
): PackSource {
  return withGuards(withoutInvariants(source), [...transitionPath(source, name), "require"], code, change);
}

/** A reading interface with others in place of the guards that refuse with `code`. */
export function withReadGuard(
  source: PackSource,
  id: string,
  code: string,
  change: (guard: Guard) => Guard | undefined,
): PackSource {
  return withGuards(source, [...interfacePath(source, id), "read", "require"], code, change);
}

function withGuards(
  source: PackSource,
  path: Path,
  code: string,
  change: (guard: Guard) => Guard | undefined,
): PackSource {
  const guards = (at(source, path) ?? []) as readonly Guard[];
  if (!guards.some((guard) => guard.else === code))
    throw new RangeError(`no guard at ${path.join("/")} refuses with ${code}`);
  return edited(source, [
    { path, value: guards.flatMap((guard) => (guard.else === code ? (change(guard) ?? []) : [guard])) },
  ]);
}

/**
 * The pack without invariants of rows and without bounds of the ledger, which would stop a wrong rule before it shows. A
 * bank with that rule has neither.
 */
export function withoutInvariants(source: PackSource): PackSource {
  return {
    ...source,
    lifecycles: source.lifecycles.map(({ invariants: _kept, ...lifecycle }) => lifecycle),
    manifest: {
      ...source.manifest,
      accounts: Object.fromEntries(
        Object.entries(source.manifest.accounts).map(([name, kind]) => [name, { ...kind, neverNegative: false }]),
      ),
    },
  };
}

/** A transition with another value at a place within it. */
export const inTransition = (source: PackSource, name: string, steps: Path, value: unknown): PackSource =>
  edited(withoutInvariants(source), [{ path: [...transitionPath(source, name), ...steps], value }]);

/** An interface with another value at a place within it. */
export const inInterface = (source: PackSource, id: string, steps: Path, value: unknown): PackSource =>
  edited(source, [{ path: [...interfacePath(source, id), ...steps], value }]);

/** A lifecycle with another value at a place within it. */
export function inLifecycle(source: PackSource, resource: string, steps: Path, value: unknown): PackSource {
  const index = source.lifecycles.findIndex((one) => one.resource === resource);
  if (index < 0) throw new RangeError(`the pack ${source.manifest.name} has no lifecycle ${resource}`);
  return edited(withoutInvariants(source), [{ path: ["lifecycles", index, ...steps], value }]);
}

/** Policies with another value at a place within them. */
export const inPolicies = (source: PackSource, steps: Path, value: unknown): PackSource =>
  edited(source, [{ path: ["manifest", "policies", ...steps], value }]);

/** A message's schema with another value at a place within it. */
export const inMessages = (source: PackSource, file: string, steps: Path, value: unknown): PackSource =>
  edited(source, [{ path: ["messages", file, "$defs", ...steps], value }]);
