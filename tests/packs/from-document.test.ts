import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { OpenQuestion } from "../../core/pack/open-question.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { documentPack } from "../../hosting/new-pack/document-pack.ts";
import { writePack } from "../../hosting/new-pack/folder.ts";
import { referenceParts } from "../../hosting/new-pack/reference-parts.ts";
import { openTrial } from "../../trials/trial.ts";

const documents = fileURLToPath(new URL("documents/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-from-document-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function made(name: string, file: string): string {
  const { files } = documentPack(
    name,
    { flag: file.includes(".har") ? "--from-har" : "--from-openapi", file: documents + file },
    referenceParts(),
  );
  return writePack(name, folder, files);
}

/** Accepts every guess. */
function answer(pack: string): void {
  const file = join(pack, "open-questions.json");
  const { questions } = JSON.parse(readFileSync(file, "utf8")) as { readonly questions: readonly OpenQuestion[] };
  writeFileSync(file, JSON.stringify({ questions: questions.map((one) => ({ ...one, answer: "as guessed" })) }));
}

const rulesBroken = (source: PackSource): readonly string[] => checkPack(source).map(({ rule }) => rule);

describe.each([
  ["pix", "pix.json", "authorization-header", "put-cob-txid", "get-cob-txid"],
  ["adyen", "adyen-payment-links.json", "authorization-header", "post-payment-links", "get-payment-links-link-id"],
  ["recorded", "recorded.har.json", "authorization-header", "post-v1-payments", "get-v1-payments-payment-id"],
  ["consents", "signed-consents.json", "detached-jws", "create-consent", "get-consent"],
])("the skeleton of %s", (name, file, style, create, read) => {
  test("nothing but open questions keeps the skeleton from being sound", async () => {
    const pack = made(name, file);
    const source = loadPack(pack);
    expect(new Set(rulesBroken(source))).toEqual(new Set(["question.open"]));
    expect(source.manifest.policies.envelope.style).toBe(style);
    expect(checkPack(source).map(({ remedy }) => remedy.en)).toContainEqual(expect.stringContaining('"envelope"'));

    expect(await judged(pack, "contract.valid-request/*")).toMatchObject({
      [`contract.valid-request/${create}`]: "pass",
      [`contract.valid-request/${read}`]: "pass",
    });
    answer(pack);
    expect(rulesBroken(loadPack(pack))).toEqual([]);
  });
});

/** Verdicts by check: the pack is served, called, and what was made is read back. */
async function judged(packFolder: string, only: string): Promise<Readonly<Record<string, string>>> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder });
  try {
    const lines = await trial.judge({ only });
    expect(trial.crashes).toEqual([]);
    return Object.fromEntries(lines.map(({ check, verdict }) => [check, verdict]));
  } finally {
    await trial.close();
  }
}
