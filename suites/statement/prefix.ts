import type { Statement } from "./statement.ts";

type Addressed = Pick<Statement, "baseUrl" | "signedPrefix">;

/** The path of `baseUrl`, which stands ahead of every path of the pack when the SUT is called; empty without one. */
export const calledPrefix = ({ baseUrl }: Pick<Statement, "baseUrl">): string =>
  new URL(baseUrl).pathname.replace(/\/$/, "");

/** What stands there when the SUT verifies a signature: another path where a gateway strips or adds one. */
export const signedPrefix = (statement: Addressed): string => statement.signedPrefix ?? calledPrefix(statement);

/** Whether the path that is called differs from the one that the SUT sees, because a gateway changes it on the way. */
export const pathIsChanged = (statement: Addressed): boolean => signedPrefix(statement) !== calledPrefix(statement);
