import { checkPack } from "../../../core/pack/check.ts";
import { verbOf } from "../../../core/pack/purpose.ts";
import { isSchemaObject } from "../../../core/pack/reference.ts";
import type { Interface, Lifecycle, PackSource, Transition } from "../../../core/pack/types.ts";
import type { RandomStream } from "../../../core/runtime/runtime.ts";
import { pick, withoutUnused } from "../variation.ts";
import type { Variation } from "../variation.ts";

/** Interfaces that a bank may do without. */
const dispensable = ({ purpose, notification }: Interface): boolean =>
  notification !== undefined || purpose === undefined || purpose.creates === undefined;

export const fewer: Variation = {
  name: "fewer interfaces",
  vary: (source, random) => {
    const left = source.interfaces.filter(dispensable);
    return left.length === 0 ? source : without(source, [pick(random, left).id]);
  },
};

/** A bank that does not do a business at all: no refunds, no statements. */
export const fewerResources: Variation = {
  name: "a business less",
  vary: (source, random) => {
    const subjects = [...new Set(source.interfaces.flatMap((one) => verbOf(one)?.of ?? []))];
    return firstAccepted(subjects, random, (subject) => lessOf(source, subject)) ?? source;
  },
};

/** The pack without a subject of its interfaces: these, rows of it and records of the other party, sums over them. */
function lessOf(source: PackSource, subject: string): PackSource {
  const gone = source.interfaces.filter((one) => verbOf(one)?.of === subject).map(({ id }) => id);
  const isGone = ({ resource, law }: Lifecycle): boolean =>
    resource === subject || (law !== undefined && "mirrors" in law && law.mirrors === subject);
  const resources = new Set(source.lifecycles.filter(isGone).map(({ resource }) => resource));
  return without(
    withoutSums(
      {
        ...source,
        lifecycles: source.lifecycles.filter((one) => !isGone(one)),
        scenarios: source.scenarios
          .filter(({ seed }) => !seed.some(({ resource }) => resources.has(resource)))
          .map(({ plays, ...one }) => {
            const rest = plays?.filter(({ resource }) => !resources.has(resource));
            return { ...one, ...(rest === undefined || rest.length === 0 ? {} : { plays: rest }) };
          }),
      },
      resources,
    ),
    gone,
  );
}

/**
 * The pack without sums over rows that are gone, and what holds of them: where one is said with a default, the default is
 * said.
 */
function withoutSums(source: PackSource, resources: ReadonlySet<string>): PackSource {
  const sums = new Set<string>();
  const lifecycles = source.lifecycles.map(({ aggregates, ...one }) => {
    const all = Object.entries(aggregates ?? {});
    const left = all.filter(([, { of }]) => !resources.has(of));
    for (const [name, { of }] of all) if (resources.has(of)) sums.add(`$${one.resource}.${name}`);
    return { ...one, ...(left.length === 0 ? {} : { aggregates: Object.fromEntries(left) }) };
  });
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isSchemaObject(value)) return value;
    const given = value["default"];
    return Array.isArray(given) && sums.has(String(given[0]))
      ? walk(given[1])
      : Object.fromEntries(
          Object.entries(value)
            .filter(([, one]) => !sums.has(String(one)))
            .map(([name, one]) => [name, walk(one)]),
        );
  };
  const holds = (rule: unknown): boolean => ![...sums].some((sum) => JSON.stringify(rule).includes(`"${sum}"`));
  const ruled = lifecycles.map(({ invariants, ...one }) => {
    const left = invariants?.filter(holds) ?? [];
    return { ...one, ...(left.length === 0 ? {} : { invariants: left }) };
  });
  return {
    ...source,
    lifecycles: walk(ruled) as PackSource["lifecycles"],
    interfaces: walk(source.interfaces) as PackSource["interfaces"],
  };
}

/** What is made of the first item, in an order of chance, of which a pack can be made. */
function firstAccepted(
  items: readonly string[],
  random: RandomStream,
  make: (item: string) => PackSource,
): PackSource | undefined {
  const start = random.below(Math.max(1, items.length));
  return [...items.slice(start), ...items.slice(0, start)].map(make).find((made) => checkPack(made).length === 0);
}

/** The pack without interfaces, and without what serves them alone. */
function without(source: PackSource, gone: readonly string[]): PackSource {
  const isCalled = ({ on }: Transition): boolean => "call" in on && gone.includes(on.call);
  const names = (part: unknown): boolean => gone.some((id) => JSON.stringify(part).includes(`"${id}"`));
  const interfaces = source.interfaces
    .filter(({ id }) => !gone.includes(id))
    .map((one) =>
      one.caller.query !== undefined && gone.includes(one.caller.query.interface)
        ? { ...one, caller: { success: "final" as const } }
        : one,
    );
  // Loads call several interfaces each, and a pack need have none.
  const { loads: _loads, ...rest } = source;
  const left = {
    ...rest,
    interfaces,
    lifecycles: source.lifecycles.map((one) => ({
      ...one,
      transitions: one.transitions
        .filter((transition) => !isCalled(transition))
        .map((transition) => ({
          ...transition,
          to: transition.to.map((branch) =>
            branch.notify === undefined
              ? branch
              : { ...branch, notify: branch.notify.filter((id) => !gone.includes(id)) },
          ),
        })),
    })),
    // A way to a code that calls it is none any more.
    errors: source.errors.map(({ provoke, ...one }) => {
      const ways = provoke?.filter((way) => !names(way));
      return ways === undefined || ways.length === 0 ? one : { ...one, provoke: ways };
    }),
  };
  return withoutUnused(withoutUnusedCodes(left));
}

/** The pack without codes that nothing answers any more. */
function withoutUnusedCodes(source: PackSource): PackSource {
  const unused = new Set(
    checkPack(source)
      .filter(({ rule }) => rule === "error.unused")
      .map(({ pointer }) => Number(pointer.split("/")[2])),
  );
  return unused.size === 0 ? source : { ...source, errors: source.errors.filter((_, at) => !unused.has(at)) };
}
