import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generated } from "../scripts/generated-regions.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the generated tables of the documents are what pack and registries say", () => {
  const documents = generated(root);
  expect(documents.map(({ file }) => file)).toContain("README.md");
  for (const { file, text } of documents) expect(readFileSync(root + file, "utf8"), `${file} is stale; run npm run docs`).toBe(text);
});
