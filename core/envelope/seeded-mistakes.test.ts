import { describe, expect, test } from "vitest";
import { FAMILIES } from "./explanation/family.ts";
import { explained } from "./testing/explained.ts";
import { seededSenders } from "./testing/seeded-senders.ts";

/** Of a day, so that a fault of one seed is met some day; the whole is `npm run bench:explain`. */
const DAY = Math.floor(Date.now() / 86_400_000);

/** SM2 takes most of the time of the whole, and the hints of the simulator try it. */
const senders = seededSenders((scheme) => scheme !== "sm2");

describe.each([...senders])("explanations of the envelope %s", (_style, own) => {
  test(`seeded mistakes are named by their cause, and none by another (seed ${DAY})`, () => {
    const tallies = explained(own, 1, DAY);
    expect(tallies.map(({ family }) => family)).toEqual(expect.arrayContaining(["key", "algorithm", "none"]));
    for (const { family, wrong, silent, misses } of tallies) {
      expect(wrong, misses.join("; ")).toBe(0);
      // Another serialiser than those that are tried leaves an explanation silent, and so may one message of a day.
      if (family !== "body") expect(silent, misses.join("; ")).toBeLessThanOrEqual(1);
    }
  });

  test("each mistake has an id of its own, a family, and both languages", () => {
    for (const { envelope } of own) {
      expect(new Set(envelope.mistakes.map(({ id }) => id)).size).toBe(envelope.mistakes.length);
      for (const { id, family, title, remedy } of envelope.mistakes) {
        expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
        expect(Object.keys(FAMILIES)).toContain(family);
        expect(`${title.zh}${remedy.zh}`).toMatch(/\p{Script=Han}/u);
        expect(title.en).not.toMatch(/[.;]$/);
      }
    }
  });
});
