import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { planRun } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plans a run of a statement with headers of its own. */
function planned(headers: Readonly<Record<string, string>>): ReturnType<typeof planRun> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(folder, "party.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "sut.pem"), publicKey.export({ type: "spki", format: "pem" }));
  const statementFile = join(folder, "sut.json");
  writeFileSync(
    statementFile,
    JSON.stringify({
      name: "Bank",
      role: "bank",
      pack: "cooperation",
      baseUrl: "http://127.0.0.1:8080",
      sutPartyId: "BANK01",
      parties: [{ partyId: "P1001", serial: "S1", algorithm: "WECHATPAY2-ED25519", privateKey: "party.pem" }],
      sutKeys: [{ serial: "B1", algorithm: "WECHATPAY2-ED25519", publicKey: "sut.pem" }],
      headers,
    }),
  );
  const packDirectory = fileURLToPath(new URL("../../specs/cooperation", import.meta.url));
  return planRun({ packDirectory, statementFile, effort: "smoke" }, false);
}

test("a header in which the pack carries signatures cannot be the statement's own", async () => {
  await expect(planned({ authorization: "Bearer abc" })).rejects.toMatchObject({
    problems: [{ pointer: "/headers/authorization", rule: { en: expect.stringContaining("carries the signature") } }],
  });
  expect((await planned({ "X-Api-Key": "abc" })).statement.headers).toEqual([["X-Api-Key", "abc"]]);
});
