import type { ErrorCode, Expression, Interface } from "../pack/types.ts";
import { guessAnswer } from "./answer-guess.ts";
import type { Known, Row } from "./answer-guess.ts";
import type { ApiDocument, ApiOperation, ApiParameter, DocumentSchema } from "./document.ts";
import { fieldAt } from "./field-search.ts";
import { flatten } from "./flat-schema.ts";
import { numberPath, statePath, writtenState } from "./lifecycle-guess.ts";
import type { Resource } from "./lifecycle-guess.ts";
import type { Questions } from "./questions.ts";
import { some } from "./questions.ts";
import { SkeletonCodes } from "./skeleton-codes.ts";
import type { SchemaTranslation } from "./schema-translation.ts";

type Files = Record<string, unknown>;

/** Writes interfaces and lifecycles of a skeleton. */
export class InterfaceWriter {
  readonly #document: ApiDocument;
  readonly #translation: SchemaTranslation;
  readonly #questions: Questions;
  readonly #codes = new SkeletonCodes();

  constructor(document: ApiDocument, translation: SchemaTranslation, questions: Questions) {
    this.#document = document;
    this.#translation = translation;
    this.#questions = questions;
  }

  /** Every file of interfaces and lifecycles. */
  all(resources: readonly Resource[]): Files {
    const files: Files = {};
    const done = new Set<ApiOperation>();
    for (const resource of resources) {
      Object.assign(files, this.#resource(resource));
      done.add(resource.create);
      for (const { operation } of resource.reads) done.add(operation);
    }
    for (const operation of this.#document.operations.filter((one) => !done.has(one)))
      files[`interfaces/${operation.id}.json`] = this.#reading(operation, undefined);
    this.#askAboutCodes();
    return files;
  }

  /** Codes beside those of the stages ahead of the rules. */
  codes(): readonly ErrorCode[] {
    return this.#codes.all(this.#document.operations);
  }

  #resource(resource: Resource): Files {
    const { create, reads, name, keyField, numberOfCaller, states } = resource;
    const row: Row = {
      resource: name,
      fields: { party_id: "text", [keyField]: "text" },
      set: {},
      taken: new Set(["party_id", keyField, "state", "entered", "holds"]),
      held: new Map(),
    };
    const making = this.#making(resource, row);
    const files: Files = { [`interfaces/${create.id}.json`]: making };
    for (const { operation, parameter } of reads)
      files[`interfaces/${operation.id}.json`] = this.#reading(operation, { resource, row, parameter });
    const number = this.#number(resource);
    files[`lifecycles/${name.replaceAll("_", "-")}.json`] = {
      resource: name,
      role: "bank",
      title: { en: name.replaceAll("_", " "), zh: name.replaceAll("_", " ") },
      key: ["party_id", keyField],
      initial: "ABSENT",
      fields: row.fields,
      states: Object.fromEntries(
        states.map(({ name: state, written }, index) => [
          state,
          {
            title: { en: written ?? "Made", zh: written ?? "已创建" },
            ...(index === 0 && states.length > 1 ? {} : { final: true }),
          },
        ]),
      ),
      transitions: [
        {
          name: "create",
          on: { call: create.id },
          from: ["ABSENT"],
          key: {
            party_id: "$party.party_id",
            [keyField]: numberOfCaller === undefined ? number : `$request.${numberOfCaller}`,
          },
          to: [{ state: states[0]?.name, ...(Object.keys(row.set).length === 0 ? {} : { set: row.set }) }],
        },
        ...states.slice(1).map(({ name: state }) => ({
          name: `to-${state.toLowerCase().replaceAll("_", "-")}`,
          on: { operator: `${name}.to-${state.toLowerCase().replaceAll("_", "-")}` },
          from: [states[0]?.name],
          to: [{ state }],
        })),
      ],
    };
    if (states.length > 1)
      this.#questions.ask(
        `states.${name}`,
        { file: `lifecycles/${name.replaceAll("_", "-")}.json`, pointer: "/transitions" },
        [
          `What moves a ${name} from one state to another, and which states are final? ${some(states.map(({ name: state }) => state))}`,
          `${name} 的状态如何变化？哪些是终态？${some(states.map(({ name: state }) => state))}`,
        ],
        [
          `it begins as ${states[0]?.name}, and an operator moves it on, once (liantiao operate)`,
          `初始为 ${states[0]?.name}，由操作员变更一次（liantiao operate）`,
        ],
      );
    return files;
  }

