import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { quickAjv } from "../../core/json/quick-ajv.ts";
import { demandInChinese, TYPES_IN_CHINESE } from "../../core/json/schema-in-chinese.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import loads from "../../specs/meta/loads.schema.json" with { type: "json" };
import shared from "../../specs/meta/shared.schema.json" with { type: "json" };
import schema from "../../specs/meta/statement.schema.json" with { type: "json" };
import type { Complaint, StatementProblem } from "./raw-statement.ts";

/** Compiled for the first statement of a process. */
let compiled: ValidateFunction | undefined;

function compileSchema(): ValidateFunction {
  const ajv = quickAjv({ allErrors: true, strict: false, verbose: true });
  // The package's types describe a default export that is a namespace; at run time it is the function.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // What a statement says of loads has the form of a pack's.
  for (const [name, one] of Object.entries({ "shared.schema.json": shared, "loads.schema.json": loads }))
    ajv.addSchema(one, new URL(name, schema.$id).href);
  return ajv.compile(schema);
}

/** What the schema of statements refuses, in words for people. */
export function schemaProblems(raw: unknown, file: string): StatementProblem[] {
  compiled ??= compileSchema();
  const validate = compiled;
  if (validate(raw)) return [];
  const found = (validate.errors ?? [])
    .filter((error) => error.keyword !== "oneOf" && error.keyword !== "not")
    .map((error) => ({ file, ...explain(error, raw) }));
  // What may be one thing or another complains once for each.
  return found.filter(
    (one, at) => found.findIndex((other) => other.pointer === one.pointer && other.rule.en === one.rule.en) === at,
  );
}

const DESCRIBED = "docs/statement.md describes the field";
const DESCRIBED_ZH = "字段说明见 docs/statement.zh-CN.md";
const CORRECT: Bilingual = { en: `Correct the value; ${DESCRIBED}.`, zh: `请更正取值；${DESCRIBED_ZH}。` };

function explain(error: ErrorObject, raw: unknown): Complaint & { readonly pointer: string } {
  const pointer = error.instancePath;
  const parameters = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === "additionalProperties") {
    const name = String(parameters["additionalProperty"]);
    const allowed = Object.keys((error.parentSchema?.["properties"] ?? {}) as object);
    return { pointer: `${pointer}/${name}`, ...unknownField(name, allowed) };
  }
  // Fixtures name people, hooks have a token, and headers a key.
  const seen = /^\/(fixtures|hooks|headers)\//.test(pointer) ? SOME_VALUE : shown(at(raw, pointer));
  return { pointer, ...complaint(error, parameters, seen) };
}

function unknownField(name: string, allowed: readonly string[]): Complaint {
  const near = suggestion(name, allowed);
  const [here, here_zh] = allowed.length === 0 ? ["", ""] : [allowed.join(", "), allowed.join("、")];
  return {
    rule: { en: "is no field of a statement", zh: "声明没有这一字段" },
    remedy: {
      en: `${near.en}Remove it, or correct its spelling${here === "" ? "" : `; allowed here: ${here}`}.`,
      zh: `${near.zh}请删去，或更正拼写${here_zh === "" ? "" : `；此处可用：${here_zh}`}。`,
    },
  };
}

function complaint(
  { keyword, message, instancePath }: ErrorObject,
  parameters: Readonly<Record<string, unknown>>,
  seen: Bilingual,
): Complaint {
  const is = (en: string, zh: string): Bilingual => ({ en: `is ${seen.en}${en}`, zh: `现为${seen.zh}${zh}` });
  switch (keyword) {
    case "required": {
      const missing = String(parameters["missingProperty"]);
      return {
        rule: { en: `"${missing}" is missing`, zh: `缺少“${missing}”` },
        remedy: { en: `Add "${missing}".`, zh: `请补上“${missing}”。` },
      };
    }
    case "enum": {
      const values = JSON.stringify(parameters["allowedValues"]);
      return {
        rule: is(", none of the allowed values", "，不在允许的取值之内"),
        remedy: { en: `Use one of ${values}.`, zh: `请取其一：${values}。` },
      };
    }
    case "type": {
      const kind = kindOf(String(parameters["type"]));
      return {
        rule: is(`, not ${kind.en}`, `，而应为${kind.zh}`),
        remedy: { en: `Give ${kind.en}; ${DESCRIBED}.`, zh: `请给出${kind.zh}；${DESCRIBED_ZH}。` },
      };
    }
    case "minItems":
    case "minProperties":
      return {
        rule: { en: "is empty", zh: "为空" },
        remedy: { en: `Name at least one; ${DESCRIBED}.`, zh: `请至少写一项；${DESCRIBED_ZH}。` },
      };
    case "format": {
      const format = String(parameters["format"]);
      return {
        rule: is(`, and no ${format}`, `，不合 ${format} 格式`),
        remedy:
          format === "date"
            ? { en: "Give a day of the calendar as 2026-12-31.", zh: "请写日历上确有的日期，如 2026-12-31。" }
            : CORRECT,
      };
    }
    case "pattern":
      if (instancePath === "/baseUrl")
        return {
          rule: is(", and no base URL", "，不能作为基础地址"),
          remedy: {
            en: "Give scheme, host and port as https://bank.example:8443; a path prefix may follow, without a slash at its end.",
            zh: "请写明协议、主机与端口，如 https://bank.example:8443；其后可带路径前缀，末尾不加斜杠。",
          },
        };
      return {
        rule: is(
          `, which does not match ${String(parameters["pattern"])}`,
          `，不匹配 ${String(parameters["pattern"])}`,
        ),
        remedy: CORRECT,
      };
    default:
      return {
        rule: is(` and ${message ?? keyword}`, `，${demandInChinese({ keyword, params: parameters })}`),
        remedy: CORRECT,
      };
  }
}

const SOME_VALUE: Bilingual = { en: "a value", zh: "某个值" };

const KINDS: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

const kindOf = (type: string): Bilingual => ({ en: KINDS[type] ?? type, zh: TYPES_IN_CHINESE[type] ?? type });

/** The value at a JSON Pointer. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (inner, part) =>
        typeof inner === "object" && inner !== null
          ? (inner as Readonly<Record<string, unknown>>)[part.replaceAll("~1", "/").replaceAll("~0", "~")]
          : undefined,
      value,
    );
}

/** A value as evidence; of what is long, its kind. A key that was pasted in shows nothing of itself. */
function shown(value: unknown): Bilingual {
  const text = JSON.stringify(value);
  if (text === undefined) return { en: "nothing", zh: "空" };
  if (text.length <= 48 && !text.includes("PRIVATE KEY")) return { en: text, zh: ` ${text}` };
  return kindOf(Array.isArray(value) ? "array" : typeof value);
}
