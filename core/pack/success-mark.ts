import { interfaceFields } from "./rules/schemas.ts";
import type { Interface, PackSource } from "./types.ts";

/**
 * Takes from the body of a good answer the member by which the pack tells it from a refusal (`policies.success`), unless
 * the interface's schema has a field of that name: the provider adds it, so a schema need not know it.
 */
export function successMark(source: PackSource, one: Interface): (body: unknown) => unknown {
  const { success } = source.manifest.policies;
  if (success === undefined || interfaceFields(source, one, "answer").includes(success.field)) return (body) => body;
  return (body) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
    const { [success.field]: _mark, ...rest } = body as Readonly<Record<string, unknown>>;
    return rest;
  };
}
