import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { ErrorCode, Interface, PackSource, Policies, Requirement, Role, Scenario, Schema } from "../core/pack/types.ts";
import { documentOf, flatten, schemaSource } from "./generators/schema-source.ts";
import type { SchemaObject, SchemaSource } from "./generators/schema-source.ts";

/** What the suites read of a pack. Built from the files as they are, so that judging shares no code with playing. */
export interface PackView {
  readonly source: PackSource;
  readonly policies: Policies;
  readonly schemas: SchemaSource;
  /** @throws RangeError for an id that the pack lacks. */
  interface(id: string): Interface;
  hasInterface(id: string): boolean;
  provided(role: Role): readonly Interface[];
  error(code: string): ErrorCode | undefined;
  requirement(id: string): Requirement | undefined;
  requirementsFor(role: Role): readonly Requirement[];
  scenario(id: string): Scenario | undefined;
  /** Codes that a call of the interface may be refused with. */
  documented(one: Interface, code: string): boolean;
  /** Problems of an answer's body against the interface's schema; empty when there are none. */
  answerProblems(one: Interface, body: unknown): readonly string[];
  /** States that nothing follows, for a resource (`payment`); undefined for a resource without a lifecycle. */
  finalStates(resource: string, role: Role): readonly string[] | undefined;
  /** Names of fields that must not appear in evidence. */
  readonly sensitiveFields: ReadonlySet<string>;
}

export function packView(source: PackSource): PackView {
  const schemas = schemaSource(source.messages);
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  const errors = new Map(source.errors.map((one) => [one.code, one]));
  const requirements = new Map(source.requirements.map((one) => [one.id, one]));
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  // The package's types describe a default export that is a namespace; at run time it is the function.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const validators = new Map<string, ValidateFunction>();
  const sensitiveFields = new Set<string>();
  for (const one of [...Object.values(source.messages), ...source.interfaces.flatMap((each) => [each.request.body, each.request.path, each.request.query, each.response.body])]) collectSensitive(one, one as Schema, schemas, sensitiveFields);

  return {
    source,
    policies: source.manifest.policies,
    schemas,
    sensitiveFields,
    interface(id) {
      const found = interfaces.get(id);
      if (found === undefined) throw new RangeError(`the pack ${source.manifest.name} has no interface "${id}"; it has ${[...interfaces.keys()].join(", ")}`);
      return found;
    },
    hasInterface: (id) => interfaces.has(id),
    provided: (role) => source.interfaces.filter((one) => one.provider === role),
    error: (code) => errors.get(code),
    requirement: (id) => requirements.get(id),
    requirementsFor: (role) => source.requirements.filter((one) => one.role === "both" || one.role === role),
    scenario: (id) => source.scenarios.find((one) => one.id === id),
    documented(one, code) {
      const known = errors.get(code);
      if (known === undefined) return false;
      return (known.stage !== "guards" && known.stage !== "idempotency") || one.errors.includes(code) || one.idempotency?.mismatch === code || one.idempotency?.duplicateCode === code;
    },
    answerProblems(one, body) {
      if (one.response.body === undefined) return [];
      const validate = validators.get(one.id) ?? ajv.compile(bundle(one.response.body, schemas));
      validators.set(one.id, validate);
      if (validate(body)) return [];
      return (validate.errors ?? []).map((error) => `${error.instancePath || "/"} ${error.message ?? error.keyword}`);
    },
    finalStates(resource, role) {
      const lifecycle = source.lifecycles.find((one) => one.resource === resource && one.role === role);
      return lifecycle === undefined ? undefined : Object.entries(lifecycle.states).filter(([, state]) => state.final === true).map(([name]) => name);
    },
  };
}

/** One self-contained schema: every reference becomes a definition of its own, whatever its files are called. */
export function bundle(schema: Schema, source: SchemaSource): SchemaObject {
  const definitions: Record<string, unknown> = {};
  const names = new Map<unknown, string>();
  const copy = (value: unknown, document: Schema): unknown => {
    if (Array.isArray(value)) return value.map((item) => copy(item, document));
    if (typeof value !== "object" || value === null) return value;
    const home = documentOf(value, document);
    const out: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(value)) {
      if (key === "$id" || key === "$schema" || key === "$defs") continue;
      if (key === "$ref" && typeof child === "string") {
        const located = source.locate(child, home);
        let name = names.get(located.schema);
        if (name === undefined) {
          name = `d${names.size}`;
          names.set(located.schema, name);
          definitions[name] = copy(located.schema, located.document);
        }
        out["$ref"] = `#/$defs/${name}`;
      } else out[key] = key === "const" || key === "enum" || key === "examples" ? child : copy(child, home);
    }
    return out;
  };
  const root = copy(schema === true ? {} : schema, schema) as SchemaObject;
  return { ...root, $defs: definitions };
}

/** Names of properties that are marked `x-sensitive`, on the spot or where their `$ref` leads. */
function collectSensitive(schema: unknown, document: Schema, source: SchemaSource, into: Set<string>): void {
  if (Array.isArray(schema)) for (const item of schema) collectSensitive(item, document, source, into);
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
  for (const [key, child] of Object.entries(schema)) {
    if (key === "properties" && typeof child === "object" && child !== null) {
      for (const [name, property] of Object.entries(child)) {
        if (typeof property === "object" && property !== null && flatten({ schema: property as SchemaObject, document }, source).schema["x-sensitive"] !== undefined) into.add(name);
      }
    }
    collectSensitive(child, document, source, into);
  }
}
