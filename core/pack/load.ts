import { existsSync } from "node:fs";
import { PackFolder } from "./pack-folder.ts";
import type { FolderPart } from "./pack-folder.ts";
import { QUESTIONS_FILE } from "./open-question.ts";
import type { OpenQuestion } from "./open-question.ts";
import { PackProblems } from "./problem.ts";
import type { LoadsSource } from "./loads-source.ts";
import type { Manifest, Module, PackSource, Requirement } from "./types.ts";

/**
 * Reads a pack's folder and the folders of its modules, and holds every file to its meta-schema. Views are put in where
 * they are used. Throws `PackProblems` with everything that is wrong. What the files mean together is `checkPack`'s
 * business.
 */
export function loadPack(directory: string): PackSource {
  requireFiles(directory, ["pack.json", "errors.json"]);
  const folder = new PackFolder(directory);
  // In one fixed order, so that the digest depends on names and bytes alone.
  const manifest = folder.readAs<Manifest>("manifest", "pack.json");
  const own = folder.part("");
  const modules = folder.modules();
  const loads = existsSync(`${directory}/loads.json`) ? folder.readAs<LoadsSource>("loads", "loads.json") : undefined;
  const asked = existsSync(`${directory}/${QUESTIONS_FILE}`)
    ? folder.readAs<{ readonly questions: readonly OpenQuestion[] }>("questions", QUESTIONS_FILE)?.questions
    : undefined;
  const demanded = (manifest?.demands ?? []).flatMap((name) => folder.demanded(name));
  if (folder.problems.length > 0 || manifest === undefined)
    throw new PackProblems({ en: `The pack in ${directory}`, zh: `目录 ${directory} 中的规范包` }, folder.problems);
  const ordered = [{ part: own, order: 0 }, ...modules.map(({ part, order = 0 }) => ({ part, order }))];
  const parts = ordered.map(({ part }) => part);
  // What is first of its kind stands for it where one is enough: by the order of the modules, then by name.
  const all = <T>(kept: (part: FolderPart) => readonly T[], name: (one: T) => string): readonly T[] =>
    ordered
      .flatMap(({ part, order }) => kept(part).map((one) => ({ one, order })))
      .toSorted((left, right) => left.order - right.order || by(name)(left.one, right.one))
      .map(({ one }) => one);
  const listed = parts.flatMap(({ requirements }) => requirements);
  const defined = Object.assign({}, ...parts.map(({ views }) => views)) as FolderPart["views"];
  const uses = folder.putIn(defined);
  return {
    directory,
    manifest,
    interfaces: all(
      ({ interfaces }) => interfaces,
      ({ id }) => id,
    ),
    lifecycles: all(
      ({ lifecycles }) => lifecycles,
      ({ resource }) => resource,
    ),
    messages: Object.fromEntries(
      parts.flatMap(({ messages }) => Object.entries(messages)).toSorted(by(([name]) => name)),
    ),
    errors: parts.flatMap(({ errors }) => errors),
    requirements: [...listed, ...demanded.filter(({ id }) => listed.every((one) => one.id !== id))].toSorted(
      by(({ area }: Requirement) => area),
    ),
    scenarios: all(
      ({ scenarios }) => scenarios,
      ({ id }) => id,
    ),
    ...(Object.keys(defined).length === 0 && uses.length === 0 ? {} : { views: { defined, uses } }),
    ...(modules.length === 0
      ? {}
      : { modules: modules.map(({ part, ...said }) => ({ ...said, holds: holdings(part) })) }),
    ...(loads === undefined ? {} : { loads }),
    ...(asked === undefined ? {} : { questions: asked }),
    digest: folder.digest(),
  };
}

const by =
  <T>(name: (one: T) => string) =>
  (left: T, right: T): number =>
    name(left) < name(right) ? -1 : name(left) > name(right) ? 1 : 0;

/** What stands in a module, by name and in the order of its files. */
const holdings = (part: FolderPart): Module["holds"] => ({
  interfaces: part.interfaces.map(({ id }) => id),
  lifecycles: part.lifecycles.map(({ resource }) => resource),
  messages: Object.keys(part.messages),
  scenarios: part.scenarios.map(({ id }) => id),
  errors: part.errors.map(({ code }) => code),
  requirements: part.requirements.map(({ id }) => id),
  views: Object.keys(part.views),
});

function requireFiles(directory: string, files: readonly string[]): void {
  for (const file of files) {
    if (existsSync(`${directory}/${file}`)) continue;
    throw new PackProblems({ en: `The pack in ${directory}`, zh: `目录 ${directory} 中的规范包` }, [
      {
        file,
        pointer: "",
        rule: "file.missing",
        message: { en: `${directory} has no ${file}.`, zh: `${directory} 中没有 ${file}。` },
        remedy: {
          en: "Give the folder of a pack: pack.json, errors.json, interfaces/, lifecycles/, messages/, requirements/, scenarios/.",
          zh: "请给出规范包目录:pack.json、errors.json、interfaces/、lifecycles/、messages/、requirements/、scenarios/。",
        },
      },
    ]);
  }
}
