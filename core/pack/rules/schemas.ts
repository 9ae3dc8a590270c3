import { escape } from "../../expression/typing.ts";
import { schemaValidator } from "../annotation.ts";
import { interfaceFile, messageFile } from "../file.ts";
import { writtenSchemas } from "../written-schemas.ts";
import { follow, fullReference, isSchemaObject } from "../reference.ts";
import type { PackSource } from "../types.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** One member of a schema, where it stands. */
export interface Part {
  readonly file: string;
  readonly pointer: string;
  readonly keyword: string;
  readonly value: unknown;
}

/** Every member of every schema, with its pointer. */
export function schemaParts(source: PackSource): readonly Part[] {
  const found: Part[] = [];
  const visit = (value: unknown, file: string, pointer: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, file, `${pointer}/${index}`));
    if (!isSchemaObject(value)) return;
    for (const [keyword, member] of Object.entries(value)) {
      const at = `${pointer}/${escape(keyword)}`;
      found.push({ file, pointer: at, keyword, value: member });
      // Data, not schemas.
      if (!["enum", "const", "default", "examples"].includes(keyword)) visit(member, file, at);
    }
  };
  for (const { file, pointer, schema } of writtenSchemas(source)) visit(schema, file, pointer);
  return found;
}

/** Every `$ref` leads to a schema of the pack. */
export const schemaReference: Rule = {
  id: "schema.reference",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, keyword, value }) => {
      if (keyword !== "$ref" || typeof value !== "string" || follow(source, value, file) !== undefined) return [];
      const all = Object.entries(source.messages).flatMap(([name, schema]) =>
        isSchemaObject(schema) && isSchemaObject(schema["$defs"])
          ? Object.keys(schema["$defs"]).map((part) => `${messageFile(name)}#/$defs/${part}`)
          : [],
      );
      return [
        problem(
          "schema.reference",
          file,
          pointer,
          [`${value} leads nowhere.`, `${value} 指向不存在的模式。`],
          instead(value, all),
        ),
      ];
    }),
};

/** Every schema can be compiled: known keywords only, patterns that are regular expressions. */
export const schemaCompile: Rule = {
  id: "schema.compile",
  check: (source) => {
    const ajv = schemaValidator();
    return writtenSchemas(source).flatMap(({ file, pointer, schema }) => {
      // References have a rule of their own; here each schema stands alone.
      const alone = withoutReferences(schema);
      if (!isSchemaObject(alone)) return [];
      const targets: readonly (readonly [string, unknown])[] =
        file.startsWith("messages/") && isSchemaObject(alone["$defs"])
          ? Object.entries(alone["$defs"]).map(([name, part]) => [`${pointer}/$defs/${escape(name)}`, part] as const)
          : [[pointer, alone]];
      return targets.flatMap(([at, part]) => {
        if (!isSchemaObject(part)) return [];
        try {
          ajv.compile(part);
          return [];
        } catch (cause) {
          const why = cause instanceof Error ? cause.message : String(cause);
          return [
            problem(
              "schema.compile",
              file,
              at,
              [`The schema cannot be compiled: ${why}.`, `模式无法编译:${why}。`],
              [
                "Only JSON Schema 2020-12, x-from, x-is, x-as, x-sealed, x-sensitive and x-title are known.",
                "只支持 JSON Schema 2020-12 与 x-from、x-is、x-as、x-sealed、x-sensitive、x-title。",
              ],
            ),
          ];
        }
      });
    });
  },
};

function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (!isSchemaObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !["$ref", "$schema", "$id"].includes(name))
      .map(([name, member]) => [name, withoutReferences(member)]),
  );
}

