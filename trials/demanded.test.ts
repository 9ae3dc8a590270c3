import { expect, test } from "vitest";
import { planRun } from "../suites/run/open.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";

/*
 * What a party served as it comes is judged on: each MUST of the reference pack, for either role, has a check that runs, or
 * is excluded or unobservable with a reason, or is one that a load judges.
 */

test.each(["bank", "platform"] as const)("a served %s is judged on every MUST, or says why not", async (role) => {
  const trial = await openTrial({ role });
  try {
    const { statementFile } = trial;
    const { pack, plan, statement } = await planRun(
      { packDirectory: PACK_FOLDER, statementFile, effort: "standard" },
      true,
    );
    const excluded = statement.profile.requirementsExcept.map(({ requirement }) => requirement);
    const judged = new Set(plan.filter(({ skip }) => skip === undefined).map(({ requirement }) => requirement));
    const open = pack
      .requirementsFor(role)
      .filter(
        ({ id, level, unobservable, judgedBy }) =>
          level === "MUST" && !judged.has(id) && unobservable?.[role] === undefined && judgedBy === undefined,
      )
      .map(({ id }) => id);
    // Served over plain HTTP to parties that sign with RSA. Only other modules have decisions and changes that go with
    // others (LIF-29), and only other packs encrypted bodies (SIG-28).
    const demanded = new Set(
      plan.filter(({ skip }) => skip?.cause !== "not-demanded").map(({ requirement }) => requirement),
    );
    expect(open.filter((id) => demanded.has(id))).toEqual(["SIG-14", "TLS-01"]);
    expect(open.filter((id) => !demanded.has(id))).toEqual(role === "bank" ? ["LIF-29", "SIG-28"] : ["SIG-28"]);
    expect(excluded.toSorted()).toEqual(["SIG-14", "TLS-01"]);
  } finally {
    await trial.close();
  }
});
