import type { Problem } from "../problem.ts";
import { isSchemaObject } from "../reference.ts";
import { escape } from "../../expression/typing.ts";
import { interfaceFile, lifecycleFile, requirementFile, scenarioFile } from "../file.ts";
import type { PackSource } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Ids and names are unique. */
export const duplicates: Rule = {
  id: "id.duplicate",
  check: (source) => [
    ...twice(
      source.errors.map(({ code }, index) => ({
        key: `code ${code}`,
        file: "errors.json",
        pointer: `/errors/${index}/code`,
      })),
    ),
    ...twice(
      source.interfaces.map((one) => ({ key: `interface ${one.id}`, file: interfaceFile(one), pointer: "/id" })),
    ),
    ...twice(
      source.lifecycles.map((one) => ({
        key: `resource ${one.resource}`,
        file: lifecycleFile(one),
        pointer: "/resource",
      })),
    ),
    ...twice(source.scenarios.map((one) => ({ key: `scenario ${one.id}`, file: scenarioFile(one), pointer: "/id" }))),
    ...twice(
      source.requirements.map((one) => ({
        key: `requirement ${one.id}`,
        file: requirementFile(one),
        pointer: `/requirements/${indexInArea(source, one)}/id`,
      })),
    ),
    ...source.lifecycles.flatMap((one) =>
      twice(
        one.transitions.map(({ name }, index) => ({
          key: `transition ${one.resource}.${name}`,
          file: lifecycleFile(one),
          pointer: `/transitions/${index}/name`,
        })),
      ),
    ),
  ],
};

function twice(
  all: readonly { readonly key: string; readonly file: string; readonly pointer: string }[],
): readonly Problem[] {
  const seen = new Map<string, string>();
  return all.flatMap(({ key, file, pointer }) => {
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, `${file}#${pointer}`);
      return [];
    }
    return [
      problem(
        "id.duplicate",
        file,
        pointer,
        [`The ${key} is already at ${first}.`, `${key} 已存在于 ${first}。`],
        ["Give each its own.", "请使其唯一。"],
      ),
    ];
  });
}

function indexInArea(source: PackSource, requirement: PackSource["requirements"][number]): number {
  return source.requirements.filter(({ area }) => area === requirement.area).indexOf(requirement);
}

/** Texts that people read are there in both languages. */
export const bilingual: Rule = {
  id: "text.missing",
  check: (source) => {
    const found: Problem[] = [];
    const visit = (value: unknown, file: string, pointer: string): void => {
      if (Array.isArray(value)) value.forEach((item, index) => visit(item, file, `${pointer}/${index}`));
      if (!isSchemaObject(value)) return;
      for (const [name, member] of Object.entries(value)) {
        const at = `${pointer}/${escape(name)}`;
        if (
          ["title", "text", "remedy", "description", "x-title"].includes(name) &&
          isSchemaObject(member) &&
          ("en" in member || "zh" in member)
        ) {
          for (const language of ["en", "zh"]) {
            const text = member[language];
            if (typeof text === "string" && text.trim() !== "") continue;
            found.push(
              problem(
                "text.missing",
                file,
                `${at}/${language}`,
                [`The text has no ${language}.`, `缺少 ${language} 文本。`],
                ["Write it in both languages.", "请写出中英文。"],
              ),
            );
          }
        } else visit(member, file, at);
      }
    };
    visit(source.manifest, "pack.json", "");
    source.errors.forEach((one, index) => visit(one, "errors.json", `/errors/${index}`));
    for (const one of source.interfaces) visit(one, interfaceFile(one), "");
    for (const one of source.lifecycles) visit(one, lifecycleFile(one), "");
    for (const one of source.scenarios) visit(one, scenarioFile(one), "");
    for (const one of source.requirements)
      visit(one, requirementFile(one), `/requirements/${indexInArea(source, one)}`);
    for (const [name, schema] of Object.entries(source.messages)) visit(schema, `messages/${name}.json`, "");
    return found;
  },
};
