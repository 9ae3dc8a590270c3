import type { Ajv2020 } from "ajv/dist/2020.js";
import { escape } from "../../expression/typing.ts";
import { read } from "../../expression/syntax.ts";
import { indexForms } from "../../lifecycle/party.ts";
import { fieldsOf } from "../annotated-fields.ts";
import { schemaValidator } from "../annotation.ts";
import { fieldSource } from "../field-source.ts";
import { interfaceFile, messageFile, scenarioFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import { absolute, addressOf } from "../reference.ts";
import type { SchemaObject } from "../reference.ts";
import type { Expression, PackSource, Role, Scenario } from "../types.ts";
import { firstViolation } from "../violation.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/**
 * Texts that a scenario binds are such as the requests take that are filled with them, for each form of a party's index:
 * what is seeded for one call alone has a longer one.
 */
export const scenarioValues: Rule = {
  id: "scenario.value",
  check: (source) => {
    const takers = takersOf(source);
    const ajv = messagesOf(source);
    return source.scenarios.flatMap((scenario) =>
      Object.entries(scenario.bind).flatMap(([gift, expression]) =>
        indexForms(scenario.role)
          .flatMap((index) => {
            const text = textOf(expression, seededTexts(scenario, index));
            const mine = takers.filter((one) => one.gift === gift && one.role === scenario.role);
            return text === undefined ? [] : mine.flatMap((taker) => refused(ajv, scenario, gift, text, taker));
          })
          .slice(0, 1),
      ),
    );
  },
};

/** A field of a request that is filled with what a scenario gives. */
interface Taker {
  readonly interface: string;
  readonly role: Role;
  readonly gift: string;
  readonly field: string;
  readonly schema: SchemaObject;
  readonly file: string;
}

const takersOf = (source: PackSource): readonly Taker[] =>
  source.interfaces.flatMap((one) =>
    [one.request.path, one.request.query, one.request.body].flatMap((part) =>
      fieldsOf(source, part, interfaceFile(one), "x-from").flatMap(({ value, path, schema, file }) => {
        const from = fieldSource(String(value));
        return from?.kind === "scenario"
          ? [{ interface: one.id, role: one.provider, gift: from.gift, field: path.join("."), schema, file }]
          : [];
      }),
    ),
  );

function messagesOf(source: PackSource): Ajv2020 {
  const ajv = schemaValidator();
  for (const [name, schema] of Object.entries(source.messages)) {
    try {
      ajv.addSchema(absolute(schema, messageFile(name)), addressOf(messageFile(name)));
    } catch {
      // `schema.compile` tells it.
    }
  }
  return ajv;
}

function refused(ajv: Ajv2020, scenario: Scenario, gift: string, text: string, taker: Taker): readonly Problem[] {
  const issue = issueOf(ajv, taker, text);
  if (issue === undefined) return [];
  return [
    problem(
      "scenario.value",
      scenarioFile(scenario),
      `/bind/${escape(gift)}`,
      [
        `${gift} is seeded as ${JSON.stringify(text)}, which ${taker.interface} does not take as ${taker.field}: ${issue}.`,
        `${gift} 预置为 ${JSON.stringify(text)}，而 ${taker.interface} 的 ${taker.field} 不接受该值：${issue}。`,
      ],
      [
        `Seed a text that the schema takes with each index of a party: ${indexForms(scenario.role).join(", ")}.`,
        `请预置在各种机构序号（${indexForms(scenario.role).join("、")}）下均符合字段模式的文本。`,
      ],
    ),
  ];
}

/** Why a field does not take a text; undefined where it does, and where the schema cannot be read: `schema.compile` tells that. */
function issueOf(ajv: Ajv2020, { schema, file }: Taker, text: string): string | undefined {
  try {
    const prepared = absolute(schema, file);
    return typeof prepared === "boolean" ? undefined : firstViolation(ajv.compile(prepared), text)?.issue;
  } catch {
    return undefined;
  }
}

/** Fields of the rows of a scenario whose texts are known before it is seeded, by `resource.field`. */
function seededTexts(scenario: Scenario, index: string): ReadonlyMap<string, string> {
  const known = new Map([["party.index", index]]);
  for (const { resource, fields } of scenario.seed)
    for (const [name, expression] of Object.entries(fields)) {
      const text = textOf(expression, known);
      if (text !== undefined) known.set(`${resource}.${name}`, text);
    }
  return known;
}

/** The text that an expression gives, where that follows from what is known. */
function textOf(expression: Expression, known: ReadonlyMap<string, string>): string | undefined {
  const syntax = read(expression);
  if (syntax.kind === "constant") return typeof syntax.value === "string" ? syntax.value : undefined;
  if (syntax.kind === "path") return known.get(syntax.segments.join("."));
  if (syntax.kind !== "template") return undefined;
  const parts = syntax.parts.map((part) => (typeof part === "string" ? part : known.get(part.join("."))));
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}
