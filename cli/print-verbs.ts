import type { Command } from "commander";
import { buildProgram } from "./program.ts";

const verbsOf = (command: Command, before: string): readonly object[] =>
  command.commands.length > 0
    ? command.commands.flatMap((inner) => verbsOf(inner, `${before} ${inner.name()}`.trim()))
    : [
        {
          name: before,
          arguments: command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
          purpose: command.summary() || (command.description().split("\n")[0] ?? ""),
          options: command.options.map((option) => option.long ?? option.flags),
        },
      ];

// A process of its own, because nothing outside of `cli` imports it: `npm run docs` reads one line from here (`PrintedVerb`).
console.log(JSON.stringify(verbsOf(await buildProgram({ complain: () => {} }), "")));
