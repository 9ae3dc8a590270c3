import type { ErrorObject } from "ajv";
import { demandInChinese } from "../json/schema-in-chinese.ts";
import { nearName } from "../names/near-name.ts";
import type { Problem } from "./problem.ts";
import { isSchemaObject } from "./reference.ts";

/**
 * What a meta-schema has against a file, in few words: of alternatives that all failed only the complaints of the one
 * that was most likely meant, each place and complaint once, and a misspelt key with the one that it is near to. Of
 * errors of a validator with `verbose`.
 */
export function explainMeta(errors: readonly ErrorObject[], file: string): readonly Problem[] {
  const telling = likelyOf(errors).filter(({ keyword }) => !["oneOf", "anyOf", "if"].includes(keyword));
  const seen = new Set<string>();
  return (telling.length > 0 ? telling : errors).flatMap((error) => {
    const [en, zh] = complaint(error);
    if (seen.has(`${error.instancePath} ${en}`)) return [];
    seen.add(`${error.instancePath} ${en}`);
    return [metaProblem(file, error.instancePath, en, zh)];
  });
}

/** A problem of the rule `file.schema`. */
export function metaProblem(file: string, pointer: string, en: string, zh: string): Problem {
  return {
    file,
    pointer,
    rule: "file.schema",
    message: { en, zh },
    remedy: {
      en: "See the meta-schema in specs/meta; an editor shows it when the file names it in $schema.",
      zh: "请参照 specs/meta 中的元模式；在文件中写 $schema 后编辑器会提示。",
    },
  };
}

/** Without the complaints of alternatives that were not meant: the one with the fewest stray or missing keys was. */
function likelyOf(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors
    .filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf")
    .reduce<readonly ErrorObject[]>((left, { instancePath, schemaPath, schema }) => {
      const alternatives = Array.isArray(schema) ? schema.length : 0;
      const of = (which: number) => (error: ErrorObject) =>
        error.instancePath.startsWith(instancePath) && error.schemaPath.startsWith(`${schemaPath}/${which}/`);
      const costs = Array.from({ length: alternatives }, (_, which) => left.filter(of(which)).length);
      const least = Math.min(...costs.filter((cost) => cost > 0));
      const meant = costs.indexOf(least);
      return left.filter((error) => costs.every((_cost, which) => which === meant || !of(which)(error)));
    }, errors);
}

function complaint({ keyword, params, message, parentSchema }: ErrorObject): readonly [en: string, zh: string] {
  const words = message ?? keyword;
  if (keyword === "additionalProperties") {
    const stray = String(params["additionalProperty"]);
    const known = isSchemaObject(parentSchema?.["properties"]) ? Object.keys(parentSchema["properties"]) : [];
    const near = nearName(stray, known);
    const list = known.filter((name) => name !== "$schema").join(", ");
    return [
      `There is no ${JSON.stringify(stray)} here.${near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`} Allowed: ${list}.`,
      `此处没有 ${JSON.stringify(stray)}。${near === undefined ? "" : `是否指 ${JSON.stringify(near)}？`}可用：${list}。`,
    ];
  }
  if (keyword === "enum") {
    const allowed = JSON.stringify(params["allowedValues"]);
    return [`It ${words}: ${allowed}.`, `不符合元模式：只能是 ${allowed} 之一。`];
  }
  if (keyword === "const") {
    const allowed = JSON.stringify(params["allowedValue"]);
    return [`It must be ${allowed}.`, `不符合元模式：只能是 ${allowed}。`];
  }
  return [`It ${words}.`, `不符合元模式：${demandInChinese({ keyword, params })}。`];
}
