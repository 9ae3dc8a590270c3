/** Thrown within the engine to leave a unit early with a refusal. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
