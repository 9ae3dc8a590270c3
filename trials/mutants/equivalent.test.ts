import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { at, edited } from "../../simulator/defects/parts/edit-pack.ts";
import { equivalent } from "./equivalent.ts";
import { MUTATORS } from "./mutators/index.ts";
import { patternLengths } from "./pattern-length.ts";

describe("the lengths that a pattern takes", () => {
  test.each([
    ["^[0-9A-Za-z_-]{6,64}$", 6, 64],
    ["^[A-Z]{3}$", 3, 3],
    ["^(a|bcd)+x?$", 1, Infinity],
    ["^\\d{2}-(?:0[1-9]|1[0-2])([.][0-9]{1,9})?$", 5, 15],
  ])("%s takes texts from %d to %d characters", (pattern, least, most) => {
    expect(patternLengths(pattern)).toEqual({ least, most });
  });

  test.each(["[a-z]{3}", "^a|b$", "^(?=.{3})a*$", "^.{3}$", "^(a)\\1$"])("nothing is claimed of %s", (pattern) => {
    expect(patternLengths(pattern)).toBeUndefined();
  });
});

describe.each(["cooperation", "vocabulary"])("equivalent mutants of the pack %s", (name) => {
  const source = loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));
  const found = MUTATORS.flatMap((mutator) => mutator.mutants(source)).filter(
    (one) => /Length:/u.test(one.id) && equivalent(source, one) !== undefined,
  );

  test("there are some, and each is a bound on a length", () => {
    expect(found.length).toBeGreaterThan(5);
    for (const { edits } of found) expect(String(edits[0]?.path.at(-1))).toMatch(/^(?:min|max)Length$/u);
  });

  test("original and mutant take and refuse the same texts", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const one of found) {
      const place = one.edits[0]?.path.slice(0, -1) ?? [];
      const original = at(source, place) as { readonly pattern: string; readonly maxLength?: number };
      const before = ajv.compile(original);
      const after = ajv.compile(at(edited(source, one.edits), place) as object);
      const texts = fc.oneof(
        fc.stringMatching(new RegExp(original.pattern, "u")),
        fc.string({ maxLength: (original.maxLength ?? 60) + 5 }),
        fc.string({ unit: fc.constantFrom("0", "1", "A"), maxLength: (original.maxLength ?? 60) + 5, size: "max" }),
      );
      fc.assert(
        fc.property(texts, (text) => before(text) === after(text)),
        { numRuns: 200, seed: 1 },
      );
    }
  });
});

test("an address has the names of its interface whatever its schema says", () => {
  const source = loadPack(fileURLToPath(new URL("../../specs/vocabulary", import.meta.url)));
  const found = MUTATORS.flatMap((mutator) => mutator.mutants(source)).filter(
    (one) => one.mutator === "schemas" && /address/u.test(equivalent(source, one) ?? ""),
  );
  expect(found.map(({ id }) => id)).toContain("exchange.path/additionalProperties:drop");
  expect(found.every(({ id }) => id.includes(".path/"))).toBe(true);
  const [query] = source.interfaces.filter(({ request }) => request.path !== undefined);
  // The same schema used for a body can be broken.
  const used = {
    ...source,
    interfaces: source.interfaces.map((one) =>
      one === query ? { ...one, request: { ...one.request, body: one.request.path } } : one,
    ),
  };
  expect(found.some((one) => equivalent(used as PackSource, one) === undefined)).toBe(true);
});

test("a field is left out anyway where no transition has set it by then", () => {
  const source = loadPack(fileURLToPath(new URL("../../specs/vocabulary", import.meta.url)));
  const whyOf = (pack: PackSource, id: string): string | undefined => {
    const one = MUTATORS.flatMap((mutator) => mutator.mutants(pack)).find((each) => each.id === id);
    return one === undefined ? "there is none" : equivalent(pack, one);
  };
  const [capture, ofVoid] = ["preauth.capture", "preauth.void"].map((id) => `${id}/response/answer/captured:drop`);
  expect(whyOf(source, ofVoid ?? "")).toMatch(/no preauth has captured when preauth.void is answered/u);
  expect(whyOf(source, capture ?? "")).toBeUndefined();
  // Held again after it was captured, it may be voided with the field.
  const again = source.lifecycles.map((one) =>
    one.resource === "preauth"
      ? {
          ...one,
          transitions: one.transitions.map((each) => (each.name === "void" ? { ...each, from: ["CAPTURED"] } : each)),
        }
      : one,
  );
  expect(whyOf({ ...source, lifecycles: again }, ofVoid ?? "")).toBeUndefined();
});
