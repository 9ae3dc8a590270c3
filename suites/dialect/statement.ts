import type { Statement } from "../statement/statement.ts";
import type { Fields } from "../wire/draft.ts";
import type { Dialect } from "./dialect.ts";

/** The statement with what it binds to scenarios named as the suites name it. */
export function retoldStatement(statement: Statement, { read }: Dialect): Statement {
  const fixtures = Object.entries(statement.fixtures).map(
    ([scenario, fixture]) =>
      [scenario, "values" in fixture ? { ...fixture, values: read(fixture.values) as Fields } : fixture] as const,
  );
  return { ...statement, fixtures: Object.fromEntries(fixtures) };
}
