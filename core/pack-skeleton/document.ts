import type { Bilingual } from "../run/verdict.ts";
import { SaidError } from "../text/said-error.ts";

/** A JSON Schema as a document writes it. References are `#/components/schemas/NAME`. */
export type DocumentSchema = { readonly [keyword: string]: unknown };

/** Schemas by name. */
export type DocumentSchemas = Readonly<Record<string, DocumentSchema>>;

/** What a document says of an interface: the same of OpenAPI and of recorded traffic. */
export interface ApiDocument {
  readonly title: string;
  readonly kind: "openapi" | "har";
  readonly operations: readonly ApiOperation[];
  readonly schemas: DocumentSchemas;
  /** Operations that a pack cannot have, and why. */
  readonly leftOut: readonly LeftOut[];
  /** Names of header parameters and of security schemes' headers, as the document writes them. */
  readonly headers: readonly string[];
  /** Values of such headers in examples, by name in small letters. */
  readonly headerExamples: Readonly<Record<string, string>>;
}

export interface LeftOut {
  readonly operation: string;
  readonly why: Bilingual;
}

export const METHODS = ["get", "post", "put", "patch", "delete"] as const;
export type Method = (typeof METHODS)[number];

export interface ApiOperation {
  /** As a pack writes ids: `create-domestic-payment`. */
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly title: string;
  readonly pathParameters: readonly ApiParameter[];
  readonly query: readonly ApiParameter[];
  readonly request?: ApiBody;
  readonly response: { readonly status: number; readonly body?: ApiBody };
  /** Answers with 4xx and 5xx. */
  readonly refusals: readonly ApiRefusal[];
}

export interface ApiParameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: DocumentSchema;
}

export interface ApiBody {
  readonly representation: "json" | "form";
  readonly schema: DocumentSchema;
}

export interface ApiRefusal {
  readonly status: number;
  readonly schema?: DocumentSchema;
  /** Codes that examples and enums name. */
  readonly codes: readonly string[];
}

/** A document that no pack can be made of: what is wrong, where, and what to do. */
export class DocumentProblem extends SaidError {
  readonly pointer: string;
  readonly next: Bilingual;

  constructor(said: Bilingual, pointer: string, next: Bilingual) {
    super(said);
    this.pointer = pointer;
    this.next = next;
  }
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
