import type { ErrorObject, ValidateFunction } from "ajv";
import { codecOf } from "../codec/codecs.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { envelopeOf } from "../envelope/styles.ts";
import { compileExpression } from "../expression/expression.ts";
import type { Evaluate } from "../expression/expression.ts";
import type { Json } from "../unit/unit.ts";
import { schemaValidator } from "./annotation.ts";
import { interfaceFile, lifecycleFile } from "./file.ts";
import { PackProblems } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { absolute, addressOf, follow } from "./reference.ts";
import { routesOf } from "./route.ts";
import type { RouteMatch } from "./route.ts";
import { asText, readTexts, textReaders } from "./text-values.ts";
import type { TextReader } from "./text-values.ts";
import type {
  ErrorCode,
  Expression,
  Interface,
  Lifecycle,
  PackSource,
  Requirement,
  Role,
  Scenario,
  Schema,
  Transition,
} from "./types.ts";

export type { RouteMatch } from "./route.ts";

/** A pack ready for use: look-ups by name, validators, routes, compiled expressions. Look-ups of unknown names throw. */
export interface Pack {
  readonly source: PackSource;
  /** How its messages are addressed, signed and carried. */
  readonly envelope: Envelope;
  interface(id: string): Interface;
  lifecycle(resource: string): Lifecycle;
  error(code: string): ErrorCode;
  scenario(id: string): Scenario;
  /** The lifecycle and transitions that a call of this interface triggers, in file order; `undefined` for a reading one. */
  triggeredByCall(
    id: string,
  ): { readonly lifecycle: Lifecycle; readonly transitions: readonly Transition[] } | undefined;
  /** Which interface that `role` provides is called. `path` is the path as on the request line, without query. */
  matchRoute(role: Role, method: string, path: string): RouteMatch;
  validators(id: string): Validators;
  /** The first thing wrong with what an operator gives to a transition; one that declares no input takes none. */
  operatorInput(transition: Transition, input: unknown): Violation | undefined;
  /** Requirements that the role must hold. */
  requirementsFor(role: Role): readonly Requirement[];
  /** The closure of an expression; compiled at its first use. */
  expression(expression: Expression): Evaluate;
  /** What a `$ref` in a schema of the pack leads to. Throws when it leads nowhere. */
  resolve(reference: string): Schema;
}

export interface Validators {
  /** A decoded body in the types of its schema, where the format has texts alone; else the body as it is. */
  readBody(value: Json): Json;
  /** The same for the body of a good answer. */
  readResponse(value: Json): Json;
  /** The first thing wrong with a decoded body. */
  body(value: unknown): Violation | undefined;
  /**
   * Path and query parameters, texts on the wire: integers and booleans are read as the schema says, strictly
   * (`007`, `+1`, `1.0` are no integers), and then held to it.
   */
  parameters(path: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>): Parameters;
  /** The first thing wrong with the body of a good answer. */
  response(value: unknown): Violation | undefined;
}

export interface Violation {
  /** JSON Pointer of the value; for a missing field that of the field. */
  readonly field: string;
  /** What is wrong and what is allowed, English. Never repeats the value. */
  readonly issue: string;
}

export type Parameters =
  | { readonly ok: true; readonly values: Readonly<Record<string, Json>> }
  | { readonly ok: false; readonly field: string; readonly issue: string; readonly location: "path" | "query" };

/** Compiles what `loadPack` read. Throws `PackProblems` for schemas that cannot be compiled; run `checkPack` for the rest. */
export function compilePack(source: PackSource): Pack {
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  const lifecycles = new Map(source.lifecycles.map((one) => [one.resource, one]));
  const errors = new Map(source.errors.map((one) => [one.code, one]));
  const scenarios = new Map(source.scenarios.map((one) => [one.id, one]));
  const validators = compileValidators(source);
  const routes = routesOf(source.interfaces);

  const triggered = new Map<string, { readonly lifecycle: Lifecycle; readonly transitions: readonly Transition[] }>();
  for (const lifecycle of source.lifecycles) {
    for (const { on } of lifecycle.transitions) {
      if (!("call" in on) || triggered.has(on.call)) continue;
      triggered.set(on.call, {
        lifecycle,
        transitions: lifecycle.transitions.filter((other) => "call" in other.on && other.on.call === on.call),
      });
    }
  }

  // Objects of the pack are known by identity, so finding a closure does not walk the expression.
  const closures = new WeakMap<object, Evaluate>();
  const constants = new Map<string | number | boolean | null, Evaluate>();

  return {
    source,
    envelope: envelopeOf(source.manifest.policies.envelope),
    interface: (id) => known(interfaces, id, "interface"),
    lifecycle: (resource) => known(lifecycles, resource, "lifecycle"),
    error: (code) => known(errors, code, "error code"),
    scenario: (id) => known(scenarios, id, "scenario"),
    triggeredByCall: (id) => triggered.get(id),
    matchRoute: (role, method, path) => routes(role, method, path),
    validators: (id) => known(validators.interfaces, id, "interface"),
    operatorInput: (transition, input) => {
      const validate = validators.operators.get(transition);
      if (validate !== undefined) return firstViolation(validate, input);
      const [stray] = Object.keys(input as object);
      return stray === undefined ? undefined : { field: `/${stray}`, issue: "this decision takes no input" };
    },
    requirementsFor: (role) =>
      source.requirements.filter((requirement) => requirement.role === role || requirement.role === "both"),
    expression: (expression) => {
      const found =
        typeof expression === "object" && expression !== null ? closures.get(expression) : constants.get(expression);
      if (found !== undefined) return found;
      const made = compileExpression(expression);
      if (typeof expression === "object" && expression !== null) closures.set(expression, made);
      else constants.set(expression, made);
      return made;
    },
    resolve: (reference) => {
      const found = follow(source, reference, "");
      if (found === undefined)
        throw new RangeError(
          `The pack has no schema ${JSON.stringify(reference)}. Write messages/<name>.json#/$defs/<part>; files: ${Object.keys(source.messages).join(", ")}.`,
        );
      return found.schema;
    },
  };
}

