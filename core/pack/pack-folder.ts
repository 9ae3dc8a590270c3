import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { placeOf } from "../json/place.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { metaProblem } from "./meta-explanation.ts";
import { FILE_LIMITS, metaValidators } from "./meta-schema.ts";
import type { ExpressionPlace, FileKind } from "./meta-schema.ts";
import type { Problem } from "./problem.ts";
import { isSchemaObject } from "./reference.ts";
import type {
  DefinedViews,
  ErrorCode,
  Expression,
  Interface,
  Lifecycle,
  Module,
  Requirement,
  Scenario,
  Schema,
  ViewUse,
} from "./types.ts";
import { withViews } from "./views.ts";

/** What one part of a pack holds: its own files, or those of a module. */
export interface FolderPart {
  readonly errors: readonly ErrorCode[];
  readonly interfaces: readonly Interface[];
  readonly lifecycles: readonly Lifecycle[];
  readonly messages: Readonly<Record<string, Schema>>;
  readonly requirements: readonly Requirement[];
  readonly scenarios: readonly Scenario[];
  readonly views: DefinedViews;
}

const PART_FOLDERS: readonly string[] = ["interfaces", "lifecycles", "messages", "requirements", "scenarios"];

/** The folder of a pack: reads files, notes what is wrong with them, and digests them in the order of reading. */
export class PackFolder {
  readonly problems: Problem[] = [];
  readonly #directory: string;
  readonly #digest = createHash("sha256");
  readonly #validators = metaValidators();
  readonly #expressions: (ExpressionPlace & { readonly file: string })[] = [];
  /** Where each name of each kind of file stands. */
  readonly #standing = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  digest(): string {
    return this.#digest.digest("hex");
  }

  read(file: string): unknown {
    const bytes = readFileSync(`${this.#directory}/${file}`);
    this.#digest.update(`${Buffer.byteLength(file)}:${file}:${bytes.length}:`).update(bytes);
    const parsed = parseStrictJson(bytes, FILE_LIMITS);
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
    const { problems, expressions } = this.#validators(kind)(value, file);
    this.problems.push(...problems);
    this.#expressions.push(...expressions.map((place) => ({ ...place, file })));
    // The meta-schema just said that it is one.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return problems.length === 0 ? (withoutSchemaKey(value) as T) : undefined;
  }

  /** Puts the views into the expressions that were read; gives every place that uses one. */
  putIn(views: DefinedViews): readonly ViewUse[] {
    const uses: ViewUse[] = [];
    for (const { file, holder, name, pointer } of this.#expressions)
      // The meta-schema said that an expression stands there.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      holder[name] = withViews(holder[name] as Expression, views, pointer, (view, at) =>
        uses.push({ view, file, pointer: at }),
      );
    return uses;
  }

  /** The files of one part of the pack: of its own (`at` is empty), or of a module (`payment/`). */
  part(at: string): FolderPart {
    return {
      errors: this.#errors(at),
      interfaces: this.#named<Interface>("interface", `${at}interfaces`, ({ id }) => id),
      lifecycles: this.#named<Lifecycle>("lifecycle", `${at}lifecycles`, ({ resource }) => resource),
      messages: this.#messages(at),
      requirements: this.#requirements(at),
      scenarios: this.#named<Scenario>("scenario", `${at}scenarios`, ({ id }) => id),
      views: this.#views(at),
    };
  }

  /** The modules of the pack: its folders with a `module.json`. */
  modules(): readonly (Omit<Module, "holds"> & { readonly part: FolderPart })[] {
    return foldersIn(this.#directory).flatMap((name) => {
      if (!existsSync(`${this.#directory}/${name}/module.json`)) {
        if (foldersIn(`${this.#directory}/${name}`).some((one) => PART_FOLDERS.includes(one)))
          this.problems.push(moduleFileMissing(name));
        return [];
      }
      const said = this.readAs<Partial<Module> & Pick<Module, "title" | "description">>(
        "module",
        `${name}/module.json`,
      );
      const part = this.part(`${name}/`);
      return said === undefined ? [] : [{ ...said, name, needs: said.needs ?? [], part }];
    });
  }

  #errors(at: string): readonly ErrorCode[] {
    return existsSync(`${this.#directory}/${at}errors.json`)
      ? (this.readAs<{ readonly errors: readonly ErrorCode[] }>("errors", `${at}errors.json`)?.errors ?? [])
      : [];
  }

  #views(at: string): DefinedViews {
    return existsSync(`${this.#directory}/${at}views.json`)
      ? (this.readAs<{ readonly views: DefinedViews }>("views", `${at}views.json`)?.views ?? {})
      : {};
  }

  /** The files of a folder, each named as what it holds. */
  #named<T>(kind: FileKind, folder: string, nameOf: (value: T) => string): readonly T[] {
    return this.#filesIn(folder).flatMap((name) => {
      const file = `${folder}/${name}.json`;
      const value = this.readAs<T>(kind, file);
      if (value === undefined) return [];
      // File names are kebab-case, also where a resource's name is spelt with underscores.
      if (nameOf(value) !== name && nameOf(value).replaceAll("_", "-") !== name)
        this.problems.push(misnamed(file, nameOf(value)));
      return [value];
    });
  }

  #messages(at: string): Readonly<Record<string, Schema>> {
    const messages: Record<string, Schema> = {};
    for (const name of this.#filesIn(`${at}messages`)) {
      const file = `${at}messages/${name}.json`;
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

  #requirements(at: string): readonly Requirement[] {
    return namesIn(`${this.#directory}/${at}requirements`).flatMap((area) => {
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

  /** Names of the files of a folder; one that another part of the pack has too is a problem. */
  #filesIn(folder: string): readonly string[] {
    const kind = folder.split("/").at(-1) ?? folder;
    const names = namesIn(`${this.#directory}/${folder}`);
    for (const name of names) {
      const file = `${folder}/${name}.json`;
      const before = this.#standing.get(`${kind}/${name}`);
      if (before === undefined) this.#standing.set(`${kind}/${name}`, file);
      else this.problems.push(twice(file, before));
    }
    return names;
  }

  /** The requirements of a pack beside this one whose demands it makes too. */
  demanded(name: string): readonly Requirement[] {
    const folder = `../${name}/`;
    const modules = foldersIn(`${this.#directory}/${folder}`).filter((one) =>
      existsSync(`${this.#directory}/${folder}${one}/module.json`),
    );
    const found = ["", ...modules.map((one) => `${one}/`)].flatMap((at) => this.#requirements(folder + at));
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
function namesIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}

/** Names of the folders in a folder, in code-unit order. */
function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((one) => one.isDirectory() && !one.name.startsWith("."))
    .map(({ name }) => name)
    .toSorted();
}

/** Takes `$schema` away, which is for editors. In place: expressions are known by their holder. */
function withoutSchemaKey(value: unknown): unknown {
  if (isSchemaObject(value)) Reflect.deleteProperty(value, "$schema");
  return value;
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

function twice(file: string, before: string): Problem {
  return {
    file,
    pointer: "",
    rule: "file.twice",
    message: { en: `${before} has this name already.`, zh: `${before} 已使用该名称。` },
    remedy: {
      en: "The parts of a pack share their names: rename one of the two, or take it out.",
      zh: "规范包各部分共用名称：请重命名或删除其中之一。",
    },
  };
}

function moduleFileMissing(name: string): Problem {
  return {
    file: `${name}/module.json`,
    pointer: "",
    rule: "module.file",
    message: {
      en: `The folder ${name}/ holds files of a pack, and has no module.json, so that none of them is read.`,
      zh: `目录 ${name}/ 含规范包文件但没有 module.json，其中文件均未读取。`,
    },
    remedy: {
      en: 'Write one: {"title": {"en": …, "zh": …}, "description": {…}, "needs": []}.',
      zh: '请编写：{"title": {"en": …, "zh": …}, "description": {…}, "needs": []}。',
    },
  };
}
