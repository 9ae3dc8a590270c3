import { interfaceFile } from "../file.ts";
import { follow, isSchemaObject } from "../reference.ts";
import type { Interface, PackSource, Schema } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** The requirement by which suites judge that a request with an unknown field is refused. */
const UNKNOWN_FIELDS_REFUSED = "PAR-15";

/** How deep schemas are followed; beyond it a pack refers in circles. */
const DEPTH = 16;

/** An object of a request that takes any field, where a requirement has unknown fields refused. Notifications may tell more. */
export const requestClosed: Rule = {
  id: "request.closed",
  check: (source) => {
    const demanded = source.requirements.find(({ id }) => id === UNKNOWN_FIELDS_REFUSED);
    if (demanded === undefined) return [];
    const open = source.interfaces
      .filter((one) => one.notification === undefined && (demanded.role === "both" || demanded.role === one.provider))
      .flatMap((one) => openObjects(source, one));
    // Interfaces share schemas, and each place is told once.
    return [...new Map(open.map((place) => [place.file + place.pointer, place])).values()].map(({ file, pointer }) =>
      problem(
        "request.closed",
        file,
        pointer,
        [
          `This object of a request takes any field, and ${demanded.id} has unknown fields refused.`,
          `请求中的该对象可含任意字段，而 ${demanded.id} 要求拒绝未知字段。`,
        ],
        [
          'Write "additionalProperties": false there, or "unevaluatedProperties": false where allOf puts parts together.',
          '请在此写 "additionalProperties": false；若由 allOf 组合，则写 "unevaluatedProperties": false。',
        ],
      ),
    );
  },
};

interface Place {
  readonly file: string;
  readonly pointer: string;
}

function openObjects(source: PackSource, one: Interface): readonly Place[] {
  return (["path", "query", "body"] as const).flatMap((part) => {
    const schema = one.request[part];
    return schema === undefined
      ? []
      : openWithin(source, schema, { file: interfaceFile(one), pointer: `/request/${part}` });
  });
}

/** The objects of a schema that take any field: those of its alternatives and properties too. Lists are kept as they come. */
function openWithin(source: PackSource, schema: Schema, at: Place, depth = 0): readonly Place[] {
  if (!isSchemaObject(schema) || depth > DEPTH) return [];
  const within = (pointer: string, part: unknown): readonly Place[] =>
    openWithin(source, part as Schema, { file: at.file, pointer: `${at.pointer}/${pointer}` }, depth + 1);
  const { properties, oneOf, anyOf, allOf, $ref } = schema;
  const closed = schema["additionalProperties"] === false || schema["unevaluatedProperties"] === false;
  const members = isSchemaObject(properties)
    ? Object.entries(properties).flatMap(([name, member]) =>
        within(`properties/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, member),
      )
    : [];
  if (closed) return members;
  const target = typeof $ref === "string" ? follow(source, $ref, at.file, schema) : undefined;
  if (target !== undefined) return [...members, ...openWithin(source, target.schema, target, depth + 1)];
  const alternatives = Array.isArray(oneOf)
    ? (["oneOf", oneOf] as const)
    : Array.isArray(anyOf)
      ? (["anyOf", anyOf] as const)
      : undefined;
  if (alternatives !== undefined && schema["type"] !== "object" && properties === undefined)
    return alternatives[1].flatMap((part: unknown, index: number) => within(`${alternatives[0]}/${index}`, part));
  const isObject =
    schema["type"] === "object" ||
    properties !== undefined ||
    (Array.isArray(allOf) && allOf.some((part) => describesObject(source, part, at.file)));
  return [...(isObject ? [at] : []), ...members];
}

function describesObject(source: PackSource, part: unknown, file: string, depth = 0): boolean {
  if (!isSchemaObject(part) || depth > DEPTH) return false;
  if (part["type"] === "object" || part["properties"] !== undefined) return true;
  const target = typeof part["$ref"] === "string" ? follow(source, part["$ref"], file, part) : undefined;
  return target !== undefined && describesObject(source, target.schema, target.file, depth + 1);
}
