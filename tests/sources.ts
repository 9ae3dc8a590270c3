import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folder of the repository. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

export interface Source {
  /** From the root, with `/`: `core/run/log.ts`. */
  readonly file: string;
  readonly text: string;
}

/** Tests, and what only tests start or import. */
const OF_TESTS = /\.(?:test|child)\.ts$|\/testing\/|\.d\.ts$/;

/** The TypeScript of some top-level folders; tests are left out unless they are asked for. */
export function sourcesOf(folders: readonly string[], { tests = false } = {}): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((file) => file.endsWith(".ts") && (tests || !OF_TESTS.test(file)))
      .toSorted()
      .map((file) => ({ file, text: readFileSync(ROOT + file, "utf8") })),
  );
}

/** Source text without comments: a rule about code must not trip over words about it. Strings stay. */
export function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_match, string: string | undefined) => string ?? "",
  );
}
