import type { Bilingual } from "../run/verdict.ts";

/** A value of this beginning names a variable that has it: a secret store of CI writes no files. */
const ENVIRONMENT = "env:";

/** A variable of the environment that a statement names. */
export interface NamedVariable {
  readonly name: string;
  /** Empty where there is none. */
  readonly text: string;
  /** What to say where there is none. */
  readonly missing: Bilingual;
}

/** The variable that a value names as `env:NAME`; undefined for any other value. */
export function namedVariable(value: string): NamedVariable | undefined {
  if (!value.startsWith(ENVIRONMENT)) return undefined;
  const name = value.slice(ENVIRONMENT.length);
  return {
    name,
    text: process.env[name] ?? "",
    missing: { en: `the environment has no variable ${name}`, zh: `没有环境变量 ${name}` },
  };
}
