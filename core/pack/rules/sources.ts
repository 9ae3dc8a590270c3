import { fieldSource, PLAIN_SOURCES } from "../field-source.ts";
import type { FieldSource } from "../field-source.ts";
import { isSchemaObject } from "../reference.ts";
import type { PackSource } from "../types.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { interfaceFields, schemaParts } from "./schemas.ts";

/** `x-from` says where a value comes from in words that there are, of scenarios, interfaces, fields and states that there are. */
export const fieldSources: Rule = {
  id: "schema.from",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, keyword, value }) => {
      if (keyword !== "x-from" || typeof value !== "string") return [];
      const wrong = wrongIn(source, value);
      return wrong === undefined ? [] : [problem("schema.from", file, pointer, wrong.message, wrong.remedy)];
    }),
};

type Text = readonly [en: string, zh: string];

function wrongIn(source: PackSource, text: string): { readonly message: Text; readonly remedy: Text } | undefined {
  const from = fieldSource(text);
  if (from === undefined)
    return {
      message: [`x-from knows no source ${JSON.stringify(text)}.`, `x-from 没有来源 ${JSON.stringify(text)}。`],
      remedy: instead(text, [...PLAIN_SOURCES, "scenario.<name>", "prior.<interface>#<field>@<STATE>"]),
    };
  if (from.kind === "scenario") {
    const gifts = new Set(source.scenarios.flatMap(({ gives }) => Object.keys(gives)));
    return gifts.has(from.gift)
      ? undefined
      : {
          message: [`No scenario gives ${JSON.stringify(from.gift)}.`, `没有场景提供 ${JSON.stringify(from.gift)}。`],
          remedy: instead(from.gift, gifts),
        };
  }
  return from.kind === "prior" ? wrongPrior(source, from) : undefined;
}

function wrongPrior(
  source: PackSource,
  from: Extract<FieldSource, { kind: "prior" }>,
): { readonly message: Text; readonly remedy: Text } | undefined {
  const one = source.interfaces.find(({ id }) => id === from.interface);
  if (one === undefined)
    return {
      message: [
        `There is no interface ${JSON.stringify(from.interface)}.`,
        `没有接口 ${JSON.stringify(from.interface)}。`,
      ],
      remedy: instead(
        from.interface,
        source.interfaces.map(({ id }) => id),
      ),
    };
  const fields = [
    ...(["path", "query", "body"] as const).flatMap((part) => interfaceFields(source, one, part)),
    ...interfaceFields(source, one, "answer"),
  ];
  // An answer that says nothing of its fields may have any.
  if (
    from.field !== undefined &&
    isSchemaObject(one.response.body) &&
    !fields.includes(from.field) &&
    !fields.includes(from.field.split(".")[0] ?? "")
  )
    return {
      message: [
        `${one.id} neither takes nor answers a field ${JSON.stringify(from.field)}.`,
        `${one.id} 的请求与应答都没有字段 ${JSON.stringify(from.field)}。`,
      ],
      remedy: instead(from.field, fields),
    };
  const states = new Set(source.lifecycles.flatMap((lifecycle) => Object.keys(lifecycle.states)));
  return from.state === undefined || states.has(from.state)
    ? undefined
    : {
        message: [`No lifecycle has the state ${from.state}.`, `没有生命周期具有状态 ${from.state}。`],
        remedy: instead(from.state, states),
      };
}
