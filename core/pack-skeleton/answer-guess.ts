import { OPERATORS } from "../expression/registry.ts";
import type { Expression, FieldType } from "../pack/types.ts";
import type { ApiOperation, DocumentSchema, DocumentSchemas } from "./document.ts";
import { fieldAt } from "./field-search.ts";
import type { Path } from "./field-search.ts";
import { flatten } from "./flat-schema.ts";
import { literally, madeValue } from "./made-value.ts";
import { snake, unique } from "./names.ts";

/** The row that a call makes: what it keeps of the request, and what was made up. */
export interface Row {
  readonly resource: string;
  readonly fields: Record<string, FieldType>;
  /** Values of the fields when the row is made. */
  readonly set: Record<string, Expression>;
  readonly taken: Set<string>;
  /** Fields by what they hold, so that two answers share one. */
  readonly held: Map<string, string>;
}

/** Fields of an answer whose expression is known already. */
export interface Known {
  readonly path: Path;
  readonly expression: Expression;
}

export interface AnswerContext {
  readonly schemas: DocumentSchemas;
  /** The request whose fields come back; absent: none do. */
  readonly request: ApiOperation | undefined;
  /** Absent: an answer that has no row to tell of. */
  readonly row: Row | undefined;
  readonly known: readonly Known[];
  /** Gets the paths of fields whose values were made up. */
  readonly made: string[];
}

const DEPTH = 12;

/** Whether a field is there in any case, made up where need be; or where the request always has it; or where it has it. */
type Presence = "made" | "always" | "maybe";

/** The answer as an expression: fields of the request come back, what must be there beside them is made up. */
export function guessAnswer(schema: DocumentSchema, context: AnswerContext): Expression {
  return answerAt(schema, [], "made", context) ?? { literal: [{}] };
}

function answerAt(
  schema: DocumentSchema | undefined,
  path: Path,
  presence: Presence,
  context: AnswerContext,
): Expression | undefined {
  const known = context.known.find((one) => same(one.path, path));
  if (known !== undefined) return known.expression;
  const flat = withFirstChoice(schema, context.schemas);
  const leadsToKnown = context.known.some((one) => same(one.path.slice(0, path.length), path));
  if (!leadsToKnown || path.length === 0) {
    const copied = path.length === 0 ? undefined : fromRequest(schema, path, presence !== "maybe", context);
    if (copied !== undefined) return copied;
  }
  if (flat.type === "object" && Object.keys(flat.properties).length > 0 && path.length < DEPTH)
    return template(flat, path, leadsToKnown ? "made" : presence, context);
  return presence === "made" ? made(schema, path, context) : undefined;
}

/** An object that is one of several is made as the first of them. */
function withFirstChoice(schema: DocumentSchema | undefined, schemas: DocumentSchemas): ReturnType<typeof flatten> {
  const flat = flatten(schema, schemas);
  const choices = [flat.own["oneOf"], flat.own["anyOf"]].find((one) => Array.isArray(one)) as
    | readonly unknown[]
    | undefined;
  if (choices === undefined || (flat.type !== undefined && flat.type !== "object")) return flat;
  return flatten({ allOf: [schema, choices[0]] }, schemas);
}

function template(
  flat: ReturnType<typeof flatten>,
  path: Path,
  presence: Presence,
  context: AnswerContext,
): Expression | undefined {
  const fields: Record<string, Expression> = {};
  for (const [name, field] of Object.entries(flat.properties)) {
    const value = answerAt(field, [...path, name], within(presence, flat.required.has(name)), context);
    if (value !== undefined) fields[name] = value;
  }
  for (const name of flat.required)
    if (presence === "made" && fields[name] === undefined && !Object.hasOwn(flat.properties, name))
      fields[name] = made(undefined, [...path, name], context);
  const [only, ...others] = Object.keys(fields);
  if (only === undefined) return presence === "made" ? { literal: [{}] } : undefined;
  // Without all that must be there, an object that need not be there is left out.
  if (presence !== "made" && [...flat.required].some((name) => fields[name] === undefined)) return undefined;
  // An object of one field that is called like an operator is not read as an object.
  if (others.length === 0 && (OPERATORS.has(only) || only.includes(".")))
    return presence === "made" ? made(flat.own, path, context) : undefined;
  return fields;
}

