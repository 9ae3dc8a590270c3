import { Ajv2020 } from "ajv/dist/2020.js";
import type { Options } from "ajv/dist/2020.js";

/** The schemas by which JSON Schema holds schemas, compiled once for all validators of a process. */
const STANDARD = new Ajv2020({ ownProperties: true, code: { optimize: false } });

/** An Ajv of JSON Schema 2020-12 that compiles in half the time and validates as fast. docs/decisions/0262 */
export function quickAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    // That would take a third of the time of compiling, and V8 does it to what runs often.
    code: { optimize: false },
    // Those of `STANDARD` in place of its own, which it would compile again.
    meta: false,
  });
  Object.assign(ajv.schemas, STANDARD.schemas);
  return ajv;
}
