import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ValidateFunction } from "ajv";
import { placeOf } from "../json/place.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { schemaValidator } from "./annotation.ts";
import { explainMeta, metaProblem } from "./meta-explanation.ts";
import { PackProblems } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { isSchemaObject } from "./reference.ts";
import type { ErrorCode, Interface, Lifecycle, Manifest, PackSource, Requirement, Scenario, Schema } from "./types.ts";

/** Which meta-schema a file of a pack satisfies. */
export type FileKind = "manifest" | "interface" | "lifecycle" | "errors" | "requirements" | "scenario";
const FILE_KINDS: readonly FileKind[] = ["manifest", "interface", "lifecycle", "errors", "requirements", "scenario"];

const LIMITS = { bytes: 4 * 1024 * 1024, members: 200_000, depth: 64 } as const;

/**
 * Reads a pack's folder and holds every file to its meta-schema. Throws `PackProblems` with everything that is wrong.
 * What the files mean together is `checkPack`'s business.
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
  if (folder.problems.length > 0 || manifest === undefined || errors === undefined)
    throw new PackProblems(`The pack in ${directory}`, folder.problems);
  return {
    directory,
    manifest,
    interfaces,
    lifecycles,
    messages,
    errors: errors.errors,
    requirements,
    scenarios,
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

/** The folder of a pack: reads files, notes what is wrong with them, and digests them in the order of reading. */
class PackFolder {
  readonly problems: Problem[] = [];
  readonly #directory: string;
  readonly #digest = createHash("sha256");
  readonly #validators = metaValidators();

  constructor(directory: string) {
    this.#directory = directory;
  }

  digest(): string {
    return this.#digest.digest("hex");
  }

  read(file: string): unknown {
    const bytes = readFileSync(`${this.#directory}/${file}`);
    this.#digest.update(`${Buffer.byteLength(file)}:${file}:${bytes.length}:`).update(bytes);
    const parsed = parseStrictJson(bytes, LIMITS);
    if (parsed.ok) return parsed.value;
    const { line, column } = placeOf(bytes, parsed.offset);
    this.problems.push({
      file,
      pointer: "",
      rule: "file.json",
      message: {
        en: `Not strict JSON in line ${line}, column ${column}: ${parsed.message.en}.`,
        zh: `第 ${line} 行第 ${column} 列处不是严格的 JSON：${parsed.message.zh}。`,
      },
      remedy: {
        en: "Correct the file; keys must be unique and numbers integers.",
        zh: "请修正文件;键不得重复,数字须为整数。",
      },
    });
    return undefined;
  }

  // The caller names the type that belongs to the kind of file.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  readAs<T>(kind: FileKind, file: string): T | undefined {
    const value = this.read(file);
    if (value === undefined) return undefined;
    const wrong = this.#validators(kind)(value, file);
    this.problems.push(...wrong);
    // The meta-schema just said that it is one.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return wrong.length === 0 ? (withoutSchemaKey(value) as T) : undefined;
  }

  /** The files of a folder, each named as what it holds. */
  named<T>(kind: FileKind, folder: string, nameOf: (value: T) => string): T[] {
    return filesIn(this.#directory, folder).flatMap((name) => {
      const file = `${folder}/${name}.json`;
      const value = this.readAs<T>(kind, file);
      if (value === undefined) return [];
      // File names are kebab-case, also where a resource's name is spelt with underscores.
      if (nameOf(value) !== name && nameOf(value).replaceAll("_", "-") !== name)
        this.problems.push(misnamed(file, nameOf(value)));
      return [value];
    });
  }

  messages(): Readonly<Record<string, Schema>> {
    const messages: Record<string, Schema> = {};
    for (const name of filesIn(this.#directory, "messages")) {
      const file = `messages/${name}.json`;
      const schema = this.read(file);
      if (isSchemaObject(schema)) messages[name] = schema;
      else if (schema !== undefined)
        this.problems.push(
          metaProblem(
            file,
            "",
            "A message file must be a JSON Schema object with $defs.",
            "报文文件必须是带 $defs 的 JSON Schema 对象。",
          ),
        );
    }
    return messages;
  }

  requirements(at = ""): readonly Requirement[] {
    return filesIn(this.#directory, `${at}requirements`).flatMap((area) => {
      const file = `${at}requirements/${area}.json`;
      const read = this.readAs<{ readonly requirements: readonly Requirement[] }>("requirements", file);
      const list = read?.requirements ?? [];
      list.forEach((requirement, index) => {
        if (requirement.area !== area)
          this.problems.push({ ...misnamed(file, requirement.area), pointer: `/requirements/${index}/area` });
      });
      return list;
    });
  }

  /** The requirements of a pack beside this one whose demands it makes too. */
  demanded(name: string): readonly Requirement[] {
    const found = this.requirements(`../${name}/`);
    if (found.length === 0)
      this.problems.push({
        file: "pack.json",
        pointer: "/demands",
        rule: "demands.missing",
        message: {
          en: `There is no pack ${JSON.stringify(name)} beside this one, or it has no requirements.`,
          zh: `同级目录下没有规范包 ${JSON.stringify(name)},或其中没有 requirements。`,
        },
        remedy: {
          en: "Name the folder of a pack beside this one, or copy the files of its requirements/ and take the name out.",
          zh: "请填写同级规范包的目录名,或复制其 requirements/ 下的文件并删除该项。",
        },
      });
    return found;
  }
}

/** Names without `.json`, in code-unit order. A folder that is not there is empty. */
function filesIn(directory: string, folder: string): readonly string[] {
  const path = `${directory}/${folder}`;
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}

function withoutSchemaKey(value: unknown): unknown {
  if (!isSchemaObject(value)) return value;
  const { $schema: _editors, ...rest } = value;
  return rest;
}

/** Validators of the meta-schemas in `specs/meta`, which editors use too. */
export function metaValidators(): (kind: FileKind) => (value: unknown, file: string) => readonly Problem[] {
  const ajv = schemaValidator();
  ajv.opts.allErrors = true;
  ajv.opts.verbose = true;
  const folder = metaFolder();
  const schemaOf = (name: string): SchemaDocument => {
    const parsed = parseStrictJson(readFileSync(`${folder}/${name}.schema.json`), LIMITS);
    if (!parsed.ok || !isSchemaObject(parsed.value))
      throw new Error(`specs/meta/${name}.schema.json is not a JSON Schema.`);
    return parsed.value;
  };
  ajv.addSchema(schemaOf("shared"), "shared.schema.json");
  for (const kind of FILE_KINDS) ajv.addSchema(schemaOf(kind), `${kind}.schema.json`);
  return (kind) => {
    const validate = ajv.getSchema(`${kind}.schema.json`) as ValidateFunction;
    return (value, file) => (validate(value) ? [] : explainMeta(validate.errors ?? [], file));
  };
}

type SchemaDocument = { readonly [key: string]: unknown };

function metaFolder(): string {
  const path = fileURLToPath(new URL("../../specs/meta", import.meta.url));
  if (existsSync(path)) return path;
  throw new Error(
    "specs/meta is missing: the installation is incomplete. Install the package again, or run from a complete clone.",
  );
}

function misnamed(file: string, name: string): Problem {
  return {
    file,
    pointer: "",
    rule: "file.name",
    message: { en: `${file} holds ${JSON.stringify(name)}.`, zh: `${file} 的内容是 ${JSON.stringify(name)}。` },
    remedy: { en: "Name the file as what it holds.", zh: "请让文件名与内容一致。" },
  };
}
