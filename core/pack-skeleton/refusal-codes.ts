import { isObject } from "./document.ts";

const CODE_FIELD = /^(?:error_?code|err_?code|code|sub_code|return_code|errorType)$/iu;
const CODE = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/u;

/** The field of an answer that has the code, where it has one at its top. */
export function codeField(names: readonly string[]): string | undefined {
  return names.find((name) => CODE_FIELD.test(name)) ?? names.find((name) => /^(?:error|type)$/iu.test(name));
}

/** The codes that a refusal's examples and the enums of its schema name. */
export function refusalCodes(schema: unknown, examples: readonly unknown[] = []): readonly string[] {
  const found = new Set<string>();
  const take = (value: unknown): void => {
    if (typeof value === "string" && CODE.test(value)) found.add(value);
  };
  const visit = (value: unknown, depth: number): void => {
    if (depth > 8) return;
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    if (!isObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      if (CODE_FIELD.test(name)) {
        take(member);
        if (isObject(member) && Array.isArray(member["enum"])) member["enum"].forEach(take);
      }
      visit(member, depth + 1);
    }
  };
  for (const example of examples) visit(example, 0);
  visit(schema, 0);
  return [...found];
}
