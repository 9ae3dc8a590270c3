import { escape } from "../../expression/typing.ts";
import { lifecycleFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { Branch, Lifecycle, Transition } from "../types.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A new row gets every field that may not be missing, and `set` names fields only. */
export const lifecycleFields: Rule = {
  id: "lifecycle.fields",
  check: (source) =>
    source.lifecycles.flatMap((lifecycle) => [
      ...documentsInKeys(lifecycle),
      ...unknownInUnique(lifecycle),
      ...datesOfLimits(lifecycle),
      ...lifecycle.transitions.flatMap((transition, index) =>
        ofTransition(lifecycle, transition, `/transitions/${index}`),
      ),
    ]),
};

/** Fields that every row of a lifecycle has. */
export function requiredFields(lifecycle: Lifecycle): readonly string[] {
  return Object.entries(lifecycle.fields)
    .filter(([, type]) => !type.endsWith("?"))
    .map(([name]) => name);
}

const settable = (lifecycle: Lifecycle): readonly string[] => [
  ...Object.keys(lifecycle.fields),
  ...Object.keys(lifecycle.aggregates ?? {}).filter((name) => lifecycle.aggregates?.[name]?.sum !== undefined),
];

const noField = (lifecycle: Lifecycle, name: string, pointer: string): Problem =>
  problem(
    "lifecycle.fields",
    lifecycleFile(lifecycle),
    pointer,
    [`${lifecycle.resource} has no field ${name}.`, `${lifecycle.resource} 没有字段 ${name}。`],
    instead(name, settable(lifecycle)),
  );

function documentsInKeys(lifecycle: Lifecycle): readonly Problem[] {
  return [
    ...lifecycle.key.map((name) => ({ name, pointer: "/key" })),
    ...(["unique", "limits"] as const).flatMap((word) =>
      (lifecycle[word] ?? []).flatMap(({ fields }, index) =>
        fields.map((name) => ({ name, pointer: `/${word}/${index}/fields` })),
      ),
    ),
  ]
    .filter(({ name }) => lifecycle.fields[name]?.startsWith("json"))
    .map(({ name, pointer }) =>
      problem(
        "lifecycle.fields",
        lifecycleFile(lifecycle),
        pointer,
        [`${name} is json, and tells no rows apart.`, `${name} 为 json 类型,不能用来区分记录。`],
        ["Use a text or an integer.", "请使用 text 或 integer。"],
      ),
    );
}

function unknownInUnique(lifecycle: Lifecycle): readonly Problem[] {
  return (["unique", "limits"] as const).flatMap((word) =>
    (lifecycle[word] ?? []).flatMap((rule, index) =>
      rule.fields
        .filter((name) => !Object.hasOwn(lifecycle.fields, name) && !lifecycle.key.includes(name))
        .map((name) => noField(lifecycle, name, `/${word}/${index}/fields`)),
    ),
  );
}

/** A limit counts by a field that is a date. */
function datesOfLimits(lifecycle: Lifecycle): readonly Problem[] {
  return (lifecycle.limits ?? []).flatMap(({ date }, index) => {
    if (lifecycle.fields[date]?.startsWith("date")) return [];
    const dates = Object.keys(lifecycle.fields).filter((name) => lifecycle.fields[name]?.startsWith("date"));
    return [
      problem(
        "lifecycle.fields",
        lifecycleFile(lifecycle),
        `/limits/${index}/date`,
        [`${date} is no date of ${lifecycle.resource}.`, `${date} 不是 ${lifecycle.resource} 的日期字段。`],
        instead(date, dates),
      ),
    ];
  });
}

function ofTransition(lifecycle: Lifecycle, transition: Transition, at: string): readonly Problem[] {
  return [
    ...(transition.require ?? []).flatMap((guard, which) =>
      unknownInSet(lifecycle, guard.onRefuse?.set, `${at}/require/${which}/onRefuse/set`),
    ),
    ...transition.to.flatMap((branch, which) => ofBranch(lifecycle, transition, branch, `${at}/to/${which}/set`)),
    ...(transition.to.at(-1)?.when === undefined
      ? []
      : [
          problem(
            "branch.last",
            lifecycleFile(lifecycle),
            `${at}/to/${transition.to.length - 1}/when`,
            [
              `No branch of ${transition.name} is left when no condition holds.`,
              `${transition.name} 的所有条件都不成立时没有分支可走。`,
            ],
            [`Give the last branch no "when".`, `最后一个分支不要写 "when"。`],
          ),
        ]),
  ];
}

function unknownInSet(
  lifecycle: Lifecycle,
  set: Readonly<Record<string, unknown>> | undefined,
  pointer: string,
): readonly Problem[] {
  return Object.keys(set ?? {})
    .filter((name) => !settable(lifecycle).includes(name))
    .map((name) => noField(lifecycle, name, `${pointer}/${escape(name)}`));
}

function ofBranch(lifecycle: Lifecycle, transition: Transition, branch: Branch, at: string): readonly Problem[] {
  const missing = transition.from.includes("ABSENT")
    ? requiredFields(lifecycle).filter(
        (name) => !lifecycle.key.includes(name) && !Object.hasOwn(branch.set ?? {}, name),
      )
    : [];
  return [
    ...unknownInSet(lifecycle, branch.set, at),
    ...missing.map((name) =>
      problem(
        "lifecycle.fields",
        lifecycleFile(lifecycle),
        at,
        [
          `${transition.name} makes a row of ${lifecycle.resource} without ${name}.`,
          `${transition.name} 新建的 ${lifecycle.resource} 缺少 ${name}。`,
        ],
        [`Set ${name}, or let it be missing with "?" in fields.`, `请设置 ${name},或在 fields 中以 "?" 标为可缺失。`],
      ),
    ),
  ];
}
