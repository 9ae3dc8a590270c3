import { checkPack } from "../../../core/pack/check.ts";
import { verbOf } from "../../../core/pack/purpose.ts";
import type { Interface, PackSource, Transition } from "../../../core/pack/types.ts";
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
    return (
      firstAccepted(subjects, random, (subject) => {
        const gone = source.interfaces.filter((one) => verbOf(one)?.of === subject).map(({ id }) => id);
        const named = new RegExp(`"(?:of|resource)":"${subject}"`, "u");
        const scenarios = source.scenarios
          .filter(
            ({ plays = [], seed }) =>
              plays.length > 0 && plays.every(({ resource }) => resource === subject) && seed.length > 0,
          )
          .map(({ id }) => id);
        return without(
          {
            ...source,
            lifecycles: source.lifecycles.filter(({ resource, law }) => {
              const mirrored = law !== undefined && "mirrors" in law ? law.mirrors : undefined;
              return resource !== subject && mirrored !== subject;
            }),
            scenarios: source.scenarios
              .filter(({ id, seed }) => !scenarios.includes(id) && !named.test(JSON.stringify(seed)))
              .map(({ plays, ...one }) => {
                const rest = plays?.filter(({ resource }) => resource !== subject);
                return { ...one, ...(rest === undefined || rest.length === 0 ? {} : { plays: rest }) };
              }),
          },
          gone,
        );
      }) ?? source
    );
  },
};

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
  const left = {
    ...source,
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
