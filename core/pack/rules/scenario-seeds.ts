import { escape } from "../../expression/typing.ts";
import { scenarioFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { Lifecycle, PackSource, Scenario } from "../types.ts";
import { requiredFields } from "./lifecycle-fields.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Seeds make rows that could exist, and bind gives exactly what is promised. */
export const scenarioSeeds: Rule = {
  id: "scenario",
  check: (source) =>
    source.scenarios.flatMap((scenario) => [
      ...scenario.seed.flatMap((seed, index) => ofSeed(source, scenario, seed, `/seed/${index}`)),
      ...unboundOf(scenario),
    ]),
};

type Seed = Scenario["seed"][number];

function ofSeed(source: PackSource, scenario: Scenario, seed: Seed, at: string): readonly Problem[] {
  const lifecycle = source.lifecycles.find(({ resource }) => resource === seed.resource);
  return lifecycle === undefined
    ? [
        problem(
          "scenario.resource",
          scenarioFile(scenario),
          `${at}/resource`,
          [`There is no resource ${seed.resource}.`, `没有资源 ${seed.resource}。`],
          instead(
            seed.resource,
            source.lifecycles.map(({ resource }) => resource),
          ),
        ),
      ]
    : [
        ...unknownIn(scenario, seed, lifecycle, at),
        ...missingIn(scenario, seed, lifecycle, at),
        ...otherRole(scenario, seed, lifecycle, at),
      ];
}

function unknownIn(scenario: Scenario, seed: Seed, lifecycle: Lifecycle, at: string): readonly Problem[] {
  const known = [
    ...new Set([...lifecycle.key, ...Object.keys(lifecycle.fields), ...Object.keys(lifecycle.aggregates ?? {})]),
  ];
  return Object.keys(seed.fields)
    .filter((name) => !known.includes(name))
    .map((name) =>
      problem(
        "scenario.field",
        scenarioFile(scenario),
        `${at}/fields/${escape(name)}`,
        [`${seed.resource} has no field ${name}.`, `${seed.resource} 没有字段 ${name}。`],
        instead(name, known),
      ),
    );
}

function missingIn(scenario: Scenario, seed: Seed, lifecycle: Lifecycle, at: string): readonly Problem[] {
  return [...new Set([...requiredFields(lifecycle), ...lifecycle.key])]
    .filter((name) => !Object.hasOwn(seed.fields, name))
    .map((name) =>
      problem(
        "scenario.field",
        scenarioFile(scenario),
        `${at}/fields`,
        [`The seeded ${seed.resource} lacks ${name}.`, `预置的 ${seed.resource} 缺少 ${name}。`],
        [`Give ${name} a value.`, `请给出 ${name}。`],
      ),
    );
}

function otherRole(scenario: Scenario, seed: Seed, lifecycle: Lifecycle, at: string): readonly Problem[] {
  if (lifecycle.role === scenario.role) return [];
  return [
    problem(
      "scenario.resource",
      scenarioFile(scenario),
      `${at}/resource`,
      [
        `${seed.resource} belongs to the ${lifecycle.role}, the scenario to the ${scenario.role}.`,
        `${seed.resource} 属于 ${lifecycle.role},而场景属于 ${scenario.role}。`,
      ],
      ["Seed rows of the scenario's role.", "请预置场景所属角色的资源。"],
    ),
  ];
}

function unboundOf(scenario: Scenario): readonly Problem[] {
  const gives = Object.keys(scenario.gives);
  return [...new Set([...gives, ...Object.keys(scenario.bind)])]
    .filter((name) => !gives.includes(name) || !Object.hasOwn(scenario.bind, name))
    .map((name) => {
      const only = gives.includes(name) ? "gives" : "bind";
      return problem(
        "scenario.bind",
        scenarioFile(scenario),
        only === "gives" ? "/bind" : `/bind/${escape(name)}`,
        [`${name} is in ${only} only.`, `${name} 只出现在 ${only} 中。`],
        ["Name it in both, or in neither.", "请两处都写,或都不写。"],
      );
    });
}
