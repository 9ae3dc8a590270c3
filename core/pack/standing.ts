import type { Problem } from "./problem.ts";
import type { PackSource } from "./types.ts";

/**
 * The problem at the place where an author finds it: what a view says stands in the views, although a rule meets it
 * where the view is used.
 */
function standing(source: Pick<PackSource, "views">, problem: Problem): Problem {
  const use = source.views?.uses
    .filter(({ file, pointer }) => file === problem.file && isAtOrBelow(problem.pointer, pointer))
    // Of views in views, the innermost.
    .toSorted((left, right) => right.pointer.length - left.pointer.length)
    .find(({ view }) => Object.hasOwn(source.views?.defined ?? {}, view));
  if (use === undefined) return problem;
  const { message } = problem;
  const used = `${use.file}#${use.pointer}`;
  return {
    ...problem,
    file: VIEWS_FILE,
    pointer: `/views/${use.view}${problem.pointer.slice(use.pointer.length)}`,
    message: { en: `${message.en} (Used in ${used}.)`, zh: `${message.zh}（用于 ${used}。）` },
  };
}

/** The problems where an author finds them; what is wrong with a view is told once, for the first of its uses. */
export function allStanding(source: Pick<PackSource, "views">, problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.flatMap((problem) => {
    const found = standing(source, problem);
    const key = `${found.rule} ${found.file}#${found.pointer} ${problem.message.en}`;
    if (found !== problem && told.has(key)) return [];
    told.add(key);
    return [found];
  });
}

/** The file of a pack that names its views. */
export const VIEWS_FILE = "views.json";

const isAtOrBelow = (pointer: string, place: string): boolean => pointer === place || pointer.startsWith(`${place}/`);
