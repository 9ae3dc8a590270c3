import { at } from "../../../simulator/defects/parts/edit-pack.ts";
import { deeper, fieldsOf, mutant, transitionsOf } from "../mutant.ts";
import type { Mutant, Mutator } from "../mutant.ts";

/** States and effects: a state that a transition does not leave, a branch, a field, a posting, a move, a notification that is missing or wrong. */
export const transitions: Mutator = {
  name: "transitions",
  mutants: (source) =>
    transitionsOf(source).flatMap(({ place, lifecycle }): readonly Mutant[] => {
      const states = Object.keys(source.lifecycles[lifecycle]?.states ?? {});
      const from = at(source, [...place.path, "from"]) as readonly string[];
      const branches = fieldsOf(source, deeper(place, "to"));
      return [
        ...(from.length > 1
          ? from.map((state, index) =>
              mutant("transitions", deeper(place, "from", index), `not-from-${state}`, undefined),
            )
          : []),
        ...(["after", "at"].some((kind) => at(source, [...place.path, "on", kind]) !== undefined)
          ? [mutant("transitions", place, "never", undefined)]
          : []),
        ...branches.flatMap(({ place: branch }, index): readonly Mutant[] => {
          const state = String(at(source, [...branch.path, "state"]));
          return [
            ...(index < branches.length - 1 ? [mutant("transitions", branch, "drop", undefined)] : []),
            ...states
              .filter((other) => other !== state)
              .slice(0, 2)
              .map((other) => mutant("transitions", deeper(branch, "state"), `to-${other}`, other)),
            ...fieldsOf(source, deeper(branch, "set")).flatMap(({ value, place: field, name }) => [
              mutant("transitions", field, "drop", undefined),
              ...(value === "$now"
                ? [mutant("transitions", field, "a-day-late", { "time.add-seconds": ["$now", 86_400] })]
                : []),
              ...(value === "$today"
                ? [mutant("transitions", field, "tomorrow", { "date.add-days": ["$today", 1] })]
                : []),
              ...(name === "amount" && typeof value === "string"
                ? [mutant("transitions", field, "one-more", oneMore(value))]
                : []),
            ]),
            ...fieldsOf(source, deeper(branch, "post")).flatMap(({ place: posting }) => postings(source, posting)),
            ...fieldsOf(source, deeper(branch, "move")).map(({ place: move }) =>
              mutant("transitions", move, "drop", undefined),
            ),
            ...fieldsOf(source, deeper(branch, "notify")).map(({ place: notify }) =>
              mutant("transitions", notify, "drop", undefined),
            ),
          ];
        }),
      ];
    }),
};

const oneMore = (amount: unknown): unknown => ({ "money.add": [amount, { value: 1, currency: "CNY" }] });

function postings(source: Parameters<Mutator["mutants"]>[0], place: Parameters<typeof deeper>[0]): readonly Mutant[] {
  const posting = at(source, place.path) as Readonly<Record<string, unknown>>;
  const drop = mutant("transitions", place, "drop", undefined);
  if (posting["phase"] === "post") return [drop, mutant("transitions", deeper(place, "phase"), "void", "void")];
  if (posting["phase"] === "void") return [drop, mutant("transitions", deeper(place, "phase"), "post", "post")];
  return [
    drop,
    mutant("transitions", place, "twice-in-one", {
      ...posting,
      amount: { "money.add": [posting["amount"], posting["amount"]] },
    }),
    mutant("transitions", deeper(place, "amount"), "one-more", oneMore(posting["amount"])),
    mutant("transitions", place, "sides-swapped", { ...posting, debit: posting["credit"], credit: posting["debit"] }),
    mutant("transitions", deeper(place, "credit"), "to-clearing", "clearing:lost"),
    mutant("transitions", deeper(place, "reference"), "other-reference", "none"),
    mutant("transitions", deeper(place, "kind"), "other-kind", "adjustment"),
  ];
}
