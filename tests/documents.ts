import { readFileSync, readdirSync } from "node:fs";
import { ROOT } from "./sources.ts";

/** Every document that a reader of the repository or of the package meets, from the root. */
export const documents: readonly string[] = [
  "README.md",
  "README.zh-CN.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "examples/rival-bank/README.md",
  "examples/rival-platform/README.md",
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The text of one document. */
export const textOf = (file: string): string => readFileSync(ROOT + file, "utf8");
