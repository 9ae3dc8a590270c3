/** Quotations, commands, addresses and other names of things: they are the same in each language. */
const QUOTED = [
  /“[^”]*”/g,
  /‘[^’]*’/g,
  /"[^"\n]*"/g,
  /`[^`\n]*`/g,
  /\bliantiao(?: [\w./<>|=[\]-]+)+/g,
  // Names of fields, codes, files and flags.
  /[\w<>@$%*#~+-]*[/\\_.:=<>|{}[\]#@*][\w<>@$%*#~+./\\:=|{}[\]-]*/g,
  /(?<![\w-])--?[a-z][\w-]*/g,
  /\S*\d\S*/g,
];

/** A word of English prose: names in capitals, such as MUST, are terms. */
const RUN = /\b[A-Za-z]?[a-z']+(?:-[a-z]+)*(?: [A-Za-z]?[a-z']+(?:-[a-z]+)*){2,}\b/g;

/** Runs of three or more English words in a text that is meant to be Chinese, outside of what is quoted. */
export function englishRuns(text: string): readonly string[] {
  let left = text;
  for (const quoted of QUOTED) left = left.replace(quoted, "、");
  return [...left.matchAll(RUN)].map(([words]) => words);
}