  /** How the provider numbers what it makes: as long as the document allows. */
  #number({ reads, create }: Resource): Expression {
    const { schemas } = this.#document;
    const parameter = reads[0]?.parameter;
    const body = create.response.body?.schema;
    const path = parameter === undefined ? undefined : numberPath(body, schemas, parameter);
    const { own } = flatten(path === undefined ? undefined : fieldAt(body, schemas, path)?.schema, schemas);
    const most = typeof own["maxLength"] === "number" ? own["maxLength"] : Number.POSITIVE_INFINITY;
    const least = typeof own["minLength"] === "number" ? own["minLength"] : 0;
    const pattern = typeof own["pattern"] === "string" ? safely(own["pattern"]) : undefined;
    const letters = `N${"0A".repeat(10)}0`;
    if (letters.length <= most && letters.length >= least && pattern?.test(letters) !== false)
      return { "fresh-id": "N" };
    const lengths = Array.from({ length: 64 }, (_, index) => 64 - index);
    const digits = lengths.find(
      (length) => length <= most && length >= least && pattern?.test("7".repeat(length)) !== false,
    );
    return digits === undefined ? { "fresh-id": "N" } : { digits: Math.min(digits, 64) };
  }

  #making(resource: Resource, row: Row): Interface {
    const { create, numberOfCaller, keyField, name, states } = resource;
    const { schemas } = this.#document;
    const file = `interfaces/${create.id}.json`;
    const mismatch = numberOfCaller === undefined ? undefined : this.#codes.mismatch();
    const body = create.response.body?.schema;
    const parameter = resource.reads[0]?.parameter;
    const number = parameter === undefined ? undefined : numberPath(body, schemas, parameter);
    const state = statePath(body, schemas);
    const first = states[0]?.written;
    const known: readonly Known[] = [
      ...(number === undefined ? [] : [{ path: number, expression: `$${name}.${keyField}` }]),
      ...(state === undefined || first === undefined ? [] : [{ path: state, expression: first }]),
    ];
    if (mismatch === undefined)
      this.#questions.ask(
        `repetition.${create.id}`,
        { file, pointer: "/repetition" },
        [
          `How is a repetition of ${create.id} known, whose answer was lost? By a number in the request (idempotency), or not at all?`,
          `${create.id} 的应答丢失后重发时，如何识别为同一请求？依据请求中的编号（idempotency），还是无法识别？`,
        ],
        ["each call is another one", "每次调用均视为新请求"],
      );
    if (resource.reads.length > 0 && number === undefined && numberOfCaller === undefined)
      this.#questions.ask(
        `number.${create.id}`,
        { file, pointer: "/response/answer" },
        [
          `Which field of the answer of ${create.id} has the number under which it is read?`,
          `${create.id} 应答中的哪个字段是查询所用的编号？`,
        ],
        ["none, so that callers cannot read what they made", "没有，因而调用方无法查询"],
      );
    return {
      ...this.#common(create, file, numberOfCaller === undefined ? {} : { [numberOfCaller]: "fresh" }),
      response: this.#response(create, file, "/response/answer", { row, known, request: create }),
      ...(mismatch === undefined || numberOfCaller === undefined
        ? { repetition: "new" as const }
        : {
            idempotency: {
              key: [numberOfCaller],
              fingerprint: "all" as const,
              onSuccess: "same" as const,
              onDecline: "reevaluate" as const,
              inFlight: "wait" as const,
              mismatch,
            },
          }),
      errors: mismatch === undefined ? [] : [mismatch],
      caller: { success: "final" },
    };
  }

  #reading(
    operation: ApiOperation,
    of: { readonly resource: Resource; readonly row: Row; readonly parameter: string } | undefined,
  ): Interface {
    const file = `interfaces/${operation.id}.json`;
    const { schemas } = this.#document;
    if (of === undefined) {
      const { answer, ...response } = this.#response(operation, file, "/read/answer", { request: operation });
      this.#questions.ask(
        `reads.${operation.id}`,
        { file, pointer: "/read" },
        [`What does ${operation.id} read?`, `${operation.id} 查询什么？`],
        ["nothing: each answer is the same", "不读取任何内容：应答固定"],
      );
      return {
        ...this.#common(operation, file, {}),
        response,
        read: answer === undefined ? {} : { answer },
        errors: [],
        caller: { success: "final" },
      };
    }
    const { resource, row, parameter } = of;
    const { name, keyField, create } = resource;
    const body = operation.response.body?.schema;
    const number = numberPath(body, schemas, parameter);
    const state = statePath(body, schemas);
    const allowed =
      state === undefined ? undefined : flatten(fieldAt(body, schemas, state)?.schema, schemas).own["enum"];
    const shown = state === undefined ? undefined : writtenState(resource, allowed as readonly string[] | undefined);
    const known: readonly Known[] = [
      ...(number === undefined ? [] : [{ path: number, expression: `$${name}.${keyField}` }]),
      ...(state === undefined || shown === undefined ? [] : [{ path: state, expression: shown }]),
    ];
    const notFound = this.#codes.notFound();
    const { answer, ...response } = this.#response(operation, file, "/read/answer", { row, known, request: create });
    return {
      ...this.#common(operation, file, priorOf(resource, parameter, this.#document)),
      response,
      read: {
        load: {
          [name]: {
            resource: name,
            key: { party_id: "$party.party_id", [keyField]: `$request.${parameter}` },
            else: notFound,
          },
        },
        ...(answer === undefined ? {} : { answer }),
      },
      errors: [notFound],
      caller: { success: "final" },
    };
  }

  #response(
    operation: ApiOperation,
    file: string,
    place: string,
    from: { readonly row?: Row; readonly known?: readonly Known[]; readonly request: ApiOperation },
  ): Interface["response"] {
    const { status, body } = operation.response;
    if (body === undefined) return { status, representation: "empty" };
    const made: string[] = [];
    const answer = guessAnswer(body.schema, {
      schemas: this.#document.schemas,
      request: from.request,
      row: from.row,
      known: from.known ?? [],
      made,
    });
    if (made.length > 0)
      this.#questions.ask(
        `answer.${operation.id}`,
        { file, pointer: place },
        [
          `Where do these fields of the answer of ${operation.id} come from? ${some(made)}`,
          `${operation.id} 应答中的这些字段取自何处？${some(made)}`,
        ],
        ["each has a fixed value that its schema allows", "均为符合结构定义的固定值"],
      );
    return {
      status,
      representation: body.representation,
      body: this.#translation.translate(body.schema, file, "/response/body"),
      answer,
    };
  }

  #common(
    operation: ApiOperation,
    file: string,
    from: Readonly<Record<string, string>>,
  ): Pick<Interface, "id" | "title" | "description" | "provider" | "http" | "request"> {
    const { id, title, method, path, request, pathParameters, query } = operation;
    const said = { en: title, zh: title };
    return {
      id,
      title: said,
      description: said,
      provider: "bank",
      http: { method: method.toUpperCase() as Interface["http"]["method"], path },
      request: {
        representation: request?.representation ?? "empty",
        ...(pathParameters.length === 0 ? {} : { path: this.#parameters(pathParameters, file, "/request/path", from) }),
        ...(query.length === 0 ? {} : { query: this.#parameters(query, file, "/request/query", from) }),
        ...(request === undefined ? {} : { body: this.#translation.translate(request.schema, file, "/request/body") }),
      },
    };
  }

  #parameters(
    list: readonly ApiParameter[],
    file: string,
    at: string,
    from: Readonly<Record<string, string>>,
  ): DocumentSchema {
    const plain = list.filter(
      ({ schema }) => !["object", "array"].includes(flatten(schema, this.#document.schemas).type ?? ""),
    );
    const required = plain.filter((one) => one.required).map(({ name }) => name);
    return {
      type: "object",
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(
        plain.map(({ name, schema }) => {
          const source = from[name];
          const given = source === undefined ? schema : { ...schema, "x-from": source };
          return [name, this.#translation.translate(given, file, `${at}/properties/${name}`)];
        }),
      ),
    };
  }

  #askAboutCodes(): void {
    const named = this.#document.operations.flatMap(({ refusals }) => refusals.flatMap(({ codes }) => codes));
    if (named.length === 0) return;
    this.#questions.ask(
      "codes",
      { file: "errors.json" },
      [
        `Which condition is answered with each code that the document names? ${some(named, 40)}`,
        `文档列出的各错误码分别对应什么情形？${some(named, 40)}`,
      ],
      [
        "those of answers with 5xx are codes of the stage system; the others are not declared, since nothing answers them",
        "5xx 应答的错误码归入 system 阶段；其余没有对应的情形，未声明",
      ],
    );
  }
}

/** Where a reading call takes the number from: the call that makes one. */
function priorOf(
  { create, numberOfCaller }: Resource,
  parameter: string,
  { schemas }: ApiDocument,
): Readonly<Record<string, string>> {
  if (numberOfCaller !== undefined) return { [parameter]: `prior.${create.id}#${numberOfCaller}` };
  const path = numberPath(create.response.body?.schema, schemas, parameter);
  return path === undefined ? {} : { [parameter]: `prior.${create.id}#${path.join(".")}` };
}

function safely(pattern: string): RegExp | undefined {
  try {
    return RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}
