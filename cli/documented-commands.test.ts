import { expect, test } from "vitest";
import { documents, textOf } from "../tests/documents.ts";
import { buildProgram } from "./program.ts";

const program = await buildProgram({ complain: () => {} });

test.each(documents)("the document %s calls existing verbs and flags", (file) => {
  const known = new Map(
    program.commands.flatMap((command) => [
      [command.name(), command] as const,
      ...command.commands.map((inner) => [`${command.name()} ${inner.name()}`, inner] as const),
    ]),
  );
  const lines = textOf(file)
    .split("\n")
    .flatMap((line) =>
      [...line.matchAll(/(?:(?:^|npx --no |`|\.tgz )liantiao |npm run -s liantiao -- )([a-z][^`#]*)/g)].map(
        ([, words = ""]) => words.trim().split(/\s+/),
      ),
    );
  for (const [verb = "", second = "", ...rest] of lines) {
    const command = known.get(`${verb} ${second}`) ?? known.get(verb);
    expect(command?.name(), `liantiao ${verb} ${second}`).toBeDefined();
    const flags = [second, ...rest].flatMap((word) => /^--[a-z-]+/.exec(word) ?? []);
    const allowed =
      command?.options.flatMap((option) => [option.long ?? "", option.long?.replace("--no-", "--") ?? ""]) ?? [];
    expect(
      flags.filter((flag) => flag !== "--help" && !allowed.includes(flag)),
      `liantiao ${verb} ${second} ${rest.join(" ")}`,
    ).toEqual([]);
  }
});
