/** At most so much money of rows, or so many rows, with the same values in one day or month. */
export interface PeriodLimit<Expression> {
  /** Fields by whose values rows are taken together. */
  readonly fields: readonly string[];
  /** States in which a row counts. */
  readonly while: readonly string[];
  /** Money of the row; absent: rows are counted. */
  readonly sum?: Expression;
  readonly per: "day" | "month";
  /** The field with the date that says in which period a row counts. */
  readonly date: string;
  /** The most, money of a sum and an integer of a count, over the row; missing: this row is under no limit. */
  readonly most: Expression;
  /** The code of a call that would go beyond it. */
  readonly else: string;
}
