import { expect, test } from "vitest";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource } from "../core/pack/types.ts";
import { ROOT, sourcesOf, withoutComments } from "./sources.ts";

/*
 * Checks find what they need by what the pack says of it: purposes, meanings, outcomes, reasons. One that names an
 * interface, a state or a code of the reference pack judges no other pack.
 */

/** The names of a pack that code could mean: ids of interfaces and scenarios, states, and codes of refusals. */
function namesOf({ interfaces, scenarios, lifecycles, errors }: PackSource): ReadonlySet<string> {
  return new Set([
    ...interfaces.map(({ id }) => id),
    ...scenarios.map(({ id }) => id),
    ...lifecycles.flatMap(({ states }) => Object.keys(states)),
    ...errors.map(({ code }) => code),
  ]);
}

/** Names that the strings of a source text hold, whole or among other words; what is put into a template is code. */
function namedIn(text: string, names: ReadonlySet<string>): readonly string[] {
  const strings = [
    ...withoutComments(text).matchAll(/"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g),
  ];
  const words = strings.flatMap(([, ...quoted]) =>
    quoted.flatMap((one) => one?.replaceAll(/\$\{[^{}]*\}/g, " ").match(/[A-Za-z_]+(?:[.-][A-Za-z_]+)*/g) ?? []),
  );
  return [...new Set(words)].filter((word) => names.has(word));
}

const names = namesOf(loadPack(`${ROOT}specs/cooperation`));

test("a name of a pack is found in a string, and passed over in a comment", () => {
  const text =
    'call("payment.create"); // payment.query\nfail(`state SUCCEEDED, not ${PAID}`);\n/* refund.create */ other("payment");';
  expect(namedIn(text, names)).toEqual(["payment.create", "SUCCEEDED"]);
});

test("the suites name nothing of the reference pack", () => {
  const found = sourcesOf(["suites"]).flatMap(({ file, text }) => {
    const named = namedIn(text, names);
    return named.length === 0 ? [] : [`${file}: ${named.join(", ")}`];
  });
  expect(found).toEqual([]);
});
