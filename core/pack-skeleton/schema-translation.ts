import { fullFormats } from "ajv-formats/dist/formats.js";
import { alternativesOf } from "../pack/rules/schemas.ts";
import { isObject } from "./document.ts";
import type { DocumentSchema } from "./document.ts";
import { componentOf } from "./flat-schema.ts";
import type { Questions } from "./questions.ts";

/** Keywords that say the same in a pack. `$ref`, types and numbers are looked at below. */
const KEPT = new Set([
  "title",
  "description",
  "required",
  "enum",
  "const",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "x-from",
]);
const LISTS = new Set(["allOf", "oneOf", "anyOf", "prefixItems"]);
const SINGLES = new Set(["items", "additionalProperties", "unevaluatedProperties", "propertyNames", "not", "contains"]);
const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const DEPTH = 100;
const MOST_CHARACTERS_OF_A_TEXT = 200;

/** Brings schemas of OpenAPI 3.0 and 3.1 to what packs allow, and asks where that loses something. */
export class SchemaTranslation {
  /** Names of the schemas that were referred to. */
  readonly used = new Set<string>();
  readonly #questions: Questions;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** The schema as it stands at `pointer` of `file`. */
  translate(schema: unknown, file: string, pointer: string, depth = 0): DocumentSchema | boolean {
    if (typeof schema === "boolean") return schema;
    if (!isObject(schema) || depth > DEPTH) return {};
    const result: Record<string, unknown> = {};
    const name = componentOf(schema["$ref"]);
    if (name !== undefined) {
      this.used.add(name);
      result["$ref"] =
        `messages/document.json#/$defs/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
    }
    for (const [keyword, value] of Object.entries(schema)) {
      const at = `${pointer}/${keyword}`;
      if (KEPT.has(keyword)) result[keyword] = shortened(value);
      else if (keyword === "properties" && isObject(value))
        result[keyword] = Object.fromEntries(
          Object.entries(value).map(([member, part]) => [
            member,
            this.translate(part, file, `${at}/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`, depth + 1),
          ]),
        );
      else if (LISTS.has(keyword) && Array.isArray(value) && value.length > 0)
        result[keyword] = value.map((part, index) => this.translate(part, file, `${at}/${index}`, depth + 1));
      else if (SINGLES.has(keyword)) result[keyword] = this.translate(value, file, at, depth + 1);
    }
    declareRequired(result);
    this.#typed(schema, result, file, pointer);
    this.#texts(schema, result, file, pointer);
    return result;
  }

  /** Types and bounds. Messages of a pack have whole numbers only. */
  #typed(schema: DocumentSchema, result: Record<string, unknown>, file: string, pointer: string): void {
    const types = [schema["type"]].flat().filter((one): one is string => typeof one === "string");
    if (types.includes("number")) {
      this.#questions.ask(
        "numbers",
        { file, pointer },
        [
          "The document has numbers that may have fractions, and messages of a pack have whole numbers or texts. Which are amounts, in which unit?",
          "文档中有可带小数的数值，而规范包的报文只有整数或文本。哪些是金额，单位是什么？",
        ],
        ["each such number is a whole one", "此类数值均按整数处理"],
      );
    }
    const whole = types.map((one) => (one === "number" ? "integer" : one));
    if (schema["nullable"] === true && whole.length > 0 && !whole.includes("null")) whole.push("null");
    const distinct = [...new Set(whole)];
    if (distinct.length > 0) result["type"] = distinct.length === 1 ? distinct[0] : distinct;
    if (distinct.includes("null") && Array.isArray(result["enum"]) && !result["enum"].includes(null))
      result["enum"] = [...(result["enum"] as readonly unknown[]), null];
    for (const keyword of BOUNDS) {
      const value = schema[keyword];
      if (typeof value === "number" && Number.isSafeInteger(value) && (keyword !== "multipleOf" || value > 0))
        result[keyword] = value;
    }
    // OpenAPI 3.0 says of a bound that it is exclusive; JSON Schema gives it under another name.
    for (const [flag, bound] of [
      ["exclusiveMinimum", "minimum"],
      ["exclusiveMaximum", "maximum"],
    ] as const)
      if (schema[flag] === true && typeof result[bound] === "number") {
        result[flag] = result[bound];
        Reflect.deleteProperty(result, bound);
      }
    if (Array.isArray(result["enum"]) && result["enum"].length === 0) Reflect.deleteProperty(result, "enum");
    for (const keyword of ["enum", "const"]) if (hasFraction(result[keyword])) Reflect.deleteProperty(result, keyword);
    if (Array.isArray(result["enum"])) result["enum"] = [...new Set(result["enum"] as readonly unknown[])];
    if (Array.isArray(result["required"])) {
      result["required"] = [...new Set(result["required"] as readonly unknown[])];
      if ((result["required"] as readonly unknown[]).length === 0) Reflect.deleteProperty(result, "required");
    } else Reflect.deleteProperty(result, "required");
  }

  /** Patterns and formats. */
  #texts(schema: DocumentSchema, result: Record<string, unknown>, file: string, pointer: string): void {
    const { format, pattern } = schema;
    if (typeof format === "string" && Object.hasOwn(fullFormats, format) && ofTexts(result["type"]))
      result["format"] = format;
    if (typeof pattern !== "string" || pattern === "") return;
    const usable = wholePattern(pattern);
    if (usable === undefined)
      this.#questions.ask(
        `pattern.${pointer}`,
        { file, pointer },
        [
          `The pattern ${JSON.stringify(pattern)} cannot stand in a pack. How else is it said?`,
          `模式 ${JSON.stringify(pattern)} 无法写入规范包。应如何表述？`,
        ],
        ["any text", "任意文本"],
      );
    else {
      result["pattern"] = usable;
      if (usable !== pattern)
        this.#questions.ask(
          "patterns.whole",
          { file, pointer: `${pointer}/pattern` },
          [
            `The document has patterns without ^ and $, such as ${JSON.stringify(pattern)}. Do they mean the whole text?`,
            `文档中有未写 ^ 与 $ 的模式，如 ${JSON.stringify(pattern)}。它们是否针对整个文本？`,
          ],
          ["they mean the whole text", "针对整个文本"],
        );
    }
  }
}

/** A field that is required here and described in a part of `allOf` is named here too, so that rules take it as there. */
function declareRequired(result: Record<string, unknown>): void {
  if (!Array.isArray(result["required"]) || !(Array.isArray(result["allOf"]) || isObject(result["properties"]))) return;
  const known = isObject(result["properties"]) ? result["properties"] : {};
  const missing = (result["required"] as readonly string[]).filter((name) => !Object.hasOwn(known, name));
  if (missing.length > 0) result["properties"] = { ...known, ...Object.fromEntries(missing.map((name) => [name, {}])) };
}

const ofTexts = (type: unknown): boolean => [type].flat().includes("string");

/** Long texts are for people, and are in the document still. */
const shortened = (value: unknown): unknown =>
  typeof value === "string" && value.length > MOST_CHARACTERS_OF_A_TEXT
    ? `${value.slice(0, MOST_CHARACTERS_OF_A_TEXT).trimEnd()}…`
    : value;

function hasFraction(value: unknown): boolean {
  if (typeof value === "number") return !Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.some(hasFraction);
  return isObject(value) && Object.values(value).some(hasFraction);
}

/** The pattern as one of the whole text; undefined where packs cannot have it. */
function wholePattern(pattern: string): string | undefined {
  if (/\(\?<?[=!]|\\[1-9]|\\k<|\\[bB]|\(\?i\)/u.test(pattern)) return undefined;
  const anchored = alternativesOf(pattern).every((one) => one.startsWith("^") && /(?<!\\)(?:\\\\)*\$$/u.test(one));
  // Some write the slashes of a JavaScript literal.
  const inner = /^\/(.+)\/$/u.exec(pattern)?.[1] ?? pattern;
  const bare = inner.replace(/^\^/u, "").replace(/(?<!\\)\$$/u, "");
  const whole = anchored ? pattern : `^(?:${bare})$`;
  try {
    RegExp(whole, "u");
    return whole;
  } catch {
    return undefined;
  }
}
