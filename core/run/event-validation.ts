import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";

import { demandInChinese } from "../json/schema-in-chinese.ts";
import type { RunEvent } from "./event.ts";
import type { Bilingual } from "./verdict.ts";
import { eventSchemas } from "./event-schema.ts";

export type EventValidation =
  | { readonly ok: true; readonly event: RunEvent }
  | { readonly ok: false; readonly pointer: string; readonly problem: Bilingual };

/** Makes a validator of single events; it names the first thing wrong by JSON Pointer and says what is allowed. */
export function eventValidator(): (value: unknown) => EventValidation {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  const validators = new Map<string, ValidateFunction<RunEvent>>();
  for (const [type, schema] of Object.entries(eventSchemas())) validators.set(type, ajv.compile<RunEvent>(schema));
  const known = [...validators.keys()].join(", ");

  return (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return { ok: false, pointer: "", problem: { en: "an event is a JSON object", zh: "事件须为 JSON 对象" } };
    }
    const type = "type" in value ? value.type : undefined;
    const validate = typeof type === "string" ? validators.get(type) : undefined;
    if (validate === undefined) {
      const named = JSON.stringify(type);
      return {
        ok: false,
        pointer: "/type",
        problem: {
          en: `unknown event type ${named}; known are ${known}`,
          zh: `事件类型 ${named} 未知；已知类型有 ${known}`,
        },
      };
    }
    if (validate(value)) return { ok: true, event: value };
    const first = validate.errors?.[0];
    const allowed = first?.keyword === "enum" ? `: ${JSON.stringify(first.params["allowedValues"])}` : "";
    return {
      ok: false,
      pointer: first?.instancePath ?? "",
      problem: {
        en: `${String(type)}: ${first?.message ?? "does not fit its schema"}${allowed}`,
        zh: `${String(type)}：${first === undefined ? "不合规范" : demandInChinese(first)}`,
      },
    };
  };
}
