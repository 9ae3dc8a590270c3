import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Level } from "../../core/load/level.ts";
import { openSloYaml } from "../../core/load/openslo/write.ts";
import { loadPack } from "../../core/pack/load.ts";
import { packView } from "../pack-view.ts";
import { LoadError, planLoad } from "./plan.ts";

const pack = packView(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), "liantiao-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LEVEL: Level = {
  name: "answered",
  title: { en: "Answered", zh: "有应答" },
  source: "a test",
  good: { endings: ["success"] },
  target: 0.9,
};

/** A file with one level. */
function fileOf(name: string, change: Partial<Level> = {}): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, openSloYaml([{ ...LEVEL, name, ...change }], "bank"));
  return file;
}

const PROFILE = { interfaces: ["*"], except: [], requirementsExcept: [] };

const namesOf = (given: { readonly levels?: readonly string[]; readonly levelFiles?: readonly string[] }) => {
  const { levels, levelFiles } = given;
  const statement = { role: "bank" as const, profile: PROFILE, ...(levels === undefined ? {} : { levels }) };
  return planLoad(pack, statement, "smoke", { levelFiles }).levels.map(({ name }) => name);
};

const refusalOf = (levelFiles: readonly string[]): LoadError => {
  try {
    namesOf({ levelFiles });
  } catch (cause) {
    if (cause instanceof LoadError) return cause;
    throw cause;
  }
  throw new Error("the load was planned");
};

describe("the service levels of a load", () => {
  test("are those of the pack", () => {
    expect(namesOf({})).toContain("payments-quick");
  });

  test("are those of the statement in place of the pack's", () => {
    expect(namesOf({ levels: [fileOf("of-statement")] })).toEqual(["of-statement"]);
  });

  test("are those of the files in place of both", () => {
    const levelFiles = [fileOf("one"), fileOf("other")];
    expect(namesOf({ levels: [fileOf("of-statement")], levelFiles })).toEqual(["one", "other"]);
  });

  test("may be of an interface of the pack, and of no other", () => {
    const known = pack.source.interfaces[0]?.id ?? "";
    expect(namesOf({ levelFiles: [fileOf("known", { interface: known })] })).toEqual(["known"]);
    const refused = refusalOf([fileOf("unknown", { interface: `${known}x` })]);
    expect(refused).toMatchObject({ where: "--slo", near: known });
    expect(refused.said.en).toContain("the service level unknown is of");
  });

  test("are refused with the place of what is wrong", () => {
    const file = join(folder, "wrong.yaml");
    writeFileSync(file, "kind: SLO\n");
    expect(refusalOf([file]).said.en).toContain(`${file}:1: It must have required property 'spec'.`);
  });
});
