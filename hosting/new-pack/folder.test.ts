import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../user-error.ts";
import { refuseName, writePack } from "./folder.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-new-pack-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the name of a new pack", () => {
  test.each(["ours", "our-bank", "bank2"])("takes the name %s", (name) => {
    expect(() => refuseName(name, folder)).not.toThrow();
  });

  test.each(["Our", "our_bank", "../ours", "a/b", "-", "a--b", "2banks", "cooperation", "a".repeat(65), ""])(
    "refuses the name %j",
    (name) => {
      expect(() => refuseName(name, folder)).toThrow(UserError);
    },
  );

  test("a folder that exists is left as it is", () => {
    mkdirSync(join(folder, "there"));
    expect(() => refuseName("there", folder)).toThrow(/exists already/u);
  });
});

describe("writing a new pack", () => {
  test("the files stand in the folder of the pack", () => {
    const written = writePack("written", folder, { "pack.json": {}, "interfaces/a.json": {} });
    expect(readdirSync(written).toSorted()).toEqual(["interfaces", "pack.json"]);
  });

  test("a place that cannot be written leaves nothing behind", () => {
    const before = readdirSync(folder);
    expect(() => writePack("lost", folder, { "pack.json": {}, "pack.json/below.json": {} })).toThrow(UserError);
    expect(readdirSync(folder)).toEqual(before);
  });
});
