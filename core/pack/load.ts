import { existsSync } from "node:fs";
import { PackFolder } from "./pack-folder.ts";
import { PackProblems } from "./problem.ts";
import type { ErrorCode, Interface, Lifecycle, Manifest, PackSource, Scenario } from "./types.ts";

/**
 * Reads a pack's folder and holds every file to its meta-schema. Views are put in where they are used. Throws
 * `PackProblems` with everything that is wrong. What the files mean together is `checkPack`'s business.
 */
export function loadPack(directory: string): PackSource {
  requireFiles(directory, ["pack.json", "errors.json"]);
  const folder = new PackFolder(directory);
  // In one fixed order, so that the digest depends on names and bytes alone.
  const manifest = folder.readAs<Manifest>("manifest", "pack.json");
  const errors = folder.readAs<{ readonly errors: readonly ErrorCode[] }>("errors", "errors.json");
  const interfaces = folder.named<Interface>("interface", "interfaces", ({ id }) => id);
  const lifecycles = folder.named<Lifecycle>("lifecycle", "lifecycles", ({ resource }) => resource);
  const messages = folder.messages();
  const own = folder.requirements();
  const demanded = (manifest?.demands ?? []).flatMap((name) => folder.demanded(name));
  const requirements = [...own, ...demanded.filter(({ id }) => own.every((one) => one.id !== id))];
  const scenarios = folder.named<Scenario>("scenario", "scenarios", ({ id }) => id);
  const defined = folder.views();
  if (folder.problems.length > 0 || manifest === undefined || errors === undefined)
    throw new PackProblems(`The pack in ${directory}`, folder.problems);
  const uses = folder.putIn(defined);
  return {
    directory,
    manifest,
    interfaces,
    lifecycles,
    messages,
    errors: errors.errors,
    requirements,
    scenarios,
    ...(defined === undefined ? {} : { views: { defined, uses } }),
    digest: folder.digest(),
  };
}

function requireFiles(directory: string, files: readonly string[]): void {
  for (const file of files) {
    if (existsSync(`${directory}/${file}`)) continue;
    throw new PackProblems(`The pack in ${directory}`, [
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
