import type { Expression } from "../pack/types.ts";
import type { ApiOperation, DocumentSchema, DocumentSchemas } from "./document.ts";
import { fieldAt, findField } from "./field-search.ts";
import type { Path } from "./field-search.ts";
import { flatten } from "./flat-schema.ts";
import { kebab, singular, snake, unique, upperSnake } from "./names.ts";

/** Names that expressions and purposes have for something else. */
const RESERVED = [
  "request",
  "party",
  "now",
  "today",
  "self",
  "policies",
  "balance",
  "entries",
  "bill",
  "keys",
  "channel",
];

/** A call that makes something, with those that read it. */
export interface Resource {
  readonly name: string;
  readonly create: ApiOperation;
  readonly reads: readonly { readonly operation: ApiOperation; readonly parameter: string }[];
  /** Field of the row that has the number under which it is read. */
  readonly keyField: string;
  /** The path parameter of the creating call that is the number; absent: the provider gives one. */
  readonly numberOfCaller: string | undefined;
  readonly states: readonly ResourceState[];
}

export interface ResourceState {
  readonly name: string;
  /** How messages write it; absent: they do not. */
  readonly written: string | undefined;
}

const lastParameter = (path: string): string | undefined => /\/\{([^}]+)\}$/u.exec(path)?.[1];
const shape = (path: string): string => path.replaceAll(/\{[^}]*\}/gu, "{}");

/** Finds what is made and read: `POST /x` and `GET /x/{id}`, or `PUT` and `GET` of `/x/{id}`. */
export function guessResources(operations: readonly ApiOperation[], schemas: DocumentSchemas): readonly Resource[] {
  const taken = new Set(RESERVED);
  const reads = operations.filter(({ method, path }) => method === "get" && lastParameter(path) !== undefined);
  const used = new Set<ApiOperation>();
  const makers = operations.filter(
    ({ method }) => method === "post" || method === "put" || method === "patch" || method === "delete",
  );
  const puts = new Set(
    makers
      .filter(({ method, path }) => method === "put" && lastParameter(path) !== undefined)
      .map(({ path }) => shape(path)),
  );
  return makers.map((create) => {
    const number = create.method === "put" ? lastParameter(create.path) : undefined;
    const at = shape(number === undefined ? `${create.path}/{}` : create.path);
    // Where callers give the number, what a provider numbers by itself is read at the same address.
    const own =
      (number === undefined && create.method !== "post") || (create.method === "post" && puts.has(at))
        ? []
        : reads.filter((one) => shape(one.path) === at && !used.has(one));
    own.forEach((one) => used.add(one));
    const segment =
      create.path
        .split("/")
        .filter((one) => one !== "" && !one.includes("{"))
        .at(-1) ?? create.id;
    const base = own.length > 0 ? singular(kebab(segment)) : kebab(create.id);
    const name = snake(unique(base.replaceAll("-", "_"), taken));
    const parameter = number ?? lastParameter(own[0]?.path ?? "");
    const field = parameter === undefined ? "number" : snake(parameter);
    return {
      name,
      create,
      reads: own.map((operation) => ({ operation, parameter: lastParameter(operation.path) ?? "" })),
      keyField: ["state", "entered", "holds", "party_id"].includes(field) ? `${field}_number` : field,
      numberOfCaller: number,
      states: statesOf(
        own.map(({ response }) => response.body?.schema).concat(create.response.body?.schema),
        create,
        schemas,
      ),
    };
  });
}

/** Where a message has the state: a text with an enum whose name says so. */
export function statePath(schema: DocumentSchema | undefined, schemas: DocumentSchemas): Path | undefined {
  return findField(schema, schemas, (name, field) => {
    const { own } = flatten(field, schemas);
    return (
      /^(?:status|state|trade_?state|\w*Status|\w*State|\w+_(?:status|state))$/u.test(name) &&
      Array.isArray(own["enum"]) &&
      own["enum"].length > 1 &&
      own["enum"].every((value) => typeof value === "string")
    );
  });
}

/** Where an answer has the number under which it is read: by the name of the path's parameter, or `id`. */
export function numberPath(
  schema: DocumentSchema | undefined,
  schemas: DocumentSchemas,
  parameter: string,
): Path | undefined {
  const text = (field: DocumentSchema): boolean => flatten(field, schemas).type === "string";
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/gu, "");
  return (
    findField(schema, schemas, (name, field) => plain(name) === plain(parameter) && text(field)) ??
    findField(schema, schemas, (name, field) => name.toLowerCase() === "id" && text(field))
  );
}

function statesOf(
  schemas: readonly (DocumentSchema | undefined)[],
  create: ApiOperation,
  known: DocumentSchemas,
): readonly ResourceState[] {
  const enumOf = (schema: DocumentSchema | undefined): readonly string[] => {
    const path = statePath(schema, known);
    const field = path === undefined ? undefined : fieldAt(schema, known, path)?.schema;
    const values = flatten(field, known).own["enum"];
    return Array.isArray(values) ? (values as readonly string[]) : [];
  };
  // What the creating call answers first is where it begins.
  const written = [...new Set([...enumOf(create.response.body?.schema), ...schemas.flatMap(enumOf)])];
  if (written.length === 0) return [{ name: "CREATED", written: undefined }];
  const taken = new Set<string>();
  return written.map((text) => ({ name: unique(upperSnake(text), taken).replaceAll("-", "_"), written: text }));
}

/** The state as messages write it, over the row. */
export function writtenState(
  { name, states }: Resource,
  allowed: readonly string[] | undefined,
): Expression | undefined {
  const written = states.flatMap(({ name: state, written: text }) =>
    text !== undefined && allowed?.includes(text) !== false ? [{ state, text }] : [],
  );
  const last = written.at(-1);
  if (last === undefined) return undefined;
  if (written.length === states.length && written.every(({ state, text }) => state === text)) return `$${name}.state`;
  const [first] = written;
  if (written.length === 1 || first === undefined) return last.text;
  return {
    if: [...written.slice(1).flatMap(({ state, text }) => [{ eq: [`$${name}.state`, state] }, text]), first.text],
  };
}
