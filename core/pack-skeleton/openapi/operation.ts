import type { Bilingual } from "../../run/verdict.ts";
import { isObject } from "../document.ts";
import type { ApiBody, ApiOperation, ApiParameter, ApiRefusal, DocumentSchema, Method } from "../document.ts";
import { refusalCodes } from "../refusal-codes.ts";
import type { References } from "./references.ts";

interface Written {
  readonly method: Method;
  readonly path: string;
  readonly operation: { readonly [key: string]: unknown };
  /** The path item: its parameters are those of all its operations. */
  readonly item: { readonly [key: string]: unknown };
}

type Read = Omit<ApiOperation, "id"> | { readonly why: Bilingual };

const PATH = /^(\/([A-Za-z0-9._~:-]+|\{[A-Za-z][A-Za-z0-9_]*\}[A-Za-z0-9._~:-]*))+$/u;

/** Reads operations of an OpenAPI document. */
export class OperationReader {
  readonly #references: References;

  constructor(references: References) {
    this.#references = references;
  }

  read({ method, path, operation, item }: Written): Read {
    const parameters = this.#parameters(item["parameters"], operation["parameters"]);
    const renamed = path.replaceAll(/\{([^}]*)\}/gu, (_all, name: string) => `{${pathName(name)}}`);
    if (!PATH.test(renamed)) return { why: { en: "a pack cannot have its path", zh: "规范包无法写出其路径" } };
    const request = this.#body(operation["requestBody"]);
    if (request === "other")
      return { why: { en: "its request is neither JSON nor a form", zh: "请求既非 JSON 也非表单" } };
    const response = this.#response(operation["responses"]);
    if (response === undefined)
      return {
        why: { en: "it has no good answer that is JSON, a form or empty", zh: "没有 JSON、表单或空的成功应答" },
      };
    const inPath = [...renamed.matchAll(/\{([^}]+)\}/gu)].map(([, name = ""]) => name);
    const title = [operation["summary"], operation["operationId"]].find((one) => typeof one === "string" && one !== "");
    return {
      method,
      path: renamed,
      title: typeof title === "string" ? title : `${method.toUpperCase()} ${path}`,
      pathParameters: inPath.map((name) => ({
        name,
        required: true,
        schema: parameters.find((one) => one.in === "path" && pathName(one.name) === name)?.schema ?? {
          type: "string",
        },
      })),
      query: parameters.filter((one) => one.in === "query").map(({ in: _in, ...one }) => one),
      ...(request === undefined || method === "get" || method === "delete" ? {} : { request }),
      response,
      refusals: this.#refusals(operation["responses"]),
    };
  }

  #parameters(...lists: readonly unknown[]): readonly (ApiParameter & { readonly in: string })[] {
    const found = new Map<string, ApiParameter & { readonly in: string }>();
    for (const written of lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))) {
      const one = this.#references.resolve(written);
      if (!isObject(one) || typeof one["name"] !== "string" || typeof one["in"] !== "string") continue;
      const schema = isObject(one["schema"]) ? one["schema"] : (this.#contents(one["content"])[0]?.schema ?? {});
      found.set(`${one["in"]} ${one["name"]}`, {
        in: one["in"],
        name: one["name"],
        required: one["required"] === true,
        schema,
      });
    }
    return [...found.values()];
  }

  #body(written: unknown): ApiBody | "other" | undefined {
    const body = this.#references.resolve(written);
    if (!isObject(body)) return undefined;
    const contents = this.#contents(body["content"]);
    return contents.length === 0 ? undefined : (bodyOf(contents) ?? "other");
  }

  #response(written: unknown): ApiOperation["response"] | undefined {
    if (!isObject(written)) return undefined;
    const good = Object.keys(written).filter((status) => /^2(?:\d\d|XX)$/u.test(status));
    const chosen = good.toSorted()[0] ?? (Object.hasOwn(written, "default") ? "default" : undefined);
    if (chosen === undefined) return undefined;
    const answer = this.#references.resolve(written[chosen]);
    const contents = isObject(answer) ? this.#contents(answer["content"]) : [];
    const status = /^\d+$/u.test(chosen) ? Number(chosen) : 200;
    if (contents.length === 0 || status === 204 || status === 205) return { status };
    const body = bodyOf(contents);
    return body === undefined ? undefined : { status, body };
  }

  #refusals(written: unknown): readonly ApiRefusal[] {
    if (!isObject(written)) return [];
    return Object.entries(written).flatMap(([status, one]) => {
      if (!/^[45]\d\d$/u.test(status)) return [];
      const answer = this.#references.resolve(one);
      const contents = isObject(answer) ? this.#contents(answer["content"]) : [];
      const json = contents.find(({ type }) => isJson(type));
      return [
        {
          status: Number(status),
          ...(json === undefined ? {} : { schema: json.schema }),
          codes: refusalCodes(json === undefined ? undefined : this.#references.resolve(json.schema), json?.examples),
        },
      ];
    });
  }

  #contents(
    written: unknown,
  ): readonly { readonly type: string; readonly schema: DocumentSchema; readonly examples: readonly unknown[] }[] {
    if (!isObject(written)) return [];
    return Object.entries(written).flatMap(([type, media]) => {
      if (!isObject(media)) return [];
      const named = isObject(media["examples"]) ? Object.values(media["examples"]) : [];
      const examples = named
        .map((one) => this.#references.resolve(one))
        .map((one) => (isObject(one) ? one["value"] : one));
      const schema = isObject(media["schema"]) ? media["schema"] : {};
      return [{ type: type.toLowerCase(), schema, examples: [media["example"], ...examples] }];
    });
  }
}

const isJson = (type: string): boolean => /^application\/(?:[\w.-]+\+)?json\b/u.test(type) || type === "*/*";

function bodyOf(contents: readonly { readonly type: string; readonly schema: DocumentSchema }[]): ApiBody | undefined {
  const json = contents.find(({ type }) => isJson(type));
  if (json !== undefined) return { representation: "json", schema: json.schema };
  const form = contents.find(({ type }) => type.startsWith("application/x-www-form-urlencoded"));
  return form === undefined ? undefined : { representation: "form", schema: form.schema };
}

/** The name of a path's parameter as packs allow it. */
const pathName = (name: string): string => {
  const plain = name.replaceAll(/[^A-Za-z0-9_]+/gu, "_");
  return /^[A-Za-z]/u.test(plain) ? plain : `p${plain}`;
};
