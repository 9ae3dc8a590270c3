import { afterEach, expect, test, vi } from "vitest";
import { buildProgram, runProgram } from "./program.ts";

afterEach(() => vi.restoreAllMocks());

async function printed(...words: string[]): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  expect(await runProgram(words, { complain: (complaint) => void (text += complaint) })).toBe(0);
  vi.restoreAllMocks();
  return text;
}

const verbs = (await buildProgram({ complain: () => {} })).commands.map((command) => command.name());

test.each(verbs.filter((verb) => verb !== "demo"))(
  "`%s --help` shows examples that begin with an existing verb",
  async (verb) => {
    const shown = await printed(verb, "--help");
    const examples = shown
      .slice(shown.indexOf("Examples:"))
      .split("\n")
      .slice(1)
      .filter((line) => line.startsWith("  "));
    expect(examples.length).toBeGreaterThan(0);
    for (const line of examples) expect(line).toContain(` ${verb} `.trimEnd());
  },
);

test("the whole help names every verb and the exit codes", async () => {
  const shown = await printed("--help");
  for (const word of [...verbs, "Exit codes", "undecided"]) expect(shown).toContain(word);
});

test("only the verb that runs is loaded", async () => {
  const program = await buildProgram({ complain: () => {} }, ["faults", "list"]);
  expect(program.commands.map((command) => command.name())).toEqual(["faults"]);
});
