import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DEFECTS } from "../simulator/defects/index.ts";
import { openTrial } from "./trial.ts";

/*
 * XML with its signature behind it, judged by the checks that judge every other pack: malformed bodies, other spellings,
 * signatures, numbers of digits, amounts with their currency.
 */

const packFolder = fileURLToPath(new URL("../specs/epcc-like", import.meta.url));
const REQUIREMENTS = ["CON-01", "PAR-01", "PAR-02", "SIG-01", "SIG-03", "ERR-01", "IDM-01"];

test("the conforming bank of epcc-like passes what is judged of it", async () => {
  const trial = await openTrial({ role: "bank", packFolder });
  try {
    const lines = await trial.judge({ only: `{${REQUIREMENTS.join(",")}}` });
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, verdict, reason, finding, error }) => [check, verdict, reason?.en ?? error, finding?.seen]),
    ).toEqual([]);
    for (const each of REQUIREMENTS)
      expect(
        lines.some(({ requirement, verdict }) => requirement === each && verdict === "pass"),
        each,
      ).toBe(true);
  } finally {
    await trial.close();
  }
});

test("a bank of epcc-like that takes the keys of any party is found", async () => {
  const defect = DEFECTS.find(({ name }) => name === "any-party-key");
  if (defect === undefined) throw new RangeError("there is no defect any-party-key");
  const trial = await openTrial({ role: "bank", packFolder, wrappers: defect });
  try {
    const lines = await trial.judge({ only: `{${defect.requirement},contract.valid-request}` });
    expect(lines.some(({ requirement, verdict }) => requirement === defect.requirement && verdict === "fail")).toBe(
      true,
    );
  } finally {
    await trial.close();
  }
});
