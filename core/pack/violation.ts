import type { ErrorObject, ValidateFunction } from "ajv";

export interface Violation {
  /** JSON Pointer of the value; for a missing field that of the field. */
  readonly field: string;
  /** What is wrong and what is allowed, English. Never repeats the value. */
  readonly issue: string;
  /** The word of JSON Schema that is broken, such as `maxLength`. */
  readonly rule?: string;
}

/** The first thing wrong with a value; undefined where it fits. */
export function firstViolation(validate: ValidateFunction | undefined, value: unknown): Violation | undefined {
  if (validate === undefined || validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return error === undefined
    ? { field: "", issue: "does not fit the schema" }
    : { field: pointerOf(error), issue: issueOf(error), rule: error.keyword };
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
