import { execFileSync } from "node:child_process";

/** Whether a program that a test needs is here and does what it is asked for; a system may have it and forbid it. */
export function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
