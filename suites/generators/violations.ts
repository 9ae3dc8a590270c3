import { boundsOf, formOf, formProblem } from "../../core/form/forms.ts";
import type { Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { alternatives, documentOf, flatten } from "./schema-source.ts";
import type { SchemaObject, SchemaSource } from "./schema-source.ts";

/** One way to break a valid document: exactly one constraint of one place is violated, everything else stays. */
export interface Violation {
  /** JSON Pointer of the broken place. */
  readonly pointer: string;
  readonly keyword:
    | "required"
    | "type"
    | "minLength"
    | "maxLength"
    | "pattern"
    | "minimum"
    | "maximum"
    | "enum"
    | "const"
    | "format"
    | "form"
    | "closed";
  /** A broken copy, or `undefined` when the document has nothing at that place (an optional field left out). */
  apply(valid: Json): Json | undefined;
}

/**
 * Every single violation that a schema's constraints allow, one of each constraint of each field. Where two
 * constraints forbid the same value (too long *and* not of the pattern) the value breaks both: it still differs from
 * the valid document at one place only.
 */
export function violations(schema: Schema, source: SchemaSource, document: Schema = schema): readonly Violation[] {
  return [...walk(schema, document, [], source, 0)];
}

function* walk(
  schema: Schema,
  document: Schema,
  path: readonly string[],
  source: SchemaSource,
  depth: number,
): Generator<Violation> {
  if (depth > 8) return;
  const choices = alternatives(flatten({ schema: schema as SchemaObject | boolean, document }, source), source);
  // What breaks one alternative may satisfy another: only unambiguous places are broken.
  if (choices.length !== 1) return;
  const { schema: flat, document: home } = choices[0] as { schema: SchemaObject; document: Schema };
  yield* scalars(flat, path);
  yield* ofForm(flat, path, source);
  const properties = flat["properties"] as Record<string, Schema> | undefined;
  if (properties === undefined) return;
  const required = new Set((flat["required"] as string[] | undefined) ?? []);
  for (const [name, property] of Object.entries(properties)) {
    if (required.has(name)) yield violation([...path, name], "required", (valid) => without(valid, [...path, name]));
    yield* walk(property, documentOf(property, home), [...path, name], source, depth + 1);
  }
  if (flat["additionalProperties"] === false || flat["unevaluatedProperties"] === false) {
    yield violation([...path, EXTRA], "closed", (valid) => withValue(valid, [...path, EXTRA], "x", true));
  }
}

const EXTRA = "liantiao_extra_field";

/** Texts that look like a field's form (`x-as`) and are of another, and amounts beyond the bounds beside it. */
function* ofForm(flat: SchemaObject, path: readonly string[], { forms }: SchemaSource): Generator<Violation> {
  const form = formOf(flat);
  if (form === undefined) return;
  const beyond = form.holds === "integer" ? [boundsOf(flat).least - 1, boundsOf(flat).most + 1] : [];
  const [below, above] = beyond.map((value) => (Number.isSafeInteger(value) ? form.write(value, forms) : undefined));
  for (const [keyword, text] of [
    ...form.nearMisses(forms).map((miss) => ["form", miss] as const),
    ["minimum", below] as const,
    ["maximum", above] as const,
  ])
    if (text !== undefined && formProblem(flat, text, forms) !== undefined) yield replaced(path, keyword, () => text);
}

/** Another value in the place of the one that is there. */
function replaced(
  path: readonly string[],
  keyword: Violation["keyword"],
  make: (before: Json) => Json | undefined,
): Violation {
  return violation(path, keyword, (valid) => {
    const before = at(valid, path);
    if (before === undefined) return undefined;
    const after = make(before);
    return after === undefined ? undefined : withValue(valid, path, after, false);
  });
}

function* scalars(flat: SchemaObject, path: readonly string[]): Generator<Violation> {
  const put = (keyword: Violation["keyword"], make: (before: Json) => Json | undefined): Violation =>
    replaced(path, keyword, make);
  const type = flat["type"];
  if (path.length > 0 && typeof type === "string") yield put("type", () => (type === "string" ? 12_345_678 : "x"));
  // In some languages a truth is a number: isinstance(True, int) holds in Python.
  if (type === "integer" || type === "number") yield put("type", () => true);
  if (flat["const"] !== undefined) {
    yield put("const", (before) => (typeof before === "string" ? `${before}x` : null));
    return;
  }
  if (Array.isArray(flat["enum"])) {
    yield put("enum", (before) => (typeof before === "string" ? `${before}_` : null));
    return;
  }
  const min = flat["minLength"];
  const max = flat["maxLength"];
  if (typeof min === "number" && min > 0)
    yield put("minLength", (before) =>
      typeof before === "string"
        ? Array.from(before)
            .slice(0, min - 1)
            .join("")
        : undefined,
    );
  if (typeof max === "number" && max < 100_000)
    yield put("maxLength", (before) => (typeof before === "string" ? longer(before, max + 1) : undefined));
  if (typeof flat["pattern"] === "string") {
    const pattern = new RegExp(flat["pattern"], "u");
    yield put("pattern", (before) => (typeof before === "string" ? offPattern(before, pattern) : undefined));
    // A dollar sign matches ahead of a last line feed, too, in Python, Ruby, Perl and PHP.
    yield put("pattern", (before) =>
      typeof before === "string" && !pattern.test(`${before}\n`) ? `${before}\n` : undefined,
    );
    const ofFormat = offPatternAlone(flat, pattern);
    if (ofFormat !== undefined) yield put("pattern", () => ofFormat);
  }
  if (typeof flat["format"] === "string") {
    const other = offFormat(
      flat["format"],
      typeof flat["pattern"] === "string" ? new RegExp(flat["pattern"], "u") : undefined,
    );
    if (other !== undefined) yield put("format", () => other);
  }
  if (typeof flat["minimum"] === "number" && type !== "string") {
    const bound = flat["minimum"];
    yield put("minimum", () => bound - 1);
  }
  if (typeof flat["maximum"] === "number" && type !== "string" && Number.isSafeInteger(flat["maximum"] + 1)) {
    const bound = flat["maximum"];
    yield put("maximum", () => bound + 1);
  }
}

function longer(before: string, length: number): string {
  const last = Array.from(before).at(-1) ?? "a";
  return before + last.repeat(Math.max(0, length - Array.from(before).length));
}

function offPattern(before: string, pattern: RegExp): string | undefined {
  const rest = Array.from(before).slice(1).join("");
  return [`!${rest}`, `漢${rest}`, ` ${rest}`, `${before}!`, "!"].find((candidate) => !pattern.test(candidate));
}

/** Values of a format in forms that a pattern beside it may not take: a time in UTC by its letter, or in small letters. */
const OTHER_FORMS: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["2026-11-22T04:00:00.0000000Z", "2026-11-22T04:00:00Z", "2026-11-22t12:00:00+08:00"],
};

