import { read } from "../../expression/syntax.ts";
import { escape } from "../../expression/typing.ts";
import type { Syntax } from "../../expression/syntax.ts";
import type { Problem } from "../problem.ts";
import type { ErrorCode, Expression, Interface, PackSource, Scenario, Step, Way } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { interfaceFields } from "./schemas.ts";

/** Roots that every `set` of a way may use, beside the steps' own names. */
const ROOTS = ["scenario", "fresh", "before", "now", "today", "party"];

/** A way to provoke a code leads through what the pack has: interfaces, scenarios, fields, earlier steps. */
export const provocations: Rule = {
  id: "error.provoke",
  check: (source) =>
    source.errors.flatMap((error, at) =>
      (error.provoke ?? []).flatMap((way, index) => {
        const pointer = `/errors/${at}/provoke/${index}`;
        const steps = way.after ?? [];
        return [
          ...answers(source, error, way, pointer),
          ...steps.flatMap((step, place) => decisionProblems(source, step, `${pointer}/after/${place}`)),
          ...steps.flatMap((step, place) =>
            stepProblems(source, step, step.call, `${pointer}/after/${place}`, "call", namesBefore(steps, place)),
          ),
          ...stepProblems(source, way, way.in, pointer, "in", namesBefore(steps, steps.length)),
        ];
      }),
    ),
};

const namesBefore = (steps: readonly Step[], place: number): readonly string[] =>
  steps.slice(0, place).flatMap((step) => (step.as === undefined ? [] : [step.as]));

function answers(source: PackSource, error: ErrorCode, way: Way, pointer: string): readonly Problem[] {
  const one = source.interfaces.find(({ id }) => id === way.in);
  if (
    one === undefined ||
    one.errors.includes(error.code) ||
    Object.values(source.manifest.policies.stages).includes(error.code)
  )
    return [];
  return [
    problem(
      "error.provoke",
      "errors.json",
      `${pointer}/in`,
      [`${way.in} is never refused with ${error.code}.`, `${way.in} 不会返回 ${error.code}。`],
      [
        `Name one that lists it: ${names(source.interfaces.filter(({ errors }) => errors.includes(error.code)).map(({ id }) => id))}.`,
        "请填写 errors 中列出该错误码的接口。",
      ],
    ),
  ];
}

function decisionProblems({ lifecycles }: PackSource, { decided }: Step, pointer: string): readonly Problem[] {
  const known = lifecycles.flatMap(({ transitions }) =>
    transitions.flatMap(({ on }) => ("operator" in on ? [on.operator] : [])),
  );
  if (decided === undefined || known.includes(decided)) return [];
  const [en, zh] = [`There is no decision ${JSON.stringify(decided)}.`, `没有决定 ${JSON.stringify(decided)}。`];
  return [misled(`${pointer}/decided`, en, zh, known)];
}

function stepProblems(
  source: PackSource,
  step: Pick<Step, "scenario" | "set">,
  call: string,
  pointer: string,
  word: "call" | "in",
  named: readonly string[],
): readonly Problem[] {
  const one = source.interfaces.find(({ id }) => id === call);
  if (one === undefined)
    return [
      misled(
        `${pointer}/${word}`,
        `There is no interface ${JSON.stringify(call)}.`,
        `没有接口 ${JSON.stringify(call)}。`,
        source.interfaces.map(({ id }) => id),
      ),
    ];
  const scenario = source.scenarios.find(({ id }) => id === step.scenario);
  if (step.scenario !== undefined && scenario === undefined)
    return [
      misled(
        `${pointer}/scenario`,
        `There is no scenario ${JSON.stringify(step.scenario)}.`,
        `没有场景 ${JSON.stringify(step.scenario)}。`,
        source.scenarios.map(({ id }) => id),
      ),
    ];
  const fields = fieldsOf(source, one);
  return Object.entries(step.set ?? {}).flatMap(([target, expression]) => {
    const name = target.split("/")[1] ?? "";
    const at = `${pointer}/set/${escape(target)}`;
    if (!fields.includes(name))
      return [
        misled(
          at,
          `A request of ${call} has no field ${JSON.stringify(name)}.`,
          `${call} 的请求没有字段 ${JSON.stringify(name)}。`,
          fields,
        ),
      ];
    return rootProblems(expression, at, [...ROOTS, ...named], scenario);
  });
}

/** What an expression names that is not known where it stands. */
function rootProblems(
  expression: Expression,
  at: string,
  known: readonly string[],
  scenario: Scenario | undefined,
): readonly Problem[] {
  return rootsOf(expression).flatMap(([root, field]) => {
    if (!known.includes(root))
      return [
        misled(
          at,
          `$${root} is not known here.`,
          `此处没有 $${root}。`,
          known.map((name) => `$${name}`),
        ),
      ];
    const gives = scenario === undefined ? undefined : Object.keys(scenario.gives);
    return root === "scenario" && gives !== undefined && field !== undefined && !gives.includes(field)
      ? [
          misled(
            at,
            `${scenario?.id} gives no ${JSON.stringify(field)}.`,
            `${scenario?.id} 不提供 ${JSON.stringify(field)}。`,
            gives,
          ),
        ]
      : [];
  });
}

function misled(pointer: string, en: string, zh: string, allowed: Iterable<string>): Problem {
  return problem(
    "error.provoke",
    "errors.json",
    pointer,
    [en, zh],
    [`Name one of: ${names(allowed)}.`, `请填写:${names(allowed)}。`],
  );
}

const fieldsOf = (source: PackSource, one: Interface): readonly string[] =>
  (["path", "query", "body"] as const).flatMap((part) => interfaceFields(source, one, part));

/** The first two segments of every path in an expression. */
function rootsOf(expression: Expression): readonly (readonly [string, string | undefined])[] {
  const syntax: Syntax = read(expression);
  switch (syntax.kind) {
    case "path":
      return [[syntax.segments[0] ?? "", syntax.segments[1]]];
    case "template":
      return syntax.parts.flatMap((part) => (typeof part === "string" ? [] : [[part[0] ?? "", part[1]] as const]));
    case "operation":
      return syntax.arguments.flatMap(rootsOf);
    case "list":
      return syntax.items.flatMap(rootsOf);
    case "mistake":
    case "constant":
      return [];
    default:
      return syntax.fields.flatMap(([, field]) => rootsOf(field));
  }
}
