import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { placeOf } from "../json/place.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { metaProblem } from "./meta-explanation.ts";
import { FILE_LIMITS, metaValidators } from "./meta-schema.ts";
import type { ExpressionPlace, FileKind } from "./meta-schema.ts";
import type { Problem } from "./problem.ts";
import { isSchemaObject } from "./reference.ts";
import type { DefinedViews, Expression, Requirement, Schema, ViewUse } from "./types.ts";
import { withViews } from "./views.ts";

/** The folder of a pack: reads files, notes what is wrong with them, and digests them in the order of reading. */
export class PackFolder {
  readonly problems: Problem[] = [];
  readonly #directory: string;
  readonly #digest = createHash("sha256");
  readonly #validators = metaValidators();
  readonly #expressions: (ExpressionPlace & { readonly file: string })[] = [];

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

  /** The views of `views.json`; undefined where there is no such file. */
  views(): DefinedViews | undefined {
    return existsSync(`${this.#directory}/views.json`)
      ? this.readAs<{ readonly views: DefinedViews }>("views", "views.json")?.views
      : undefined;
  }

  /** Puts the views into the expressions that were read; gives every place that uses one. */
  putIn(views: DefinedViews = {}): readonly ViewUse[] {
    const uses: ViewUse[] = [];
    for (const { file, holder, name, pointer } of this.#expressions)
      // The meta-schema said that an expression stands there.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      holder[name] = withViews(holder[name] as Expression, views, pointer, (view, at) =>
        uses.push({ view, file, pointer: at }),
      );
    return uses;
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
