import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { loadPack } from "../../core/pack/load.ts";
import { writePack } from "../../hosting/new-pack/folder.ts";
import { referenceParts } from "../../hosting/new-pack/reference-parts.ts";
import { smallestPack } from "../../hosting/new-pack/smallest-pack.ts";
import { openTrial } from "../../trials/trial.ts";

/*
 * docs/recipes/pack.md, followed to the letter: whoever writes a pack by it has one that is sound, is served, and conforms.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-own-pack-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Code {
  readonly stage: string;
}

function written(): string {
  const ours = join(mkdtempSync(join(folder, "by-the-recipe-")), "ours");
  mkdirSync(ours);
  for (const name of ["pack.json", "errors.json", "requirements"])
    cpSync(join(root, "specs/cooperation", name), join(ours, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(ours, "pack.json"), "utf8")) as object;
  writeFileSync(
    join(ours, "pack.json"),
    JSON.stringify({ ...manifest, name: "ours", title: { en: "Ours", zh: "我们的" }, accounts: {}, fees: {} }),
  );

  const recipe = readFileSync(join(root, "docs/recipes/pack.md"), "utf8");
  // A block of JSON belongs to the file of the pack that was named last before it.
  const files = [...recipe.matchAll(/```json\n([\s\S]*?)```/g)].map((block) => ({
    name: [...recipe.slice(0, block.index).matchAll(/`ours\/([\w./-]+\.json)`/g)].at(-1)?.[1] ?? "",
    text: block[1] ?? "",
  }));
  expect(files.map(({ name }) => name)).toEqual([
    "interfaces/note.create.json",
    "interfaces/note.query.json",
    "lifecycles/note.json",
    "errors.json",
  ]);
  for (const { name, text } of files) {
    mkdirSync(join(ours, name, ".."), { recursive: true });
    if (name !== "errors.json") writeFileSync(join(ours, name), text);
  }
  const known = (
    JSON.parse(readFileSync(join(ours, "errors.json"), "utf8")) as { readonly errors: readonly Code[] }
  ).errors.filter(({ stage }) => stage !== "idempotency" && stage !== "guards");
  writeFileSync(
    join(ours, "errors.json"),
    JSON.stringify({ errors: [...known, ...(JSON.parse(files.at(-1)?.text ?? "[]") as readonly Code[])] }),
  );
  return ours;
}

test("pack new writes the pack of the recipe", () => {
  const made = writePack("made", folder, smallestPack("made", referenceParts()));
  expect(checkPack(loadPack(made))).toEqual([]);
  const bySteps = loadPack(written());
  const { interfaces, lifecycles, errors, requirements } = loadPack(made);
  expect({ interfaces, lifecycles, errors }).toEqual({
    interfaces: bySteps.interfaces,
    lifecycles: bySteps.lifecycles,
    errors: bySteps.errors,
  });
  // Those of the modules of the reference pack too, for what is added later.
  expect(requirements.map(({ id }) => id)).toEqual(expect.arrayContaining(bySteps.requirements.map(({ id }) => id)));
});

test("a pack written by the recipe is sound, and its bank passes what it demands", async () => {
  const ours = written();
  expect(checkPack(loadPack(ours))).toEqual([]);
  const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: ours });
  try {
    const lines = await trial.judge({});
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]),
    ).toEqual([]);
    const judged = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of [
      "contract.valid-request/note.query",
      "signature.absent/note.create",
      "idempotency.copies/note.create",
      "replay.exact/note.create",
      "errors.wrong-route/note.create",
    ])
      expect(judged).toContain(check);
    expect(trial.crashes).toEqual([]);
  } finally {
    await trial.close();
  }
});
