export interface NonceBounds {
  readonly minLength: number;
  readonly maxLength: number;
  /** A regular expression for the whole nonce; without one, printable ASCII without space, quotes and backslash. */
  readonly pattern?: string;
}

/**
 * The test for nonces within these bounds. Make it once: the pattern is compiled here.
 *
 * @throws RangeError for bounds that no nonce meets; SyntaxError for a pattern that does not compile.
 */
export function nonceRule(bounds: NonceBounds): (nonce: string) => boolean {
  if (!(bounds.minLength >= 1 && bounds.maxLength >= bounds.minLength)) {
    throw new RangeError(
      `nonce lengths ${bounds.minLength} to ${bounds.maxLength}: the least must be 1 or more and not above the most`,
    );
  }
  const pattern = bounds.pattern === undefined ? undefined : new RegExp(`^(?:${bounds.pattern})$`);
  return (nonce) =>
    nonce.length >= bounds.minLength &&
    nonce.length <= bounds.maxLength &&
    // Holds whatever the pattern says: a quote or a line break would leave its place in the header or the base.
    /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/.test(nonce) &&
    (pattern === undefined || pattern.test(nonce));
}
