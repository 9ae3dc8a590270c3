import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { explainingWriteErrors } from "./run-folder.ts";
import { UserError } from "../hosting/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "run-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const full = (): never => {
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};
const of = (where: string, write: () => unknown): Promise<unknown> =>
  explainingWriteErrors(where, write).catch((thrown: unknown) => thrown);

describe("the folder of a run", () => {
  test("an unwritable run folder is a user error before anything is judged", async () => {
    writeFileSync(join(folder, "file"), "");
    const below = join(folder, "file", "run");
    const thrown = await of(below, () => mkdirSync(below, { recursive: true }));
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({
      exitCode: 2,
      details: { where: below },
      message: expect.stringContaining("ENOTDIR") as string,
    });
  });

  test("a disk that fills up during a run ends it undecided, and says so", async () => {
    writeFileSync(join(folder, "events.ndjson"), "");
    expect(await of(folder, full)).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("it has no verdict") as string,
      details: { next: { en: expect.stringContaining("make room") as string } },
    });
  });

  test("errors of our own pass through unchanged", async () => {
    const defect = new TypeError("x is undefined");
    expect(
      await of(folder, () => {
        throw defect;
      }),
    ).toBe(defect);
    expect(await explainingWriteErrors(folder, () => 5)).toBe(5);
  });
});
