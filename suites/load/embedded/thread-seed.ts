/** The seed from which one thread of a load draws identifiers and nonces of its own. */
export const threadSeed = (seed: number, part: number): number => seed + 7919 * (part + 1);
