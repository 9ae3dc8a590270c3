import { DocumentProblem, isObject, METHODS } from "../document.ts";
import type { ApiDocument, ApiOperation, DocumentSchema, LeftOut } from "../document.ts";
import { kebab, unique } from "../names.ts";
import { headersOf } from "./headers.ts";
import { OperationReader } from "./operation.ts";
import { elsewhere, References } from "./references.ts";

/** Which operations become interfaces: all, or those that a name (path, operation id or id in the pack) lets through. */
export type Wanted = (names: readonly string[]) => boolean;

/** Reads an OpenAPI document of version 3.0 or 3.1. @throws DocumentProblem for anything else. */
export function readOpenapi(document: unknown, wanted: Wanted): ApiDocument {
  if (!isObject(document)) throw notOpenapi("it is no object");
  if (document["swagger"] !== undefined) throw swagger(document["swagger"]);
  const version = document["openapi"];
  if (typeof version !== "string") throw notOpenapi('it has no "openapi"');
  if (!/^3\.[01]\./u.test(version)) throw notOpenapi(`it is of OpenAPI ${version}`);
  if (!isObject(document["paths"])) throw notOpenapi('it has no "paths"');
  const references = new References(document);
  const reader = new OperationReader(references);
  const operations: ApiOperation[] = [];
  const leftOut: LeftOut[] = [];
  const ids = new Set<string>();
  const addresses = new Map<string, string>();
  for (const [path, written] of Object.entries(document["paths"])) {
    const item = references.resolve(written);
    if (!isObject(item)) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (!isObject(operation)) continue;
      const named = typeof operation["operationId"] === "string" ? operation["operationId"] : `${method} ${path}`;
      const id = kebab(named);
      // Braces of a path mean alternatives in a glob.
      if (!wanted([path, path.replaceAll(/[{}]/gu, ""), named, id])) continue;
      const what = `${method.toUpperCase()} ${path}`;
      const address = `${method} ${path.replaceAll(/\{[^}]*\}/gu, "{}")}`;
      const before = addresses.get(address);
      if (before !== undefined) {
        leftOut.push({ operation: what, why: { en: `it has the address of ${before}`, zh: `与 ${before} 地址相同` } });
        continue;
      }
      const read = reader.read({ method, path, operation, item });
      if ("why" in read) leftOut.push({ operation: what, why: read.why });
      else {
        addresses.set(address, what);
        operations.push({ ...read, id: unique(id, ids) });
      }
    }
  }
  const info = isObject(document["info"]) ? document["info"] : {};
  const schemas = componentSchemas(document);
  return {
    title: typeof info["title"] === "string" ? info["title"] : "OpenAPI",
    kind: "openapi",
    operations,
    schemas,
    leftOut,
    ...headersOf(document, references),
  };
}

function componentSchemas(document: { readonly [key: string]: unknown }): Readonly<Record<string, DocumentSchema>> {
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemas = isObject(components["schemas"]) ? components["schemas"] : {};
  refuseElsewhere(document, "");
  return Object.fromEntries(
    Object.entries(schemas).filter((entry): entry is [string, DocumentSchema] => isObject(entry[1])),
  );
}

/** @throws DocumentProblem for the first reference out of the document */
function refuseElsewhere(value: unknown, pointer: string): void {
  if (Array.isArray(value)) value.forEach((item, index) => refuseElsewhere(item, `${pointer}/${index}`));
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "example" || name === "examples") continue;
    const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (name === "$ref" && typeof member === "string" && !member.startsWith("#")) throw elsewhere(member, at);
    refuseElsewhere(member, at);
  }
}

function swagger(version: unknown): DocumentProblem {
  return new DocumentProblem(
    { en: `it is of Swagger ${String(version)}`, zh: `这是 Swagger ${String(version)} 文档` },
    "/swagger",
    {
      en: "convert it to OpenAPI 3 first, for example with converter.swagger.io or `swagger2openapi`",
      zh: "请先转换为 OpenAPI 3，例如使用 converter.swagger.io 或 `swagger2openapi`",
    },
  );
}

function notOpenapi(why: string): DocumentProblem {
  return new DocumentProblem(
    { en: `it is no OpenAPI document of version 3.0 or 3.1: ${why}`, zh: `不是 OpenAPI 3.0 或 3.1 文档：${why}` },
    "",
    { en: "give an OpenAPI document in JSON or YAML", zh: "请给出 JSON 或 YAML 格式的 OpenAPI 文档" },
  );
}
