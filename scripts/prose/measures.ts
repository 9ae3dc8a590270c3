import { readdirSync, readFileSync } from "node:fs";
import { testNamesOf } from "./test-names.ts";

/** One thing that a measure counts, and where it stands. */
export interface Place {
  readonly where: string;
  readonly text: string;
}

/** What was counted of one rule of how we write, and whether it is within the limit. */
export interface Measure {
  readonly name: string;
  /** What was found, such as `12 of 340 (3.5 %)`. */
  readonly found: string;
  /** What is allowed; absent where the measure informs only. */
  readonly limit?: string;
  readonly within: boolean;
  /** Places that count against the rule, the worst first. */
  readonly places: readonly Place[];
}

export interface TextFile {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  readonly text: string;
}

export const LIMITS = {
  testNameCharacters: 80,
  negatedTestNamesPercent: 20,
  riddles: 15,
  readmeLines: 200,
  lineCharacters: 120,
  subjectCharacters: 72,
} as const;

const NEGATION = /\b(?:not|no|never|nobody|nothing|none|without|neither|nor|cannot)\b|n't\b/i;
const RIDDLES = ["nobody", "whoever", "somebody"];
const RIDDLE = new RegExp(`\\b(?:${RIDDLES.join("|")})\\b`, "gi");
/** The rule has to name the words that it looks for. */
const RULE_ITSELF = "scripts/prose/measures.ts";
const OUTSIDE = new Set(["node_modules", "dist", "coverage", "runs"]);
const OF_TESTS = /\.(?:test|child|fixture)\.ts$|\/testing\/|^tests\//;

const percent = (part: number, whole: number): string => `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(1)} %`;
const share = (part: number, whole: number): string => `${part} of ${whole} (${percent(part, whole)})`;

/** All TypeScript of a work tree: what is built, and what runs tests. */
export function typeScriptIn(root: string): readonly TextFile[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && !OUTSIDE.has(entry.name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(`${root}/${entry.name}`, { recursive: true, encoding: "utf8" }).map(
            (name) => `${entry.name}/${name.replaceAll("\\", "/")}`,
          )
        : [entry.name],
    )
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !file.includes("node_modules/"))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(`${root}/${file}`, "utf8") }));
}

/** Test names: how long they are, and how many say what is not. */
export function measureTestNames(files: readonly TextFile[]): readonly Measure[] {
  const read = files.filter(({ file }) => file.endsWith(".test.ts")).map(({ file, text }) => testNamesOf(file, text));
  const names = read.flatMap((one) => one.names);
  const computed = read.flatMap((one) => one.computed);
  const byLength = names.toSorted((one, other) => other.name.length - one.name.length);
  const long = byLength.filter(({ name }) => name.length > LIMITS.testNameCharacters);
  const negated = byLength.filter(({ name }) => NEGATION.test(name));
  const place = (one: { readonly file: string; readonly line: number; readonly name: string }): Place => ({
    where: `${one.file}:${one.line}`,
    text: one.name,
  });
  return [
    {
      name: `test names longer than ${LIMITS.testNameCharacters} characters`,
      found: share(long.length, names.length),
      limit: "none",
      within: long.length === 0,
      places: long.map((one) => ({ where: place(one).where, text: `${one.name.length}: ${one.name}` })),
    },
    {
      name: "test names with a negation",
      found: share(negated.length, names.length),
      limit: `${LIMITS.negatedTestNamesPercent} %`,
      within: 100 * negated.length <= LIMITS.negatedTestNamesPercent * names.length,
      places: negated.map(place),
    },
    {
      name: "tests whose name is computed, and is not measured",
      found: String(computed.length),
      within: true,
      places: computed.map(({ file, line }) => ({ where: `${file}:${line}`, text: "" })),
    },
  ];
}

/** Sources without tests: words that make a reader guess who is meant, and long lines. */
export function measureSources(files: readonly TextFile[]): readonly Measure[] {
  const lines = files
    .filter(({ file }) => !OF_TESTS.test(file) && file !== RULE_ITSELF)
    .flatMap(({ file, text }) =>
      text.split("\n").map((line, index) => ({ where: `${file}:${index + 1}`, text: line.trim(), raw: line })),
    );
  const riddles = lines.flatMap(({ where, text }) => (text.match(RIDDLE) ?? []).map(() => ({ where, text })));
  const long = lines
    .filter(({ raw }) => raw.length > LIMITS.lineCharacters)
    .toSorted((one, other) => other.raw.length - one.raw.length);
  return [
    {
      name: `${RIDDLES.map((word) => `"${word}"`).join(", ")} in sources`,
      found: String(riddles.length),
      limit: String(LIMITS.riddles),
      within: riddles.length <= LIMITS.riddles,
      places: riddles,
    },
    {
      name: `source lines longer than ${LIMITS.lineCharacters} characters`,
      found: share(long.length, lines.length),
      within: true,
      places: long.map(({ where, text, raw }) => ({ where, text: `${raw.length}: ${text}` })),
    },
  ];
}

/** Lines of each README. */
export function measureReadmes(files: readonly TextFile[]): readonly Measure[] {
  return files.map(({ file, text }) => {
    const lines = text.trimEnd().split("\n").length;
    return {
      name: `lines of ${file}`,
      found: String(lines),
      limit: String(LIMITS.readmeLines),
      within: lines <= LIMITS.readmeLines,
      places: lines <= LIMITS.readmeLines ? [] : [{ where: `${file}:${LIMITS.readmeLines + 1}`, text: "" }],
    };
  });
}

/** Subjects of commits; they inform only, because a subject that is pushed stays. */
export function measureSubjects(commits: readonly { readonly id: string; readonly subject: string }[]): Measure {
  const long = commits
    .filter(({ subject }) => subject.length > LIMITS.subjectCharacters)
    .toSorted((one, other) => other.subject.length - one.subject.length);
  return {
    name: `commit subjects longer than ${LIMITS.subjectCharacters} characters`,
    found: share(long.length, commits.length),
    within: true,
    places: long.map(({ id, subject }) => ({ where: id, text: `${subject.length}: ${subject}` })),
  };
}
