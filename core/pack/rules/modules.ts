import { interfaceFile, lifecycleFile, messageFile, scenarioFile } from "../file.ts";
import { isSchemaObject } from "../reference.ts";
import { ERRORS_FILE, onDisk, VIEWS_FILE } from "../standing.ts";
import { escape } from "../../expression/typing.ts";
import type { Module, ModuleContent, PackSource } from "../types.ts";
import { instead, names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Modules that a module needs are there. */
export const moduleMissing: Rule = {
  id: "module.missing",
  check: ({ modules = [] }) =>
    modules.flatMap(({ name, needs }) =>
      needs.flatMap((needed, index) => {
        const others = modules.map((one) => one.name).filter((one) => one !== name);
        if (others.includes(needed)) return [];
        const [en, zh] = instead(needed, others);
        return [
          problem(
            "module.missing",
            `${name}/module.json`,
            `/needs/${index}`,
            [
              `The module ${name} needs the module ${JSON.stringify(needed)}, which is not there.`,
              `模块 ${name} 依赖模块 ${JSON.stringify(needed)}，但该模块不存在。`,
            ],
            [`Copy the folder ${needed}/ into the pack. ${en}`, `请将目录 ${needed}/ 复制到规范包中。${zh}`],
          ),
        ];
      }),
    ),
};

/** A part of a pack uses what stands beside `pack.json`, in itself, or in a module that it needs. */
export const moduleUndeclared: Rule = {
  id: "module.undeclared",
  check: (source) =>
    crossings(source)
      .filter(({ from, to }) => from === undefined || !from.needs.includes(to.name))
      .map(({ from, to, file, pointer, name }) =>
        from === undefined
          ? problem(
              "module.undeclared",
              file,
              pointer,
              [
                `What all modules share uses ${JSON.stringify(name)} of the module ${to.name}, which a party may leave.`,
                `各模块共用的部分使用了模块 ${to.name} 的 ${JSON.stringify(name)}，而参与方可以不实现该模块。`,
              ],
              [`Move it into ${to.name}/, or what it uses out of it.`, `请将其移入 ${to.name}/，或将所用内容移出。`],
            )
          : problem(
              "module.undeclared",
              file,
              pointer,
              [
                `The module ${from.name} uses ${JSON.stringify(name)} of the module ${to.name}, and does not say that it needs it.`,
                `模块 ${from.name} 使用了模块 ${to.name} 的 ${JSON.stringify(name)}，但未声明依赖。`,
              ],
              [
                `Add ${JSON.stringify(to.name)} to needs in ${from.name}/module.json, which has: ${names(from.needs)}.`,
                `请在 ${from.name}/module.json 的 needs 中加入 ${JSON.stringify(to.name)}，现有：${names(from.needs)}。`,
              ],
            ),
      ),
};

/** A module needs no more than it uses. */
export const moduleUnneeded: Rule = {
  id: "module.unneeded",
  check: (source) => {
    const used = new Set(crossings(source).map(({ from, to }) => `${from?.name} ${to.name}`));
    return (source.modules ?? []).flatMap(({ name, needs }) =>
      needs.flatMap((needed, index) =>
        used.has(`${name} ${needed}`)
          ? []
          : [
              problem(
                "module.unneeded",
                `${name}/module.json`,
                `/needs/${index}`,
                [`The module ${name} uses nothing of ${needed}.`, `模块 ${name} 未使用 ${needed} 的任何内容。`],
                ["Take it out.", "请删除该项。"],
              ),
            ],
      ),
    );
  },
};

/** A use of something in another part of the pack. */
interface Crossing {
  /** The module that uses it; undefined: what stands beside `pack.json`. */
  readonly from: Module | undefined;
  readonly to: Module;
  readonly file: string;
  readonly pointer: string;
  readonly name: string;
}

/** A name that is used, and what kind of thing it is the name of. */
interface Named {
  readonly content: ModuleContent;
  readonly name: string;
  readonly pointer: string;
}

/**
 * Every use of something in another part. How a code is provoked and what a scenario plays may name any module: who
 * leaves that module is not asked.
 */
function crossings(source: PackSource): readonly Crossing[] {
  const { modules = [] } = source;
  if (modules.length === 0) return [];
  const moduleWith = (content: ModuleContent, name: string): Module | undefined =>
    modules.find(({ holds }) => holds[content].includes(name));
  const crossed = (
    content: ModuleContent,
    owner: string,
    file: string,
    value: unknown,
    at = "",
  ): readonly Crossing[] => {
    const from = moduleWith(content, owner);
    return namesIn(value, at).flatMap(({ content: kind, name, pointer }) => {
      const to = moduleWith(kind, name);
      return to === undefined || to === from || isInView(source, file, pointer)
        ? []
        : [{ from, to, file, pointer, name }];
    });
  };
  return [
    ...source.interfaces.flatMap((one) => crossed("interfaces", one.id, interfaceFile(one), one)),
    ...source.lifecycles.flatMap((one) => crossed("lifecycles", one.resource, lifecycleFile(one), one)),
    ...source.scenarios.flatMap(({ plays: _plays, ...one }) => crossed("scenarios", one.id, scenarioFile(one), one)),
    ...Object.entries(source.messages).flatMap(([name, schema]) =>
      crossed("messages", name, messageFile(name), schema),
    ),
    ...source.errors.flatMap(({ provoke: _provoke, ...one }, index) =>
      crossed("errors", one.code, ERRORS_FILE, one, `/errors/${index}`),
    ),
    ...Object.entries(source.views?.defined ?? {}).flatMap(([name, body]) =>
      crossed("views", name, VIEWS_FILE, body, `/views/${escape(name)}`),
    ),
    ...viewCrossings(source, moduleWith),
  ];
}

/** Whether a place is one that a view was put in at: what the view names is told where the view stands. */
function isInView(source: PackSource, file: string, pointer: string): boolean {
  const place = onDisk(source, { file, pointer });
  return (
    source.views?.uses.some((use) => use.file === place.file && `${place.pointer}/`.startsWith(`${use.pointer}/`)) ??
    false
  );
}

/** Views of another module, which no longer stand where they are used. */
function viewCrossings(
  { modules = [], views }: PackSource,
  moduleWith: (content: ModuleContent, name: string) => Module | undefined,
): readonly Crossing[] {
  return (views?.uses ?? []).flatMap(({ view, file, pointer }) => {
    const to = moduleWith("views", view);
    const from = modules.find(({ name }) => file.startsWith(`${name}/`));
    const outer = views?.uses.some((one) => one.file === file && pointer.startsWith(`${one.pointer}/`)) ?? false;
    return to === undefined || to === from || outer ? [] : [{ from, to, file, pointer, name: view }];
  });
}

/** The members under which the files of a pack name other parts of it. */
const NAMING: Readonly<Record<string, ModuleContent>> = {
  call: "interfaces",
  interface: "interfaces",
  notify: "interfaces",
  "table.rows": "interfaces",
  "table.hash": "interfaces",
  "table.sha256": "interfaces",
  "table.base64": "interfaces",
  resource: "lifecycles",
  of: "lifecycles",
  transition: "lifecycles",
  reverses: "lifecycles",
  mirrors: "lifecycles",
  else: "errors",
  errors: "errors",
  mismatch: "errors",
  duplicateCode: "errors",
  view: "views",
};

function namesIn(value: unknown, pointer: string): readonly Named[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namesIn(item, `${pointer}/${index}`));
  if (!isSchemaObject(value)) return [];
  return Object.entries(value).flatMap(([member, held]): readonly Named[] => {
    const at = `${pointer}/${escape(member)}`;
    const content = NAMING[member];
    const direct =
      content === undefined
        ? []
        : [held]
            .flat()
            .flatMap((name) =>
              typeof name === "string" ? [{ content, name: namedBy(member, name), pointer: at }] : [],
            );
    return [...direct, ...special(member, held, at), ...namesIn(held, at)];
  });
}

/** A transition is named with its resource ahead. */
const namedBy = (member: string, name: string): string =>
  member === "transition" ? (name.split(".")[0] ?? name) : name;

/** Members that name in a form of their own. */
function special(member: string, held: unknown, pointer: string): readonly Named[] {
  if (member === "$ref" && typeof held === "string") {
    const name = /^messages\/(.+?)\.json/u.exec(held)?.[1];
    return name === undefined ? [] : [{ content: "messages", name, pointer }];
  }
  if (member === "x-from" && typeof held === "string") {
    const name = /^prior\.([^#@]+)/u.exec(held)?.[1];
    return name === undefined ? [] : [{ content: "interfaces", name, pointer }];
  }
  if (!isSchemaObject(held)) return [];
  const content = member === "purpose" ? "lifecycles" : member === "otherwise" ? "errors" : undefined;
  return content === undefined
    ? []
    : Object.entries(held).flatMap(([name, value]) =>
        typeof value === "string" ? [{ content, name: value, pointer: `${pointer}/${escape(name)}` }] : [],
      );
}
