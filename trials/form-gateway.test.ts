import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../core/run/event.ts";
import type { Role } from "../core/pack/types.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { openTrial } from "./trial.ts";

/*
 * The second envelope, tried like the first: defects of signatures that were written for the reference pack are found in
 * the form gateway too, by the same requirements, and its conforming simulator passes what found them.
 */

const packFolder = fileURLToPath(new URL("../specs/form-gateway", import.meta.url));

/** Defects that show under any envelope; those that need this one are tried with all others (`defects.test.ts`). */
const SHARED = [
  "unsigned-query",
  "any-party-key",
  "unsigned-refusals",
  "retired-key-still-good",
  "key-good-before-its-time",
].map((name) => {
  const found = DEFECTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no defect ${name}`);
  return found;
});

/** Answers are judged at the end, by what the run saw. */
const FEEDING = "contract.valid-request,errors.declared";

async function judged(role: Role, only: string, wrappers?: Wrappers): Promise<readonly CheckFinished[]> {
  const trial = await openTrial({ role, packFolder, ...(wrappers === undefined ? {} : { wrappers }) });
  try {
    return await trial.judge({ only });
  } finally {
    await trial.close();
  }
}

describe("defects of signatures in a pack of forms", () => {
  test.for([...SHARED])("$name fails by $requirement", async (defect) => {
    const lines = await judged(defect.role, `{${defect.requirement},${FEEDING}}`, defect);
    expect(
      lines.filter(({ requirement, verdict }) => requirement === defect.requirement && verdict === "fail").length,
      JSON.stringify(lines.map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error])),
    ).toBeGreaterThan(0);
  });

  test("the conforming bank passes what found them", async () => {
    const requirements = [...new Set(SHARED.map(({ requirement }) => requirement))];
    const lines = await judged("bank", `{${requirements.join(",")},${FEEDING}}`);
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, verdict, reason, finding, error }) => [check, verdict, reason?.en ?? error, finding?.seen]),
    ).toEqual([]);
    for (const each of requirements)
      expect(
        lines.some(({ requirement, verdict }) => requirement === each && verdict === "pass"),
        each,
      ).toBe(true);
  });
});
