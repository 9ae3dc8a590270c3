import { posix } from "node:path";
import { expect, test } from "vitest";
import { sourcesOf, withoutComments } from "./sources.ts";
import type { Source } from "./sources.ts";

/** Which top-level folders a folder may import from. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ["core", "specs"],
  simulator: ["simulator", "core", "specs"],
  suites: ["suites", "core", "specs"],
  reports: ["reports", "core", "specs"],
  hosting: ["hosting", "simulator", "suites", "core", "specs"],
};

/** Folders that use the program as a process at most: what they need of a served party is in `hosting`. */
const OUTSIDE_THE_COMMAND_LINE = ["bench", "examples", "scripts", "tests", "trials"];

/** Shared with scripts that run outside of Node: neither Node's modules nor anything that leads to them. */
const WITHOUT_NODE = [
  "core/envelope/authorization-header/base.ts",
  "core/envelope/authorization-header/authorization.ts",
  "core/signature/base64.ts",
  "core/json/canonical.ts",
];

interface Import {
  readonly specifier: string;
  /** From the root, for a relative import. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
}

function importsOf({ file, text }: Source): readonly Import[] {
  const statements = [
    ...withoutComments(text).matchAll(
      /(?:^|[;\n}])\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']|\bimport\s*\(\s*(?:\/\*.*?\*\/\s*)?["']([^"']+)["']/g,
    ),
  ];
  return statements.map(([, typeOnly, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? "";
    return {
      specifier,
      typeOnly: typeOnly !== undefined,
      target: specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(file), specifier)) : undefined,
    };
  });
}

function oneWay(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ target }) => {
      const allowed = MAY_IMPORT[source.file.split("/")[0] ?? ""];
      const folder = target?.split("/")[0];
      return target === undefined || allowed === undefined || allowed.includes(folder ?? "")
        ? []
        : [`${source.file} imports ${target}; it may import from ${allowed.join(", ")}`];
    }),
  );
}

function importsOfTheCommandLine(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    importsOf(source)
      .filter(({ target }) => target?.startsWith("cli/") === true)
      .map(({ target }) => `${source.file} imports ${target}; take it from hosting, or start cli/main.ts as a process`),
  );
}

/** Laws judge what the packs and the engine say, so they must not read them; types vanish, and are free. */
function independentLaws(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ file }) => file.startsWith("suites/laws/"))
    .flatMap((source) =>
      importsOf(source)
        .filter(
          ({ target, typeOnly }) =>
            target !== undefined &&
            !typeOnly &&
            /^(core\/(pack|lifecycle|expression)\/|specs\/|suites\/pack-view)/.test(target),
        )
        .map(({ target }) => `${source.file} imports ${target}; a law reads no pack and no lifecycle engine`),
    );
}

/** Files of a folder that lead back to themselves, each with the way; types count too, since whoever reads a file reads what it speaks of. */
function circles(folder: string, sources: readonly Source[]): readonly string[] {
  const byFile = new Map(
    sources.filter(({ file }) => file.startsWith(`${folder}/`)).map((source) => [source.file, importsOf(source)]),
  );
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    const at = way.indexOf(file);
    if (at >= 0) return [[...way.slice(at), file].join(" -> ")];
    if (done.has(file)) return [];
    const found = (byFile.get(file) ?? []).flatMap(({ target }) =>
      target === undefined || !byFile.has(target) ? [] : visit(target, [...way, file]),
    );
    done.add(file);
    return found;
  };
  return [...byFile.keys()].flatMap((file) => visit(file, []));
}

/** Follows value imports from a file; gives every way that leads to what is unwanted. Imports at run time count. */
function waysTo(entry: string, unwanted: (found: Import) => boolean, sources: readonly Source[]): readonly string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const seen = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    const source = byFile.get(file);
    if (source === undefined || seen.has(file)) return [];
    seen.add(file);
    return importsOf(source)
      .filter(({ typeOnly }) => !typeOnly)
      .flatMap((found) => {
        const { specifier, target } = found;
        if (unwanted(found)) return [[...way, file, target ?? specifier].join(" -> ")];
        return target === undefined ? [] : visit(target, [...way, file]);
      });
  };
  return visit(entry, []);
}

function waysToNode(entry: string, sources: readonly Source[]): readonly string[] {
  return waysTo(entry, ({ specifier }) => specifier.startsWith("node:"), sources);
}

