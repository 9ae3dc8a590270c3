import type { Command } from "commander";
import { buildProgram } from "./program.ts";
import type { Language } from "./language/language.ts";

const leaves = (command: Command, before = ""): readonly (readonly [name: string, verb: Command])[] =>
  command.commands.length > 0
    ? command.commands.flatMap((inner) => leaves(inner, `${before} ${inner.name()}`.trim()))
    : [[before, command]];

const verbsIn = async (language: Language): Promise<readonly (readonly [name: string, verb: Command])[]> =>
  leaves(await buildProgram({ complain: () => {} }, [], language));

const chinese = new Map(await verbsIn("zh"));
const verbs = (await verbsIn("en")).map(([name, verb]) => ({
  name,
  arguments: verb.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
  purpose: { en: verb.summary(), zh: chinese.get(name)?.summary() },
  options: verb.options.map((option) => option.long ?? option.flags),
}));

// A process of its own, because nothing outside of `cli` imports it: `npm run docs` reads one line from here (`PrintedVerb`).
console.log(JSON.stringify(verbs));
