import type { Statement } from "../statement/statement.ts";

/**
 * A row of checks that run one after another, with customers that no check of another lane touches: a payment in one
 * lane moves no balance that another lane looks at. The statement is the run's, its fixtures are the lane's own.
 */
export interface Lane {
  readonly statement: Statement;
}
