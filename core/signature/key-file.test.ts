import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readKeyFile } from "./key-file.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-key-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a key file is read as it is", () => {
  writeFileSync(join(folder, "key.pem"), "text");
  expect(readKeyFile(join(folder, "key.pem")).toString()).toBe("text");
});

test("a folder, a device, a pipe and a huge file are refused at once", () => {
  const pipe = join(folder, "pipe");
  expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
  const large = join(folder, "large.pem");
  writeFileSync(large, "x".repeat(256 * 1024 + 1));
  expect(() => readKeyFile(folder)).toThrow("a folder");
  expect(() => readKeyFile("/dev/zero")).toThrow("a device or a pipe");
  expect(() => readKeyFile(pipe)).toThrow("a device or a pipe");
  expect(() => readKeyFile(large)).toThrow("at most 262144");
});
