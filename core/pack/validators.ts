import type { ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import { formatOf } from "../codec/codecs.ts";
import type { FormContext } from "../form/form.ts";
import type { Json } from "../unit/unit.ts";
import { schemaValidator } from "./annotation.ts";
import { allOf, fieldForms, formContext } from "./field-forms.ts";
import type { FieldForms } from "./field-forms.ts";
import { interfaceFile, lifecycleFile } from "./file.ts";
import type { SealedPlace } from "../sealing/policy.ts";
import { sealedPlaces } from "./sealed-places.ts";
import { PackProblems } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { absolute, addressOf } from "./reference.ts";
import { textTree } from "./text-tree.ts";
import { asText, readTexts, textReaders } from "./text-values.ts";
import type { TextReader } from "./text-values.ts";
import type { Interface, PackSource, Schema, Transition } from "./types.ts";
import { firstViolation } from "./violation.ts";
import type { Violation } from "./violation.ts";

export interface Validators {
  /** A decoded body in the types of its schema, where the format has texts alone; else the body as it is. */
  readBody(value: Json): Json;
  /** The same for the body of a good answer. */
  readResponse(value: Json): Json;
  /** The first thing wrong with a decoded body. */
  body(value: unknown): Violation | undefined;
  /** Fields of the body as rules hold them, and as the message writes them (`x-as`). */
  readonly bodyForms: FieldForms;
  /** The same of the body of a good answer. */
  readonly responseForms: FieldForms;
  /** Where the body of a request carries a field sealed (`x-sealed`). */
  readonly sealedInBody: readonly SealedPlace[];
  /** The same of the body of a good answer. */
  readonly sealedInResponse: readonly SealedPlace[];
  /** The same of path, query and body in one object. */
  readonly requestForms: FieldForms;
  /**
   * Path and query parameters, texts on the wire: integers and booleans are read as the schema says, strictly
   * (`007`, `+1`, `1.0` are no integers), held to it, and given as rules hold them (`x-as`).
   */
  parameters(path: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>): Parameters;
  /** The first thing wrong with the body of a good answer. */
  response(value: unknown): Violation | undefined;
}

export type Parameters =
  | { readonly ok: true; readonly values: Readonly<Record<string, Json>> }
  | { readonly ok: false; readonly field: string; readonly issue: string; readonly location: "path" | "query" };

/** What an operator may give to a transition. */
export interface OperatorInput {
  readonly validate: ValidateFunction;
  readonly forms: FieldForms;
}

/** Validators of a whole pack. */
export interface AllValidators {
  readonly interfaces: ReadonlyMap<string, Validators>;
  readonly operators: ReadonlyMap<Transition, OperatorInput>;
}

/** Compiles every schema of a pack. Throws `PackProblems` for those that cannot be compiled. */
export function compileValidators(source: PackSource): AllValidators {
  const schemas = new Schemas(source);
  const interfaces = new Map(source.interfaces.map((one) => [one.id, interfaceValidators(source, one, schemas)]));
  const operators = new Map<Transition, OperatorInput>();
  for (const lifecycle of source.lifecycles) {
    lifecycle.transitions.forEach((transition, index) => {
      if (!("operator" in transition.on)) return;
      const { input } = transition.on;
      const validate = schemas.compile(lifecycleFile(lifecycle), `/transitions/${index}/on/input`, input);
      if (validate === undefined) return;
      operators.set(transition, { validate, forms: schemas.forms(lifecycleFile(lifecycle), input) });
    });
  }
  if (schemas.problems.length > 0)
    throw new PackProblems(
      { en: `The pack ${source.manifest.name}`, zh: `规范包 ${source.manifest.name} ` },
      schemas.problems,
    );
  return { interfaces, operators };
}

/** Compiles schemas of a pack, and notes those that it cannot. */
class Schemas {
  readonly problems: Problem[] = [];
  readonly #source: PackSource;
  readonly #context: FormContext;
  readonly #ajv: Ajv2020;

  constructor(source: PackSource) {
    this.#source = source;
    this.#context = formContext(source);
    this.#ajv = schemaValidator(this.#context);
    for (const [name, schema] of Object.entries(source.messages))
      this.#ajv.addSchema(absolute(schema, `messages/${name}.json`), addressOf(`messages/${name}.json`));
  }

  forms(file: string, schema: Schema | undefined): FieldForms {
    return fieldForms(this.#source, schema, file, this.#context);
  }

  compile(file: string, pointer: string, schema: Schema | undefined): ValidateFunction | undefined {
    if (schema === undefined) return undefined;
    try {
      const prepared = absolute(schema, file + pointer);
      return this.#ajv.compile(
        typeof prepared === "boolean" ? prepared : { ...prepared, $id: addressOf(file + pointer) },
      );
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.problems.push({
        file,
        pointer,
        rule: "schema.compile",
        message: { en: `The schema cannot be compiled: ${why}.`, zh: `模式无法编译:${why}。` },
        remedy: REMEDY,
      });
      return undefined;
    }
  }
}

const REMEDY = {
  en: "Correct the keyword or the $ref; only JSON Schema 2020-12, x-from, x-is, x-as, x-sealed, x-sensitive and x-title are known.",
  zh: "请修正关键字或 $ref;只支持 JSON Schema 2020-12 与 x-from、x-is、x-as、x-sealed、x-sensitive、x-title。",
};

function interfaceValidators(source: PackSource, one: Interface, schemas: Schemas): Validators {
  const file = interfaceFile(one);
  const body = schemas.compile(file, "/request/body", one.request.body);
  const path = schemas.compile(file, "/request/path", one.request.path);
  const query = schemas.compile(file, "/request/query", one.request.query);
  const response = schemas.compile(file, "/response/body", one.response.body);
  const readersOf = (schema: Schema | undefined): ReadonlyMap<string, TextReader> => textReaders(source, schema, file);
  const typed = (representation: string, schema: Schema | undefined): ((value: Json) => Json) => {
    const format = formatOf(representation);
    if (format?.textual !== true) return (value) => value;
    if (!format.flat) return textTree(source, schema, file);
    const bodyReaders = readersOf(schema);
    return (value) => readTexts(bodyReaders, value);
  };
  const [bodyForms, pathForms, queryForms] = [one.request.body, one.request.path, one.request.query].map((part) =>
    schemas.forms(file, part),
  ) as [FieldForms, FieldForms, FieldForms];
  const readPath = parameterReader("path", path, readersOf(one.request.path), pathForms);
  const readQuery = parameterReader("query", query, readersOf(one.request.query), queryForms);
  return {
    bodyForms,
    responseForms: schemas.forms(file, one.response.body),
    sealedInBody: sealedPlaces(source, one.request.body, file),
    sealedInResponse: sealedPlaces(source, one.response.body, file),
    requestForms: allOf([bodyForms, queryForms, pathForms]),
    readBody: typed(one.request.representation, one.request.body),
    readResponse: typed(one.response.representation, one.response.body),
    body: (value) => firstViolation(body, value),
    response: (value) => firstViolation(response, value),
    parameters: (pathTexts, queryTexts) => {
      const values: Record<string, Json> = {};
      return readPath(pathTexts, values) ?? readQuery(queryTexts, values) ?? { ok: true, values };
    },
  };
}

/** Reads the parameters of one place into `values`, and holds them to their schema; gives what is wrong. */
function parameterReader(
  location: "path" | "query",
  validate: ValidateFunction | undefined,
  readers: ReadonlyMap<string, TextReader>,
  forms: FieldForms,
): (texts: Readonly<Record<string, string>>, values: Record<string, Json>) => Parameters | undefined {
  return (texts, values) => {
    const read: Record<string, Json> = {};
    for (const [name, text] of Object.entries(texts)) {
      // Without a schema no parameter means anything; `__proto__` would vanish instead of being refused.
      if (validate === undefined || name === "__proto__")
        return { ok: false, field: `/${name}`, issue: `there is no such ${location} parameter`, location };
      read[name] = (readers.get(name) ?? asText)(text);
    }
    const violation = firstViolation(validate, read);
    if (violation !== undefined) return { ok: false, ...violation, location };
    Object.assign(values, forms.read(read));
    return undefined;
  };
}