/** What holds of a field of an object: one that need not be there is left out where a field is missing that it must have. */
const within = (presence: Presence, required: boolean): Presence =>
  !required ? "maybe" : presence === "made" ? "made" : "always";

/** What the request has at the same place, or a text of the same name at its top. */
function fromRequest(
  schema: DocumentSchema | undefined,
  path: Path,
  required: boolean,
  { request, row, schemas }: AnswerContext,
): Expression | undefined {
  if (request === undefined || !path.every((name) => /^[A-Za-z_][\w-]*$/u.test(name))) return undefined;
  const name = path.at(-1) ?? "";
  const parameter = [...request.pathParameters, ...request.query].find((one) => one.name === name);
  const source = parameter === undefined ? fieldAt(request.request?.schema, schemas, path) : undefined;
  const found = parameter === undefined ? source?.schema : parameter.schema;
  const always = parameter?.required ?? source?.always ?? false;
  if (found === undefined || (required && !always) || !comesBackAs(found, schema, schemas)) return undefined;
  const expression = `$request.${parameter === undefined ? path.join(".") : name}`;
  if (row === undefined) return expression;
  return `$${row.resource}.${keep(row, path, typeOf(found, schemas), always, expression)}`;
}

/** A field of the row for a value, which is made when the row is. */
function keep(row: Row, path: Path, type: FieldType, always: boolean, expression: Expression): string {
  const held = JSON.stringify(expression);
  const before = row.held.get(held);
  if (before !== undefined) return before;
  const name = unique(snake(path.join("_")), row.taken).replaceAll("-", "_");
  row.held.set(held, name);
  row.fields[name] = always ? type : (`${type}?` as FieldType);
  row.set[name] = expression;
  return name;
}

function made(schema: DocumentSchema | undefined, path: Path, context: AnswerContext): Expression {
  const flat = flatten(schema, context.schemas);
  const { row } = context;
  if (row !== undefined && flat.type === "string" && flat.own["format"] === "date-time")
    return { "time.rfc3339": `$${row.resource}.${keep(row, ["created_at"], "time", true, "$now")}` };
  if (flat.type === "string" && flat.own["format"] === "date")
    return row === undefined ? "$today" : `$${row.resource}.${keep(row, ["created_on"], "date", true, "$today")}`;
  context.made.push(path.join("."));
  return literally(madeValue(schema, context.schemas));
}

function typeOf(schema: DocumentSchema, schemas: DocumentSchemas): "text" | "integer" | "boolean" | "date" | "json" {
  const flat = flatten(schema, schemas);
  if (flat.type === "string") return flat.own["format"] === "date" ? "date" : "text";
  if (flat.type === "integer" || flat.type === "number") return "integer";
  return flat.type === "boolean" ? "boolean" : "json";
}

/** Whether each value of the request is one that the answer may have. */
function comesBackAs(
  source: DocumentSchema,
  target: DocumentSchema | undefined,
  schemas: DocumentSchemas,
  depth = 0,
): boolean {
  if (target === undefined || depth > DEPTH) return false;
  if (canonical(source) === canonical(target)) return true;
  const [from, to] = [flatten(source, schemas), flatten(target, schemas)];
  if (from.type !== to.type || (from.nullable && !to.nullable)) return false;
  if (from.type === "object")
    return (
      Object.keys(to.properties).length > 0 &&
      (from.closed || !to.closed) &&
      [...to.required].every((name) => from.required.has(name)) &&
      Object.entries(from.properties).every(([name, field]) =>
        Object.hasOwn(to.properties, name) ? comesBackAs(field, to.properties[name], schemas, depth + 1) : !to.closed,
      )
    );
  return canonical({ ...from.own, ...UNSAID }) === canonical({ ...to.own, ...UNSAID });
}

/** Words that hold no value to anything. */
const UNSAID = {
  title: undefined,
  description: undefined,
  example: undefined,
  examples: undefined,
  default: undefined,
  deprecated: undefined,
  allOf: undefined,
  $ref: undefined,
  required: undefined,
};

const canonical = (schema: DocumentSchema): string =>
  JSON.stringify(
    Object.entries({ ...schema, description: undefined, title: undefined }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const same = (left: Path, right: Path): boolean =>
  left.length === right.length && left.every((name, index) => name === right[index]);
