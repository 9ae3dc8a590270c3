import { formatOf } from "../../codec/codecs.ts";
import { interfaceFile } from "../file.ts";
import { follow, isSchemaObject } from "../reference.ts";
import type { PackSource, Schema } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A format that is flat carries no objects, lists and fractions. */
export const formFlat: Rule = {
  id: "form.flat",
  check: (source) =>
    source.interfaces.flatMap((one) =>
      [
        ["/request/body", one.request.representation, one.request.body] as const,
        ["/response/body", one.response.representation, one.response.body] as const,
      ].flatMap(([pointer, representation, schema]) =>
        formatOf(representation)?.flat !== true
          ? []
          : unfit(source, schema, interfaceFile(one)).map((name) =>
              problem(
                "form.flat",
                interfaceFile(one),
                pointer,
                [
                  `A form has texts alone, and ${name} is none, no integer and no boolean.`,
                  `表单只有文本，而 ${name} 既非文本，也非整数或布尔值。`,
                ],
                [
                  `Give ${name} one of the types string, integer, boolean, or write its parts as parameters of their own.`,
                  `请将 ${name} 的类型写为 string、integer 或 boolean，或将其各部分写成独立的参数。`,
                ],
              ),
            ),
      ),
    ),
};

/** Names of properties that have another type, or none that is said. */
function unfit(source: PackSource, schema: Schema | undefined, file: string, depth = 0): readonly string[] {
  if (!isSchemaObject(schema) || depth > 16) return [];
  const reference = schema["$ref"];
  const target = typeof reference === "string" ? follow(source, reference, file, schema) : undefined;
  const lists = [schema["allOf"], schema["oneOf"], schema["anyOf"]].filter(Array.isArray) as (readonly Schema[])[];
  return [
    ...(target === undefined ? [] : unfit(source, target.schema, target.file, depth + 1)),
    ...lists.flat().flatMap((member) => unfit(source, member, file, depth + 1)),
    ...(isSchemaObject(schema["properties"])
      ? Object.entries(schema["properties"])
          .filter(([, property]) => !isScalar(source, property, file, schema))
          .map(([name]) => name)
      : []),
  ];
}

function isScalar(source: PackSource, property: unknown, file: string, own: Schema, depth = 0): boolean {
  if (!isSchemaObject(property) || depth > 16) return false;
  if (property["type"] !== undefined) return ["string", "integer", "boolean"].includes(property["type"] as string);
  if (Array.isArray(property["enum"])) return property["enum"].every((value) => typeof value === "string");
  if (property["const"] !== undefined) return typeof property["const"] === "string";
  const reference = property["$ref"];
  const target = typeof reference === "string" ? follow(source, reference, file, own) : undefined;
  return target !== undefined && isScalar(source, target.schema, target.file, own, depth + 1);
}
