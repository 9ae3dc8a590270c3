import { isObject } from "../document.ts";
import type { References } from "./references.ts";

interface Headers {
  readonly headers: readonly string[];
  readonly headerExamples: Readonly<Record<string, string>>;
}

/** The header parameters and the headers of security schemes of a document, with their examples. */
export function headersOf(document: { readonly [key: string]: unknown }, references: References): Headers {
  const names = new Map<string, string>();
  const examples: Record<string, string> = {};
  const take = (name: unknown, example?: unknown): void => {
    if (typeof name !== "string") return;
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
    if (typeof example === "string") examples[name.toLowerCase()] ??= example;
  };
  const parameters = (list: unknown): void => {
    for (const written of Array.isArray(list) ? list : isObject(list) ? Object.values(list) : []) {
      const one = references.resolve(written);
      if (isObject(one) && one["in"] === "header")
        take(one["name"], one["example"] ?? (isObject(one["schema"]) ? one["schema"]["example"] : undefined));
    }
  };
  const components = isObject(document["components"]) ? document["components"] : {};
  parameters(components["parameters"]);
  for (const item of Object.values(isObject(document["paths"]) ? document["paths"] : {})) {
    if (!isObject(item)) continue;
    parameters(item["parameters"]);
    for (const operation of Object.values(item)) if (isObject(operation)) parameters(operation["parameters"]);
  }
  const schemes = isObject(components["securitySchemes"]) ? components["securitySchemes"] : {};
  for (const written of Object.values(schemes)) {
    const scheme = references.resolve(written);
    if (!isObject(scheme)) continue;
    if (scheme["type"] === "apiKey" && scheme["in"] === "header") take(scheme["name"], scheme["description"]);
    if (scheme["type"] === "http" || scheme["type"] === "oauth2") take("Authorization", scheme["scheme"]);
  }
  return { headers: [...names.values()], headerExamples: examples };
}
