import { interfaceFile, lifecycleFile, messageFile, scenarioFile } from "./file.ts";
import type { Problem } from "./problem.ts";
import type { ModuleContent, PackSource } from "./types.ts";

/** A place in the folder of a pack: a file, and a JSON Pointer in it. */
interface Place {
  readonly file: string;
  readonly pointer: string;
}

/** The files of a pack that hold one list or record for all of it. */
export const ERRORS_FILE = "errors.json";
export const VIEWS_FILE = "views.json";

/** The folder of the module that something stands in, with a slash; empty for what stands beside `pack.json`. */
function folderOf(source: Pick<PackSource, "modules">, content: ModuleContent, name: string): string {
  const module = source.modules?.find(({ holds }) => holds[content].includes(name));
  return module === undefined ? "" : `${module.name}/`;
}

/**
 * The problem at the place where an author finds it. Rules see one pack: whatever stands in a module, they look for
 * beside `pack.json`, and what a view says, where the view is used.
 */
function standing(source: PackSource, problem: Problem): Problem {
  const place = onDisk(source, problem);
  const use = source.views?.uses
    .filter(({ file, pointer }) => file === place.file && isAtOrBelow(place.pointer, pointer))
    // Of views in views, the innermost.
    .toSorted((left, right) => right.pointer.length - left.pointer.length)
    .find(({ view }) => Object.hasOwn(source.views?.defined ?? {}, view));
  // Which module may use a view is a matter of the place that uses it.
  if (use === undefined || problem.rule.startsWith("module.")) return { ...problem, ...place };
  const { message } = problem;
  const used = `${use.file}#${use.pointer}`;
  return {
    ...problem,
    file: folderOf(source, "views", use.view) + VIEWS_FILE,
    pointer: `/views/${use.view}${place.pointer.slice(use.pointer.length)}`,
    message: { en: `${message.en} (Used in ${used}.)`, zh: `${message.zh}（用于 ${used}。）` },
  };
}

/** The problems where an author finds them; what is wrong with a view is told once, for the first of its uses. */
export function allStanding(source: PackSource, problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems
    .filter((problem) => {
      const { file, pointer } = standing(source, problem);
      const key = `${problem.rule} ${file}#${pointer} ${problem.message.en}`;
      const fresh = !told.has(key);
      told.add(key);
      return fresh;
    })
    .map((problem) => standing(source, problem));
}

/** Where a place of the whole pack stands. */
export function onDisk(source: PackSource, { file, pointer }: Place): Place {
  const [, step = "", rest = ""] = /^\/[a-z]+\/([^/]+)(.*)$/u.exec(pointer) ?? [];
  if (file === ERRORS_FILE)
    return listed(
      source,
      "errors",
      source.errors.map(({ code }) => code),
      { file, step, rest, pointer },
    );
  if (file === VIEWS_FILE) return { file: folderOf(source, "views", step) + file, pointer };
  const area = /^requirements\/(.+)\.json$/u.exec(file)?.[1];
  if (area !== undefined) {
    const ids = source.requirements.filter((one) => one.area === area).map(({ id }) => id);
    return listed(source, "requirements", ids, { file, step, rest, pointer });
  }
  for (const { name, holds } of source.modules ?? []) {
    const files = [
      ...holds.interfaces.map((id) => interfaceFile({ id })),
      ...holds.lifecycles.map((resource) => lifecycleFile({ resource })),
      ...holds.scenarios.map((id) => scenarioFile({ id })),
      ...holds.messages.map((message) => messageFile(message)),
    ];
    if (files.includes(file)) return { file: `${name}/${file}`, pointer };
  }
  return { file, pointer };
}

/** The place of an item of a list of the whole pack, counted in the file that it stands in. */
function listed(
  source: PackSource,
  content: "errors" | "requirements",
  names: readonly string[],
  at: Place & { readonly step: string; readonly rest: string },
): Place {
  const name = names[Number(at.step)];
  if (at.step === "" || name === undefined) return at;
  const folder = folderOf(source, content, name);
  const before = names.slice(0, Number(at.step)).filter((one) => folderOf(source, content, one) === folder);
  return { file: folder + at.file, pointer: `/${content}/${before.length}${at.rest}` };
}

const isAtOrBelow = (pointer: string, place: string): boolean => pointer === place || pointer.startsWith(`${place}/`);
