import { expect, test } from "vitest";
import { checkPack } from "../core/pack/check.ts";
import { loadPack } from "../core/pack/load.ts";
import type { Role } from "../core/pack/types.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { icbcStylePack } from "./icbc-style-pack.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";
import { openTrial } from "./trial.ts";

/*
 * Acknowledgements that have to be signed, written as ICBC's open platform has them: a platform signs them and is judged
 * for it, and a bank repeats what was acknowledged without a right signature.
 */

const packFolder = icbcStylePack();

async function judged(role: Role, only: string, wrappers?: Wrappers) {
  const trial = await openTrial({ role, packFolder, ...(wrappers === undefined ? {} : { wrappers }) });
  try {
    return await trial.judge({ only, effort: "standard" });
  } finally {
    await trial.close();
  }
}

function defect(name: string): Wrappers {
  const found = DEFECTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no defect ${name}`);
  return found;
}

test("the pack with signed acknowledgements is sound", () => {
  expect(checkPack(loadPack(packFolder))).toEqual([]);
});

const PASSES = (role: Role, only: string) => async (): Promise<void> => {
  const lines = await judged(role, only);
  expect(
    lines
      .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
      .map(({ check, verdict, reason, finding, error }) => [check, verdict, reason?.en ?? error, finding?.seen]),
  ).toEqual([]);
  expect(lines.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(2);
};

const FAILS = (role: Role, name: string, only: string, requirement: string) => async (): Promise<void> => {
  const lines = await judged(role, only, defect(name));
  expect(
    lines.some((line) => line.requirement === requirement && line.verdict === "fail"),
    JSON.stringify(lines.map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error])),
  ).toBe(true);
};

testsOfTheDay("acknowledgements that have to be signed", 4, {
  "a platform that signs them passes": PASSES("platform", "{SIG-25,SIG-01,SIG-02,NOT-06,CON-01}"),
  "a platform that leaves the signature out is found": FAILS(
    "platform",
    "acknowledgement-unsigned",
    "{SIG-25,CON-01}",
    "SIG-25",
  ),
  "a bank that holds them to their signature passes": PASSES("bank", "{NOT-01,SIG-25,CON-01}"),
  "a bank that takes any for an acknowledgement is found": FAILS(
    "bank",
    "acknowledgement-unverified",
    "NOT-01",
    "NOT-01",
  ),
});
