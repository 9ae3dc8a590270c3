/** What is put to a SUT again. */
export interface Again {
  readonly role: "bank" | "platform";
  readonly statementFile: string;
  /** A glob; absent: the whole profile. */
  readonly only?: string;
  readonly effort?: "smoke" | "standard" | "exhaustive";
  readonly seed?: number;
}

/**
 * The command line that runs it, as a shell takes it: from the installed package, because whoever reads a report may have
 * nothing else. An effort other than the usual one is part of it: what only runs there would not be found without.
 */
export function verifyCommand({ role, statementFile, only, effort, seed }: Again): string {
  return [
    `npx liantiao verify ${role} --sut ${shellWord(statementFile)}`,
    ...(only === undefined ? [] : [`--only ${quoted(only)}`]),
    ...(effort === undefined || effort === "standard" ? [] : [`--effort ${effort}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
  ].join(" ");
}

/** Left as it is where no shell reads anything into it. */
function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
