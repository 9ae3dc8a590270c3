import type { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { FuncKeywordDefinition, SchemaValidateFunction } from "ajv";
import type { FormContext } from "../form/form.ts";
import { FORM_NAMES, formProblem } from "../form/forms.ts";
import { quickAjv } from "../json/quick-ajv.ts";
import { MEANINGS } from "./purpose.ts";

/** How a value is masked wherever it is shown. */
const SENSITIVE = ["account", "name", "identity", "mobile", "secret"] as const;

/**
 * A validator of JSON Schema 2020-12 that knows the annotations of packs and nothing else beyond the standard:
 *  - `x-from`: how suites fill a valid request (`fresh`, `party`, `scenario.<name>`, or an expression);
 *  - `x-as`: how the message writes what rules hold (`yuan`, `local-datetime`); texts are held to it where `context` is given;
 *  - `x-sealed`: the message carries the field sealed; schema and rules are about what was sealed;
 *  - `x-is`: what the field is to a judge (`number`, `amount`, `state`);
 *  - `x-sensitive`: how the value is masked everywhere;
 *  - `x-title`: what the field is called, in both languages.
 */
export function schemaValidator(context?: FormContext): Ajv2020 {
  const ajv = quickAjv({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    validateFormats: true,
    ownProperties: true,
  });
  addFormats.default(ajv);
  ajv.addKeyword({ keyword: "x-from", schemaType: "string" });
  ajv.addKeyword(formKeyword(context));
  ajv.addKeyword({ keyword: "x-sealed", schemaType: "object", metaSchema: SEALED });
  ajv.addKeyword({ keyword: "x-is", schemaType: "string", metaSchema: { enum: [...MEANINGS] } });
  ajv.addKeyword({ keyword: "x-sensitive", schemaType: "string", metaSchema: { enum: [...SENSITIVE] } });
  ajv.addKeyword({
    keyword: "x-title",
    schemaType: "object",
    metaSchema: {
      type: "object",
      required: ["en", "zh"],
      properties: { en: { type: "string" }, zh: { type: "string" } },
    },
  });
  // Texts for the words of an enum, as editors show them.
  ajv.addKeyword({ keyword: "enumDescriptions", schemaType: "array" });
  return ajv;
}

/** What `x-sealed` may say. */
const SEALED = {
  type: "object",
  additionalProperties: false,
  properties: {
    key: { enum: ["secret", "receiver"] },
    content: { enum: ["json", "text"] },
    associatedData: { type: "string", maxLength: 64, pattern: "^[\\x20-\\x7e]*$" },
    type: { type: "string", minLength: 1, maxLength: 64 },
  },
};

/** The keyword `x-as`, which holds a text to its form and to the bounds beside it. */
export function formKeyword(context: FormContext | undefined): FuncKeywordDefinition {
  const validate: SchemaValidateFunction = (
    _form: string,
    text: string,
    parent?: { readonly [keyword: string]: unknown },
  ) => {
    const message = context === undefined ? undefined : formProblem(parent ?? {}, text, context);
    validate.errors = message === undefined ? [] : [{ keyword: "x-as", message, params: {} }];
    return message === undefined;
  };
  return {
    keyword: "x-as",
    type: "string",
    schemaType: "string",
    metaSchema: { enum: [...FORM_NAMES] },
    errors: true,
    validate,
  };
}