function known<T>(map: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = map.get(name);
  if (found === undefined)
    throw new RangeError(`The pack has no ${what} ${JSON.stringify(name)}. It has: ${[...map.keys()].join(", ")}.`);
  return found;
}

interface AllValidators {
  readonly interfaces: ReadonlyMap<string, Validators>;
  readonly operators: ReadonlyMap<Transition, ValidateFunction>;
}

function compileValidators(source: PackSource): AllValidators {
  const ajv = schemaValidator();
  for (const [name, schema] of Object.entries(source.messages)) {
    ajv.addSchema(absolute(schema, `messages/${name}.json`), addressOf(`messages/${name}.json`));
  }
  const problems: Problem[] = [];
  const compile = (file: string, pointer: string, schema: Schema | undefined): ValidateFunction | undefined => {
    if (schema === undefined) return undefined;
    try {
      const prepared = absolute(schema, file + pointer);
      return ajv.compile(typeof prepared === "boolean" ? prepared : { ...prepared, $id: addressOf(file + pointer) });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      problems.push({
        file,
        pointer,
        rule: "schema.compile",
        message: { en: `The schema cannot be compiled: ${why}.`, zh: `模式无法编译:${why}。` },
        remedy: {
          en: "Correct the keyword or the $ref; only JSON Schema 2020-12, x-from, x-is, x-sensitive and x-title are known.",
          zh: "请修正关键字或 $ref;只支持 JSON Schema 2020-12 与 x-from、x-is、x-sensitive、x-title。",
        },
      });
      return undefined;
    }
  };
  const made = new Map<string, Validators>();
  for (const one of source.interfaces) {
    const file = interfaceFile(one);
    const body = compile(file, "/request/body", one.request.body);
    const path = compile(file, "/request/path", one.request.path);
    const query = compile(file, "/request/query", one.request.query);
    const response = compile(file, "/response/body", one.response.body);
    const readersOf = (schema: Schema | undefined): ReadonlyMap<string, TextReader> =>
      textReaders(source, schema, file);
    const pathReaders = readersOf(one.request.path);
    const queryReaders = readersOf(one.request.query);
    const typed = (representation: string, schema: Schema | undefined): ((value: Json) => Json) => {
      if (codecOf(representation)?.textual !== true) return (value) => value;
      const bodyReaders = readersOf(schema);
      return (value) => readTexts(bodyReaders, value);
    };
    made.set(one.id, {
      readBody: typed(one.request.representation, one.request.body),
      readResponse: typed(one.response.representation, one.response.body),
      body: (value) => firstViolation(body, value),
      response: (value) => firstViolation(response, value),
      parameters: (pathTexts, queryTexts) => {
        const values: Record<string, Json> = {};
        for (const [location, texts, validate, reads] of [
          ["path", pathTexts, path, pathReaders],
          ["query", queryTexts, query, queryReaders],
        ] as const) {
          const read: Record<string, Json> = {};
          for (const [name, text] of Object.entries(texts)) {
            // Without a schema no parameter means anything; `__proto__` would vanish instead of being refused.
            if (validate === undefined || name === "__proto__")
              return { ok: false, field: `/${name}`, issue: `there is no such ${location} parameter`, location };
            read[name] = (reads.get(name) ?? asText)(text);
          }
          const violation = firstViolation(validate, read);
          if (violation !== undefined) return { ok: false, ...violation, location };
          Object.assign(values, read);
        }
        return { ok: true, values };
      },
    });
  }
  const operators = new Map<Transition, ValidateFunction>();
  for (const lifecycle of source.lifecycles) {
    lifecycle.transitions.forEach((transition, index) => {
      const validate =
        "operator" in transition.on
          ? compile(lifecycleFile(lifecycle), `/transitions/${index}/on/input`, transition.on.input)
          : undefined;
      if (validate !== undefined) operators.set(transition, validate);
    });
  }
  if (problems.length > 0) throw new PackProblems(`The pack ${source.manifest.name}`, problems);
  return { interfaces: made, operators };
}

function firstViolation(validate: ValidateFunction | undefined, value: unknown): Violation | undefined {
  if (validate === undefined || validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return error === undefined
    ? { field: "", issue: "does not fit the schema" }
    : { field: pointerOf(error), issue: issueOf(error) };
}

function pointerOf(error: ErrorObject): string {
  const child =
    error.params["missingProperty"] ?? error.params["additionalProperty"] ?? error.params["unevaluatedProperty"];
  if (typeof child !== "string") return error.instancePath;
  return `${error.instancePath}/${child.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function issueOf(error: ErrorObject): string {
  switch (error.keyword) {
    case "required":
      return "the field is required";
    case "additionalProperties":
    case "unevaluatedProperties":
      return "there is no such field; check its spelling";
    case "enum":
      return `must be one of ${JSON.stringify(error.params["allowedValues"])}`;
    case "const":
      return `must be ${JSON.stringify(error.params["allowedValue"])}`;
    case "false schema":
      return "must not be given";
    default:
      return error.message ?? `does not fit ${error.keyword}`;
  }
}