/** Every definition of a message file is used. */
export const schemaUnused: Rule = {
  id: "schema.unused",
  check: (source) => {
    const used = schemaParts(source)
      .filter(({ keyword }) => keyword === "$ref")
      .map(({ file, value }) => fullReference(String(value), file));
    return Object.entries(source.messages).flatMap(([name, schema]) => {
      if (!isSchemaObject(schema) || !isSchemaObject(schema["$defs"])) return [];
      // The shape of a refusal is not referred to: every interface answers with it.
      if (name === "error") return [];
      return Object.keys(schema["$defs"])
        .filter(
          (part) =>
            !used.some(
              (reference) =>
                reference === `${messageFile(name)}#/$defs/${part}` ||
                reference.startsWith(`${messageFile(name)}#/$defs/${part}/`),
            ),
        )
        .map((part) =>
          problem(
            "schema.unused",
            messageFile(name),
            `/$defs/${escape(part)}`,
            [`Nothing uses ${part}.`, `没有任何地方使用 ${part}。`],
            ["Remove it, or refer to it.", "请删除,或引用它。"],
          ),
        );
    });
  },
};

/** Patterns are such that suites can generate texts that match: no lookaround, no back reference, no word boundary. */
export const schemaPattern: Rule = {
  id: "schema.pattern",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, keyword, value }) => {
      if (keyword !== "pattern" || typeof value !== "string") return [];
      const bad = /\(\?<?[=!]/u.test(value)
        ? "lookaround"
        : /\\[1-9]|\\k</u.test(value)
          ? "back reference"
          : /\\[bB]/u.test(value)
            ? "word boundary"
            : undefined;
      return bad === undefined
        ? []
        : [
            problem(
              "schema.pattern",
              file,
              pointer,
              [
                `The pattern has a ${bad}, for which suites cannot generate texts.`,
                `模式含有 ${bad},测试套件无法据此生成文本。`,
              ],
              [
                "Say it with character classes and counts, or with enum, not, minLength.",
                "请改用字符类与次数,或 enum、not、minLength。",
              ],
            ),
          ];
    }),
};

/** A pattern says the whole text: each of its alternatives begins with `^` and ends with `$`. */
export const schemaAnchored: Rule = {
  id: "schema.anchored",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, keyword, value }) => {
      if (keyword !== "pattern" || typeof value !== "string") return [];
      const loose = alternativesOf(value).find((one) => !one.startsWith("^") || !/(?<!\\)(?:\\\\)*\$$/u.test(one));
      return loose === undefined
        ? []
        : [
            problem(
              "schema.anchored",
              file,
              pointer,
              [
                `The pattern matches any text that only contains what it says: ${JSON.stringify(loose)}.`,
                `该模式未锚定,只要文本包含所述内容即匹配:${JSON.stringify(loose)}。`,
              ],
              [`Write ^ at its beginning and $ at its end: ^(?:${value})$.`, `请在开头写 ^、结尾写 $:^(?:${value})$。`],
            ),
          ];
    }),
};

/** The alternatives of a regular expression, parted by the bars that stand in no group and no class. */
export function alternativesOf(pattern: string): readonly string[] {
  const found = [""];
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const here = pattern[at] ?? "";
    if (here === "|" && depth === 0 && !inClass) {
      found.push("");
      continue;
    }
    if (here === "[") inClass = true;
    else if (here === "]") inClass = false;
    else if (!inClass && here === "(") depth += 1;
    else if (!inClass && here === ")") depth -= 1;
    found[found.length - 1] += here === "\\" ? here + (pattern[(at += 1)] ?? "") : here;
  }
  return found;
}

/** The top-level fields that a part of the request, or a good answer, has by its schema. */
export function interfaceFields(
  source: PackSource,
  one: PackSource["interfaces"][number],
  part: "path" | "query" | "body" | "answer",
): readonly string[] {
  const found = new Set<string>();
  const visit = (schema: unknown, file: string, depth: number): void => {
    if (!isSchemaObject(schema) || depth > 16) return;
    if (isSchemaObject(schema["properties"])) for (const name of Object.keys(schema["properties"])) found.add(name);
    if (typeof schema["$ref"] === "string") {
      const target = follow(source, schema["$ref"], file);
      if (target !== undefined) visit(target.schema, target.file, depth + 1);
    }
    for (const list of [schema["allOf"], schema["oneOf"], schema["anyOf"]])
      if (Array.isArray(list)) for (const member of list as readonly unknown[]) visit(member, file, depth + 1);
  };
  visit(part === "answer" ? one.response.body : one.request[part], interfaceFile(one), 0);
  return [...found];
}
