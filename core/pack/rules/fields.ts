import { escape } from "../../expression/typing.ts";
import { lifecycleFile, scenarioFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { Lifecycle } from "../types.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

function required(lifecycle: Lifecycle): readonly string[] {
  return Object.entries(lifecycle.fields)
    .filter(([, type]) => !type.endsWith("?"))
    .map(([name]) => name);
}

/** A new row gets every field that may not be missing, and `set` names fields only. */
export const lifecycleFields: Rule = {
  id: "lifecycle.fields",
  check: (source) =>
    source.lifecycles.flatMap((lifecycle) => {
      const file = lifecycleFile(lifecycle);
      const settable = [
        ...Object.keys(lifecycle.fields),
        ...Object.keys(lifecycle.aggregates ?? {}).filter((name) => lifecycle.aggregates?.[name]?.sum !== undefined),
      ];
      const stray = (set: Readonly<Record<string, unknown>> | undefined, pointer: string): readonly Problem[] =>
        Object.keys(set ?? {})
          .filter((name) => !settable.includes(name))
          .map((name) =>
            problem(
              "lifecycle.fields",
              file,
              `${pointer}/${escape(name)}`,
              [`${lifecycle.resource} has no field ${name}.`, `${lifecycle.resource} 没有字段 ${name}。`],
              instead(name, settable),
            ),
          );
      const documents = Object.keys(lifecycle.fields).filter((name) => lifecycle.fields[name]?.startsWith("json"));
      const inKeys = [
        ...lifecycle.key.map((name) => ({ name, pointer: "/key" })),
        ...(lifecycle.unique ?? []).flatMap(({ fields }, index) =>
          fields.map((name) => ({ name, pointer: `/unique/${index}/fields` })),
        ),
      ]
        .filter(({ name }) => documents.includes(name))
        .map(({ name, pointer }) =>
          problem(
            "lifecycle.fields",
            file,
            pointer,
            [`${name} is json, and tells no rows apart.`, `${name} 为 json 类型,不能用来区分记录。`],
            ["Use a text or an integer.", "请使用 text 或 integer。"],
          ),
        );
      const keys = (lifecycle.unique ?? []).flatMap((unique, index) =>
        unique.fields
          .filter((name) => !Object.hasOwn(lifecycle.fields, name) && !lifecycle.key.includes(name))
          .map((name) =>
            problem(
              "lifecycle.fields",
              file,
              `/unique/${index}/fields`,
              [`${lifecycle.resource} has no field ${name}.`, `${lifecycle.resource} 没有字段 ${name}。`],
              instead(name, settable),
            ),
          ),
      );
      return [
        ...inKeys,
        ...keys,
        ...lifecycle.transitions.flatMap((transition, index) => {
          const at = `/transitions/${index}`;
          return [
            ...(transition.require ?? []).flatMap((guard, which) =>
              stray(guard.onRefuse?.set, `${at}/require/${which}/onRefuse/set`),
            ),
            ...transition.to.flatMap((branch, which) => {
              const here = `${at}/to/${which}/set`;
              const missing = transition.from.includes("ABSENT")
                ? required(lifecycle).filter(
                    (name) => !lifecycle.key.includes(name) && !Object.hasOwn(branch.set ?? {}, name),
                  )
                : [];
              return [
                ...stray(branch.set, here),
                ...missing.map((name) =>
                  problem(
                    "lifecycle.fields",
                    file,
                    here,
                    [
                      `${transition.name} makes a row of ${lifecycle.resource} without ${name}.`,
                      `${transition.name} 新建的 ${lifecycle.resource} 缺少 ${name}。`,
                    ],
                    [
                      `Set ${name}, or let it be missing with "?" in fields.`,
                      `请设置 ${name},或在 fields 中以 "?" 标为可缺失。`,
                    ],
                  ),
                ),
              ];
            }),
            ...(transition.to.at(-1)?.when === undefined
              ? []
              : [
                  problem(
                    "branch.last",
                    file,
                    `${at}/to/${transition.to.length - 1}/when`,
                    [
                      `No branch of ${transition.name} is left when no condition holds.`,
                      `${transition.name} 的所有条件都不成立时没有分支可走。`,
                    ],
                    [`Give the last branch no "when".`, `最后一个分支不要写 "when"。`],
                  ),
                ]),
          ];
        }),
      ];
    }),
};

/** Seeds make rows that could exist, and bind gives exactly what is promised. */
export const scenarioSeeds: Rule = {
  id: "scenario",
  check: (source) =>
    source.scenarios.flatMap((scenario) => {
      const file = scenarioFile(scenario);
      const found: Problem[] = [];
      scenario.seed.forEach((seed, index) => {
        const at = `/seed/${index}`;
        const lifecycle = source.lifecycles.find(({ resource }) => resource === seed.resource);
        if (lifecycle === undefined) {
          found.push(
            problem(
              "scenario.resource",
              file,
              `${at}/resource`,
              [`There is no resource ${seed.resource}.`, `没有资源 ${seed.resource}。`],
              instead(
                seed.resource,
                source.lifecycles.map(({ resource }) => resource),
              ),
            ),
          );
          return;
        }
        const known = [
          ...new Set([...lifecycle.key, ...Object.keys(lifecycle.fields), ...Object.keys(lifecycle.aggregates ?? {})]),
        ];
        for (const name of Object.keys(seed.fields)) {
          if (!known.includes(name))
            found.push(
              problem(
                "scenario.field",
                file,
                `${at}/fields/${escape(name)}`,
                [`${seed.resource} has no field ${name}.`, `${seed.resource} 没有字段 ${name}。`],
                instead(name, known),
              ),
            );
        }
        const needed = new Set([...required(lifecycle), ...lifecycle.key]);
        for (const name of needed) {
          if (!Object.hasOwn(seed.fields, name))
            found.push(
              problem(
                "scenario.field",
                file,
                `${at}/fields`,
                [`The seeded ${seed.resource} lacks ${name}.`, `预置的 ${seed.resource} 缺少 ${name}。`],
                [`Give ${name} a value.`, `请给出 ${name}。`],
              ),
            );
        }
        if (lifecycle.role !== scenario.role)
          found.push(
            problem(
              "scenario.resource",
              file,
              `${at}/resource`,
              [
                `${seed.resource} belongs to the ${lifecycle.role}, the scenario to the ${scenario.role}.`,
                `${seed.resource} 属于 ${lifecycle.role},而场景属于 ${scenario.role}。`,
              ],
              ["Seed rows of the scenario's role.", "请预置场景所属角色的资源。"],
            ),
          );
      });
      const gives = Object.keys(scenario.gives);
      for (const name of new Set([...gives, ...Object.keys(scenario.bind)])) {
        if (gives.includes(name) && Object.hasOwn(scenario.bind, name)) continue;
        found.push(
          problem(
            "scenario.bind",
            file,
            gives.includes(name) ? "/bind" : `/bind/${escape(name)}`,
            [
              `${name} is in ${gives.includes(name) ? "gives" : "bind"} only.`,
              `${name} 只出现在 ${gives.includes(name) ? "gives" : "bind"} 中。`,
            ],
            ["Name it in both, or in neither.", "请两处都写,或都不写。"],
          ),
        );
      }
      return found;
    }),
};
