import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadStatement } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "statement-"));
const SECRET = "0123456789abcdef0123456789abcdef";
writeFileSync(join(folder, "p1.secret"), `${SECRET}\n`);
writeFileSync(join(folder, "bad.secret"), "a b\nc\n");

const party = { partyId: "P1001", serial: "P1001-1", algorithm: "HMAC-SHA256", secret: "p1.secret" };
const good = {
  name: "Bank",
  role: "bank",
  pack: "keyvalue",
  baseUrl: "http://127.0.0.1:8080",
  sutPartyId: "BANK01",
  parties: [party],
};

function loaded(content: unknown): ReturnType<typeof loadStatement> {
  const file = join(folder, "sut.json");
  writeFileSync(file, JSON.stringify(content));
  return loadStatement(file);
}

test("a party that shares a secret names its file, and the SUT needs no key", () => {
  const { ok, ...rest } = loaded(good);
  expect(ok).toBe(true);
  expect(rest).toMatchObject({ statement: { parties: [{ key: { secret: SECRET } }], sutKeys: [] } });
});

test.each([
  ["neither key nor secret", { ...party, secret: undefined }, /privateKey.+ is missing/],
  ["both a key and a secret", { ...party, privateKey: "p1.secret" }, /stands beside a privateKey/],
  ["a secret of two lines", { ...party, secret: "bad.secret" }, /is not a secret: one line of 16 to 512/],
  ["the secret itself in place of a file name", { ...party, secret: SECRET }, /the file cannot be read/],
])("%s is refused with its place, and no secret is repeated", (_what, wrong, rule) => {
  const outcome = loaded({ ...good, parties: [wrong] });
  if (outcome.ok) throw new Error("the statement was taken");
  const told = JSON.stringify(outcome.problems);
  expect(told).toMatch(rule);
  expect(told).toMatch(/"pointer":"\/parties\/0/);
  expect(told).not.toContain(SECRET);
});

test("a statement of key pairs without keys of the SUT is told what is missing", () => {
  const outcome = loaded({ ...good, parties: [{ ...party, secret: undefined, privateKey: "p1.secret" }] });
  expect(outcome.ok ? "" : JSON.stringify(outcome.problems)).toMatch(/"pointer":"\/sutKeys"/);
});
