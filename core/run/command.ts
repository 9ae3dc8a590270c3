import { INVOCATION } from "./invocation.ts";

/** A run to be repeated. */
export interface RepeatedRun {
  readonly role: "bank" | "platform";
  readonly statementFile: string;
  /** A glob; absent: the whole profile. */
  readonly only?: string;
  /** Modules of the pack; absent: all that the statement claims. */
  readonly modules?: readonly string[];
  readonly effort?: "smoke" | "standard" | "exhaustive";
  readonly seed?: number;
}

/**
 * The shell command that repeats a run, as it is typed where this program runs. An unusual effort is part of the command, because some checks run at that effort only.
 */
export function verifyCommand({ role, statementFile, only, modules, effort, seed }: RepeatedRun): string {
  return [
    `${INVOCATION} verify ${role} --sut ${shellWord(statementFile)}`,
    ...(only === undefined ? [] : [`--only ${quoted(only)}`]),
    ...(modules === undefined ? [] : [`--modules ${shellWord(modules.join(","))}`]),
    ...(effort === undefined || effort === "standard" ? [] : [`--effort ${effort}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
  ].join(" ");
}

/** Quoted unless every character is plain to a shell. */
function shellWord(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
