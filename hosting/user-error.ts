/** What a user can mend: shown without a stack trace, and the process ends with 2, or with 3 where something was judged already. */
export class UserError extends Error {
  readonly where: string | undefined;
  readonly allowed: string | undefined;
  readonly next: string | undefined;
  readonly exitCode: 2 | 3;

  /** `what` was wrong, `where` (file and JSON Pointer, flag), what is `allowed` there, and what to do `next`. */
  constructor(
    what: string,
    details: {
      readonly where?: string;
      readonly allowed?: string;
      readonly next?: string;
      readonly exitCode?: 2 | 3;
      readonly cause?: unknown;
    } = {},
  ) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "UserError";
    this.where = details.where;
    this.allowed = details.allowed;
    this.next = details.next;
    this.exitCode = details.exitCode ?? 2;
  }

  /** The lines a person reads. */
  get lines(): readonly string[] {
    const rows: readonly (readonly [string, string | undefined])[] = [
      ["where", this.where],
      ["allowed", this.allowed],
      ["next", this.next],
    ];
    return [
      this.message,
      ...rows.flatMap(([label, text]) => (text === undefined ? [] : [`  ${`${label}:`.padEnd(9)}${text}`])),
    ];
  }
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
