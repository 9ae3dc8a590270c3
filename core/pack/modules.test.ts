import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { checkPack } from "./check.ts";
import { compilePack } from "./compile.ts";
import { loadPack } from "./load.ts";
import { PackProblems } from "./problem.ts";
import type { Problem } from "./problem.ts";

const REFERENCE = fileURLToPath(new URL("../../specs/cooperation", import.meta.url));
const made = mkdtempSync(join(tmpdir(), "liantiao-modules-"));
afterAll(() => rmSync(made, { recursive: true, force: true }));
let copies = 0;

/** A copy of the reference pack with something done to it. */
function copied(change: (folder: string) => void = () => {}): string {
  copies += 1;
  const folder = join(made, String(copies), "cooperation");
  cpSync(REFERENCE, folder, { recursive: true });
  change(folder);
  return folder;
}

/** Changes the text of a file. */
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
  writeFileSync(file, text.replace(from, to));
}

/** What is wrong with a pack, whether it is found in reading or in checking. */
function problemsOf(folder: string): readonly Problem[] {
  try {
    return checkPack(loadPack(folder));
  } catch (cause) {
    if (cause instanceof PackProblems) return cause.problems;
    throw cause;
  }
}

const told = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ rule, file, pointer }) => `${rule} ${file}#${pointer}`);

describe("modules", () => {
  it("the reference pack has its modules, and each thing is in one or beside all", () => {
    const { modules = [], interfaces } = loadPack(REFERENCE);
    expect(modules.map(({ name, needs }) => [name, needs])).toEqual([
      ["account", []],
      ["keys", []],
      ["payment", ["account"]],
      ["payout", ["account"]],
      ["reconciliation", []],
      ["risk", []],
      ["scenario", ["account", "payment"]],
      ["supplychain", []],
    ]);
    const held = new Set(modules.flatMap(({ holds }) => holds.interfaces));
    expect(interfaces.filter(({ id }) => !held.has(id)).map(({ id }) => id)).toEqual(["echo"]);
  });

  it("the digest of a pack covers the files of its modules", () => {
    const changed = copied((folder) => edit(join(folder, "payout/module.json"), "Payouts", "Payments out"));
    expect(loadPack(changed).digest).not.toBe(loadPack(copied()).digest);
  });

  it("a pack without a module that no other needs lacks what names it alone", () => {
    const folder = copied((at) => rmSync(join(at, "keys"), { recursive: true }));
    expect(problemsOf(folder)).toEqual([]);
    expect(compilePack(loadPack(folder)).source.interfaces.some(({ id }) => id === "key.list")).toBe(false);
  });

  it("pack check names the module that another one needs and that is not there", () => {
    const folder = copied((at) => renameSync(join(at, "account"), join(made, "taken-away")));
    const missing = problemsOf(folder).filter(({ rule }) => rule === "module.missing");
    expect(told(missing)).toEqual([
      "module.missing payment/module.json#/needs/0",
      "module.missing payout/module.json#/needs/0",
      "module.missing scenario/module.json#/needs/0",
    ]);
    expect(missing[0]?.message.en).toBe('The module payment needs the module "account", which is not there.');
    expect(missing[0]?.remedy.en).toContain("Copy the folder account/ into the pack.");
  });

  it("pack check tells where a module uses another one that it does not declare", () => {
    const folder = copied((at) => edit(join(at, "payout/module.json"), '"needs": ["account"]', '"needs": []'));
    const found = problemsOf(folder);
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(["module.undeclared"]));
    expect(told(found)).toContain("module.undeclared payout/lifecycles/payout.json#/transitions/0/load/payee/resource");
    expect(found[0]?.remedy.en).toMatch(/^Add "account" to needs in payout\/module\.json/u);
  });

  it("pack check tells where what all modules share uses a module", () => {
    const folder = copied((at) =>
      edit(join(at, "interfaces/echo.json"), '"errors": []', '"errors": ["BILL_NOT_FOUND"]'),
    );
    expect(told(problemsOf(folder))).toContain("module.undeclared interfaces/echo.json#/errors");
  });

  it("pack check tells where a module uses a view of another one", () => {
    const folder = copied((at) =>
      edit(
        join(at, "payout/lifecycles/payout.json"),
        '{ "that": { "view": "target-allowed" }',
        '{ "that": { "view": "bill-kept" }',
      ),
    );
    expect(told(problemsOf(folder))).toContain(
      "module.undeclared payout/lifecycles/payout.json#/transitions/0/require/1/that",
    );
  });

  it("pack check finds a need that nothing uses, and a need that is misspelt", () => {
    const unneeded = copied((at) => edit(join(at, "payout/module.json"), '["account"]', '["account", "keys"]'));
    expect(told(problemsOf(unneeded))).toEqual(["module.unneeded payout/module.json#/needs/1"]);
    const misspelt = copied((at) => edit(join(at, "payout/module.json"), '["account"]', '["acount"]'));
    expect(problemsOf(misspelt)[0]?.remedy.en).toContain('Did you mean "account"?');
  });

  it("pack check tells a mistake in the file of the module that has it", () => {
    const code = copied((at) =>
      edit(join(at, "payment/errors.json"), '"guards",\n      "rank": 41', '"system",\n      "rank": 41'),
    );
    expect(told(problemsOf(code)).every((one) => one.includes(" payment/"))).toBe(true);
    const requirement = copied((at) => edit(join(at, "payment/requirements/lifecycle.json"), '"LIF-02"', '"LIF-01"'));
    expect(told(problemsOf(requirement))).toEqual([
      "id.duplicate payment/requirements/lifecycle.json#/requirements/1/id",
    ]);
    const view = copied((at) => edit(join(at, "payment/views.json"), "$payment.fee", "$payment.fees"));
    expect(told(problemsOf(view))).toEqual(["expression.path payment/views.json#/views/payment/fee"]);
  });

  it("a name that two parts of a pack have is refused", () => {
    const folder = copied((at) =>
      cpSync(join(at, "payout/messages/payout.json"), join(at, "payment/messages/payout.json")),
    );
    expect(told(problemsOf(folder))).toEqual(["file.twice payout/messages/payout.json#"]);
  });

  it("a folder with files of a pack and without a module.json is told", () => {
    const folder = copied((at) => {
      mkdirSync(join(at, "marketing/interfaces"), { recursive: true });
      mkdirSync(join(at, "notes"));
    });
    expect(told(problemsOf(folder))).toEqual(["module.file marketing/module.json#"]);
  });
});
