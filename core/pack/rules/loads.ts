import { escape } from "../../expression/typing.ts";
import type { Problem } from "../problem.ts";
import type { Lifecycle, Load, PackSource } from "../types.ts";
import { instead, names, problem, unknown } from "./rule.ts";

/** What is wrong with loads: resources that there are not, keys that are not whole, rows chosen by what they lack. */
export function loadProblems(
  source: PackSource,
  file: string,
  at: string,
  all: Readonly<Record<string, Load>> | undefined,
): readonly Problem[] {
  return Object.entries(all ?? {}).flatMap(([name, load]) => {
    if (!("resource" in load)) return [];
    const here = `${at}/${escape(name)}`;
    const target = source.lifecycles.find(({ resource }) => resource === load.resource);
    if (target === undefined) {
      const known = source.lifecycles.map(({ resource }) => resource);
      return [unknown(file, `${here}/resource`, "resource", "资源", load.resource, known)];
    }
    return "where" in load ? rowsProblems(file, here, load, target) : keyProblems(file, here, load, target);
  });
}

function keyProblems(
  file: string,
  at: string,
  load: Extract<Load, { key: unknown }>,
  target: Lifecycle,
): readonly Problem[] {
  const missing = target.key.filter((part) => !Object.hasOwn(load.key, part) && part !== "party_id");
  const stray = Object.keys(load.key).filter((part) => !target.key.includes(part));
  return [...missing, ...stray].map((part) =>
    problem(
      "load.key",
      file,
      `${at}/key`,
      [
        `The key of ${load.resource} is ${names(target.key)}; ${part} is ${missing.includes(part) ? "missing" : "not part of it"}.`,
        `${load.resource} 的键为 ${names(target.key)};${part} ${missing.includes(part) ? "缺失" : "不在其中"}。`,
      ],
      ["Give exactly the fields of the key.", "请恰好给出键字段。"],
    ),
  );
}

/** Rows are chosen and ordered by fields that can be compared. */
function rowsProblems(
  file: string,
  at: string,
  load: Extract<Load, { where: unknown }>,
  target: Lifecycle,
): readonly Problem[] {
  const comparable = [
    ...new Set([
      ...target.key,
      "state",
      ...Object.entries(target.fields)
        .filter(([, type]) => !/^(?:money|json)/u.test(type))
        .map(([name]) => name),
    ]),
  ];
  const wrong = (pointer: string, name: string): Problem =>
    problem(
      "load.rows",
      file,
      pointer,
      [
        `${load.resource} has no field ${name} by which rows can be chosen or ordered.`,
        `${load.resource} 没有可用于选取或排序的字段 ${name}。`,
      ],
      instead(name, comparable),
    );
  return [
    ...Object.keys(load.where)
      .filter((name) => !comparable.includes(name))
      .map((name) => wrong(`${at}/where/${escape(name)}`, name)),
    ...(load.by === undefined || comparable.includes(load.by) ? [] : [wrong(`${at}/by`, load.by)]),
  ];
}
