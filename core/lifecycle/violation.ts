/** Found by a fault in pack or engine; nothing of the unit is committed. */
export class InvariantViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvariantViolation";
  }
}