/** What a simulator that is served has no use for: it would be in its memory for as long as it is served. */
function forJudging({ specifier, target }: Import): boolean {
  return /^(?:suites|reports)\//.test(target ?? "") || /^(?:fast-check|@faker-js\/|vitest)/.test(specifier);
}

const sources = sourcesOf(Object.keys(MAY_IMPORT));

test("every folder has sources to look at", () => {
  for (const folder of Object.keys(MAY_IMPORT))
    expect(
      sources.some(({ file }) => file.startsWith(`${folder}/`)),
      folder,
    ).toBe(true);
  expect(sources.flatMap(importsOf).filter(({ target }) => target !== undefined).length).toBeGreaterThan(100);
});

test("simulator, suites and reports import from core, and hosting from all but reports", () => {
  expect(oneWay(sources)).toEqual([]);
});

test("trials, benchmarks, examples, scripts and tests leave the command line alone", () => {
  const outside = sourcesOf(OUTSIDE_THE_COMMAND_LINE, { tests: true });
  for (const folder of OUTSIDE_THE_COMMAND_LINE)
    expect(
      outside.some(({ file }) => file.startsWith(`${folder}/`)),
      folder,
    ).toBe(true);
  expect(importsOfTheCommandLine(outside)).toEqual([]);
});

test.each(["core", "suites", "reports", "hosting"])("imports in %s are free of cycles", (folder) => {
  expect(circles(folder, sources)).toEqual([]);
});

test("laws import neither a pack nor the lifecycle engine", () => {
  expect(independentLaws(sources)).toEqual([]);
});

test("message building and canonical forms are free of Node's modules", () => {
  for (const entry of WITHOUT_NODE) {
    expect(
      sources.some(({ file }) => file === entry),
      entry,
    ).toBe(true);
    expect(waysToNode(entry, sources)).toEqual([]);
    const text = sources.find(({ file }) => file === entry)?.text ?? "";
    expect(withoutComments(text), entry).not.toMatch(/\bBuffer\b|\bprocess\./);
  }
});

test("serving a role leaves out modules that only judging needs", () => {
  const withVerbs = [...sources, ...sourcesOf(["cli"])];
  expect(withVerbs.some(({ file }) => file === "cli/verbs/serve.ts")).toBe(true);
  expect(waysTo("cli/verbs/serve.ts", forJudging, withVerbs)).toEqual([]);
  expect(waysTo("cli/verbs/verify.ts", forJudging, withVerbs)).not.toEqual([]);
});

test("the rules see what breaks them", () => {
  const suite = { file: "suites/checks/x.ts", text: 'import type { A } from "../../simulator/a.ts";\n' };
  const core = { file: "core/a/b.ts", text: 'export { b } from "../../suites/b.ts";' };
  const lazy = { file: "reports/x.ts", text: 'const x = await import("../simulator/x.ts");' };
  const host = { file: "hosting/a.ts", text: 'import { a } from "../cli/a.ts";' };
  expect(oneWay([suite, core, lazy, host])).toHaveLength(4);
  const trial = { file: "trials/a.test.ts", text: 'import { a } from "../cli/a.ts";\nnew URL("../cli/main.ts");' };
  expect(importsOfTheCommandLine([trial])).toHaveLength(1);
  const round = [
    { file: "core/a.ts", text: 'import type { B } from "./b.ts";' },
    { file: "core/b.ts", text: 'import { c } from "./c.ts";' },
    { file: "core/c.ts", text: 'import { a } from "./a.ts";' },
  ];
  expect(circles("core", round)).toEqual(["core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts"]);
  expect(
    oneWay([{ file: "suites/x.ts", text: '// import "../simulator/a.ts";\nimport { a } from "../core/a.ts";' }]),
  ).toEqual([]);
  expect(
    independentLaws([{ file: "suites/laws/x.ts", text: 'import { loadPack } from "../../core/pack/load.ts";' }]),
  ).toHaveLength(1);
  const through = [
    { file: "core/a.ts", text: 'import { b } from "./b.ts";' },
    { file: "core/b.ts", text: 'import {\n  x,\n} from "node:fs";' },
  ];
  expect(waysToNode("core/a.ts", through)).toEqual(["core/a.ts -> core/b.ts -> node:fs"]);
});
