import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";

import type { RunEvent } from "./event.ts";
import { eventSchemas } from "./event-schema.ts";

export type EventValidation =
  | { readonly ok: true; readonly event: RunEvent }
  | { readonly ok: false; readonly pointer: string; readonly problem: string };

/** Makes a validator of single events; it names the first thing wrong by JSON Pointer and says what is allowed. */
export function eventValidator(): (value: unknown) => EventValidation {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  const validators = new Map<string, ValidateFunction<RunEvent>>();
  for (const [type, schema] of Object.entries(eventSchemas())) validators.set(type, ajv.compile<RunEvent>(schema));
  const known = [...validators.keys()].join(", ");

  return (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return { ok: false, pointer: "", problem: "an event is a JSON object" };
    }
    const type = "type" in value ? value.type : undefined;
    const validate = typeof type === "string" ? validators.get(type) : undefined;
    if (validate === undefined) {
      return { ok: false, pointer: "/type", problem: `unknown event type ${JSON.stringify(type)}; known are ${known}` };
    }
    if (validate(value)) return { ok: true, event: value };
    const first = validate.errors?.[0];
    const allowed = first?.keyword === "enum" ? `: ${JSON.stringify(first.params["allowedValues"])}` : "";
    return {
      ok: false,
      pointer: first?.instancePath ?? "",
      problem: `${String(type)}: ${first?.message ?? "does not fit its schema"}${allowed}`,
    };
  };
}