/** A value that breaks the pattern and nothing else: only who looks at the pattern refuses it. */
function offPatternAlone(flat: SchemaObject, pattern: RegExp): string | undefined {
  const {
    minLength = 0,
    maxLength = Infinity,
    format,
  } = flat as {
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly format?: string;
  };
  return OTHER_FORMS[format ?? ""]?.find(
    (text) => !pattern.test(text) && text.length >= minLength && text.length <= maxLength,
  );
}

/** What looks like the format and is not of it: a pattern beside it cannot tell, so only who knows the format refuses. */
const NEAR_MISSES: Readonly<Record<string, string>> = {
  date: "2026-02-30",
  "date-time": "2026-02-30T12:00:00+08:00",
  time: "25:00:00+08:00",
};

function offFormat(format: string, pattern: RegExp | undefined): string | undefined {
  return [NEAR_MISSES[format] ?? "not a date / or address", "not a date / or address"].find(
    (candidate) => pattern?.test(candidate) !== false,
  );
}

function violation(path: readonly string[], keyword: Violation["keyword"], apply: Violation["apply"]): Violation {
  return {
    pointer: path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    keyword,
    apply,
  };
}

function at(document: Json | undefined, path: readonly string[]): Json | undefined {
  let here = document;
  for (const part of path)
    here =
      typeof here === "object" && here !== null && !Array.isArray(here)
        ? (here as Readonly<Record<string, Json>>)[part]
        : undefined;
  return here;
}

function withValue(document: Json, path: readonly string[], value: Json, create: boolean): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return undefined;
  const fields = document as Readonly<Record<string, Json>>;
  const inner = fields[first];
  if (rest.length === 0) return { ...fields, [first]: value };
  if (inner === undefined && !create) return undefined;
  const changed = inner === undefined ? undefined : withValue(inner, rest, value, create);
  return changed === undefined ? undefined : { ...fields, [first]: changed };
}

function without(document: Json, path: readonly string[]): Json | undefined {
  const parent = at(document, path.slice(0, -1));
  const last = path.at(-1) as string;
  if (typeof parent !== "object" || parent === null || !(last in parent)) return undefined;
  const { [last]: _removed, ...kept } = parent as Readonly<Record<string, Json>>;
  return path.length === 1 ? kept : withValue(document, path.slice(0, -1), kept, false);
}
