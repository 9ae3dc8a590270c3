import type { PackSource, Role } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { seededStream } from "../../suites/random.ts";
import type { StatementFile, Variant } from "../trial.ts";

/** What is otherwise about the party that is judged by a pack, rather than about the pack. */
export interface Circumstance {
  /** Stable: reports name it. */
  readonly name: string;
  /** Roles of which it can be said. */
  readonly roles: readonly Role[];
  variant(source: PackSource): Pick<Variant, "enrolsLater" | "restated">;
}

/** Scenarios that serve a judge in one of these ways alone. */
const playing = (source: PackSource, parts: readonly string[]): ReadonlySet<string> =>
  new Set(
    source.scenarios
      .filter(({ plays = [] }) => plays.length > 0 && plays.every(({ as }) => parts.includes(as)))
      .map(({ id }) => id),
  );

/** The statement without some scenarios, of which it says why. */
function lacking(statement: StatementFile, isLacked: (id: string) => boolean, why: string): StatementFile {
  return {
    ...statement,
    fixtures: Object.fromEntries(
      Object.entries(statement.fixtures).map(([id, values]) => [id, isLacked(id) ? { none: why } : values]),
    ),
  };
}

/** In a fixed order, from which seeds draw; new ones come last. */
export const CIRCUMSTANCES: readonly Circumstance[] = [
  {
    name: "a single party",
    roles: ["bank"],
    variant: (source) => {
      const foreign = playing(source, ["foreign"]);
      return {
        restated: (statement) => ({
          ...lacking(statement, (id) => foreign.has(id), "one party is enrolled here"),
          parties: statement.parties.slice(0, 1),
        }),
      };
    },
  },
  { name: "several parties, enrolled later", roles: ["bank"], variant: () => ({ enrolsLater: true }) },
  {
    name: "a single customer",
    roles: ["bank", "platform"],
    variant: (source) => {
      // At a platform it is an order that may still be paid.
      const ordinary = playing(source, ["ordinary", "open"]);
      return {
        restated: (statement) =>
          lacking(statement, (id) => !ordinary.has(id), "there is one customer here, an ordinary one"),
      };
    },
  },
];

/** The circumstance that a seed draws: one for every other seed. */
export function drawnCircumstance(seed: number, role: Role): string | undefined {
  const random: RandomStream = seededStream(seed, "circumstances");
  const fitting = CIRCUMSTANCES.filter(({ roles }) => roles.includes(role));
  return fitting[random.below(2 * fitting.length)]?.name;
}
