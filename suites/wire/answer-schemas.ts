import type { Ajv2020, ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { demandInChinese } from "../../core/json/schema-in-chinese.ts";
import { quickAjv } from "../../core/json/quick-ajv.ts";
import { formKeyword } from "../../core/pack/annotation.ts";
import { formContext } from "../../core/pack/field-forms.ts";
import { successMark } from "../../core/pack/success-mark.ts";
import type { Interface, PackSource } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { bundle } from "../generators/bundle.ts";
import { schemaSource } from "../generators/schema-source.ts";

/**
 * Judges bodies of answers by the schemas of the pack. The function gives the problems, none for a good body; a schema is
 * compiled when its interface is first asked for.
 */
export function answerSchemas(source: PackSource): (one: Interface, body: unknown) => readonly Bilingual[] {
  const schemas = schemaSource(source.messages);
  const ajv = quickAjv({ allErrors: true, strict: false });
  // The package's types describe a default export that is a namespace; at run time it is the function.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addKeyword(formKeyword(formContext(source)));
  const validators = new Map<
    string,
    { readonly validate: ValidateFunction; readonly payload: (body: unknown) => unknown }
  >();
  return (one, body) => {
    const schema = one.response.body;
    if (schema === undefined) return [];
    const known = validators.get(one.id) ?? {
      validate: ajv.compile(bundle(schema, schemas)),
      payload: successMark(source, one),
    };
    validators.set(one.id, known);
    const { validate, payload } = known;
    if (validate(payload(body))) return [];
    return (validate.errors ?? []).map((error) => ({
      en: `${error.instancePath || "/"} ${error.message ?? error.keyword}`,
      zh: `${error.instancePath || "/"} ${demandInChinese(error)}`,
    }));
  };
}
