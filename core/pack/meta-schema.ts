import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ValidateFunction } from "ajv";
import { parseStrictJson } from "../json/strict-json.ts";
import { schemaValidator } from "./annotation.ts";
import { explainMeta } from "./meta-explanation.ts";
import type { Problem } from "./problem.ts";
import { isSchemaObject } from "./reference.ts";

/** Which meta-schema a file of a pack satisfies. */
export type FileKind =
  | "manifest"
  | "module"
  | "interface"
  | "lifecycle"
  | "errors"
  | "requirements"
  | "scenario"
  | "views"
  | "loads"
  | "questions";
/** Every kind of file, in the order in which documents explain them. */
export const FILE_KINDS: readonly FileKind[] = [
  "manifest",
  "module",
  "interface",
  "lifecycle",
  "errors",
  "scenario",
  "requirements",
  "views",
  "loads",
  "questions",
];

/** What a file of a pack may not exceed. */
export const FILE_LIMITS = { bytes: 4 * 1024 * 1024, members: 200_000, depth: 64 } as const;

/** Where an expression stands in a document: `holder[name]`, and its JSON Pointer. */
export interface ExpressionPlace {
  readonly holder: Record<string, unknown>;
  readonly name: string;
  readonly pointer: string;
}

/** What a meta-schema says of a document: what is wrong with it, and where its expressions stand. */
export interface MetaVerdict {
  readonly problems: readonly Problem[];
  readonly expressions: readonly ExpressionPlace[];
}

type MetaValidators = (kind: FileKind) => (value: unknown, file: string) => MetaVerdict;

/** Compiled for the first pack of a process: that takes four times as long as reading a pack. */
let compiled: MetaValidators | undefined;

/**
 * Validators of the meta-schemas in `specs/meta`, which editors use too. Where expressions stand is what the
 * meta-schemas mark `x-expression`.
 */
export function metaValidators(): MetaValidators {
  compiled ??= compileMetaSchemas();
  return compiled;
}

function compileMetaSchemas(): MetaValidators {
  const ajv = schemaValidator();
  ajv.opts.allErrors = true;
  ajv.opts.verbose = true;
  // By pointer: alternatives of one place look at it several times.
  const seen = new Map<string, ExpressionPlace>();
  ajv.addKeyword({
    keyword: "x-expression",
    schemaType: "boolean",
    errors: false,
    validate: (_marked: boolean, _value: unknown, _schema: unknown, place?: DataPlace) => {
      if (place !== undefined)
        seen.set(place.instancePath, {
          holder: place.parentData,
          name: String(place.parentDataProperty),
          pointer: place.instancePath,
        });
      return true;
    },
  });
  ajv.addSchema(metaSchema("shared"), "shared.schema.json");
  for (const kind of FILE_KINDS) ajv.addSchema(metaSchema(kind), `${kind}.schema.json`);
  return (kind) => {
    const validate = ajv.getSchema(`${kind}.schema.json`) as ValidateFunction;
    return (value, file) => {
      seen.clear();
      const problems = validate(value) ? [] : explainMeta(validate.errors ?? [], file);
      return { problems, expressions: [...seen.values()] };
    };
  };
}

/** What the validator tells a keyword of the place it is at. */
interface DataPlace {
  readonly instancePath: string;
  readonly parentData: Record<string, unknown>;
  readonly parentDataProperty: string | number;
}

/** What the meta-schema of drills has against a document. */
export function drillProblems(value: unknown, file: string): readonly Problem[] {
  const ajv = schemaValidator();
  ajv.opts.allErrors = true;
  ajv.opts.verbose = true;
  const { bilingual } = metaSchema("shared")["$defs"] as SchemaDocument;
  ajv.addSchema({ $defs: { bilingual } }, "shared.schema.json");
  const validate = ajv.compile(metaSchema("drill"));
  return validate(value) ? [] : explainMeta(validate.errors ?? [], file);
}

type SchemaDocument = { readonly [key: string]: unknown };

/** A meta-schema by name: `interface` is `specs/meta/interface.schema.json`. */
export function metaSchema(name: FileKind | "shared" | "drill"): SchemaDocument {
  const parsed = parseStrictJson(readFileSync(`${metaFolder()}/${name}.schema.json`), FILE_LIMITS);
  if (!parsed.ok || !isSchemaObject(parsed.value))
    throw new Error(`specs/meta/${name}.schema.json is not a JSON Schema.`);
  return parsed.value;
}

function metaFolder(): string {
  const path = fileURLToPath(new URL("../../specs/meta", import.meta.url));
  if (existsSync(path)) return path;
  throw new Error(
    "specs/meta is missing: the installation is incomplete. Install the package again, or run from a complete clone.",
  );
}
