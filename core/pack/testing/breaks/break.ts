/** One mistake put into the small pack: the member at a JSON Pointer replaced, and the problem that names it. */
export type Break = readonly [what: string, at: string, value: unknown, problem: string];
