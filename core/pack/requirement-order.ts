import type { Requirement } from "./types.ts";

/** Requirements as people read them, by area and number, whichever module each stands in. */
export const inOrder = (requirements: readonly Requirement[]): readonly Requirement[] =>
  requirements.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : keyOf(left) > keyOf(right) ? 1 : 0));

const keyOf = ({ area, id }: Requirement): string => `${area} ${id}`;
