import { interfaceFile } from "../file.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { interfaceFields } from "./schemas.ts";

/** Path parameters are described, and the key of idempotency is in the request. */
export const requestFields: Rule = {
  id: "request.fields",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const file = interfaceFile(one);
      const path = interfaceFields(source, one, "path");
      const all = [...path, ...interfaceFields(source, one, "query"), ...interfaceFields(source, one, "body")];
      const inPath = [...one.http.path.matchAll(/\{([^}]+)\}/gu)].map(([, name]) => name ?? "");
      const found = [
        ...inPath
          .filter((name) => !path.includes(name))
          .map((name) =>
            problem(
              "request.path",
              file,
              "/http/path",
              [`The path parameter {${name}} is not in request.path.`, `路径参数 {${name}} 不在 request.path 中。`],
              ["Describe it in request.path.properties.", "请在 request.path.properties 中描述。"],
            ),
          ),
        ...path
          .filter((name) => !inPath.includes(name))
          .map((name) =>
            problem(
              "request.path",
              file,
              "/request/path",
              [
                `request.path describes ${name}, which the path does not have.`,
                `request.path 描述了路径中没有的 ${name}。`,
              ],
              [`Put {${name}} into http.path, or remove it.`, `请在 http.path 中写 {${name}},或删除。`],
            ),
          ),
        ...(one.request.representation === "empty" && one.request.body !== undefined
          ? [
              problem(
                "request.body",
                file,
                "/request/body",
                ["A request without a body has a body schema.", "无报文体的请求却有 body 模式。"],
                [
                  `Write "representation": "json" or "form", or remove it.`,
                  `请写 "representation": "json" 或 "form",或删除。`,
                ],
              ),
            ]
          : []),
      ];
      const keys: readonly (readonly [string, readonly string[]])[] = [
        ["key", one.idempotency?.key ?? []],
        [
          "fingerprint",
          one.idempotency === undefined || one.idempotency.fingerprint === "all" ? [] : one.idempotency.fingerprint,
        ],
      ];
      for (const [member, fields] of keys) {
        fields.forEach((name, index) => {
          if (!all.includes(name))
            found.push(
              problem(
                "idempotency.field",
                file,
                `/idempotency/${member}/${index}`,
                [`${name} is no field of the request.`, `${name} 不是请求字段。`],
                instead(name, all),
              ),
            );
        });
      }
      return found;
    }),
};
