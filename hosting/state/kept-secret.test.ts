import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hmacSha256 } from "../../core/signature/hmac.ts";
import { UserError } from "../user-error.ts";
import { openSecret } from "./kept-secret.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "liantiao-secret-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const bytes = new TextEncoder().encode("a=1&b=2");
const fileOf = (name: string): string => join(directory, "keys", `${name}.secret`);

test("a secret is made once, and is the same at every start", () => {
  const first = openSecret(directory, "P1001", hmacSha256);
  const again = openSecret(directory, "P1001", hmacSha256);
  expect(again.secret.verify(bytes, first.secret.sign(bytes))).toBe(true);
  expect([first.serial, first.secretFile]).toEqual(["P1001-1", "keys/P1001.secret"]);
  expect(openSecret(directory, "P1002", hmacSha256).secret.verify(bytes, first.secret.sign(bytes))).toBe(false);
});

test("only its owner can read the file of a secret", () => {
  openSecret(directory, "P1001", hmacSha256);
  expect(statSync(fileOf("P1001")).mode & 0o777).toBe(0o600);
  chmodSync(fileOf("P1001"), 0o644);
  expect(() => openSecret(directory, "P1001", hmacSha256)).toThrow(/others than its owner may read it/);
});

test("a file that holds no secret is refused with a remedy and without its content", () => {
  openSecret(directory, "P1001", hmacSha256);
  writeFileSync(fileOf("P1001"), "too-short");
  let refusal: unknown;
  try {
    openSecret(directory, "P1001", hmacSha256);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(UserError);
  expect(String(refusal)).toMatch(/9 characters, allowed: 16 to 512/);
  expect(String(refusal)).not.toContain("too-short");
});

test("nothing that is told of a secret shows it", () => {
  const kept = openSecret(directory, "P1001", hmacSha256);
  const text = readFileSync(fileOf("P1001"), "utf8").trim();
  expect(JSON.stringify(kept)).not.toContain(text);
  expect(JSON.stringify(kept)).not.toContain(text.slice(0, 8));
});
