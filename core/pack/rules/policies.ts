import { STATUS_CODES } from "node:http";
import { escape } from "../../expression/typing.ts";
import { SIGNATURE_SCHEMES } from "../../signature/schemes.ts";
import { interfaceFile } from "../file.ts";
import { instead, names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Tokens of algorithms stand for signature schemes that there are. */
export const signatureSchemes: Rule = {
  id: "signature.scheme",
  check: ({ manifest }) => {
    const known = SIGNATURE_SCHEMES.map(({ name }) => name);
    return Object.entries(manifest.policies.envelope.algorithms)
      .filter(([, scheme]) => !known.includes(scheme))
      .map(([token, scheme]) =>
        problem(
          "signature.scheme",
          "pack.json",
          `/policies/envelope/algorithms/${escape(token)}`,
          [`There is no signature scheme ${JSON.stringify(scheme)}.`, `没有签名算法 ${JSON.stringify(scheme)}。`],
          instead(scheme, known),
        ),
      );
  },
};

/** Only envelopes whose answers differ from their requests can sign a notification like an answer. */
export const notificationSignedAs: Rule = {
  id: "notification.signed-as",
  check: ({ manifest: { policies } }) =>
    policies.notification.signedAs !== "answer" || policies.envelope.style === "authorization-header"
      ? []
      : [
          problem(
            "notification.signed-as",
            "pack.json",
            "/policies/notification/signedAs",
            [
              `Requests and answers of the style ${policies.envelope.style} are signed alike, so notifications cannot be signed "like an answer".`,
              `${policies.envelope.style} 的请求与应答签名方式相同，通知无法“按应答签名”。`,
            ],
            [
              'Take signedAs out, or use the style "authorization-header".',
              '请删除 signedAs，或改用 "authorization-header"。',
            ],
          ),
        ],
};

/** An answer's HTTP status is one that is registered, and one that has a body where there is one. */
export const answerStatus: Rule = {
  id: "response.status",
  check: (source) => {
    const registered = Object.keys(STATUS_CODES).map(Number);
    const good = registered.filter((status) => status >= 200 && status < 300);
    return [
      ...source.interfaces.flatMap((one) => {
        const { status, representation } = one.response;
        const at = (message: readonly [string, string], remedy: readonly [string, string]) => [
          problem("response.status", interfaceFile(one), "/response/status", message, remedy),
        ];
        if (!good.includes(status))
          return at(
            [`HTTP has no status ${status}.`, `HTTP 没有状态码 ${status}。`],
            [`Use one of: ${names(good.map(String))}.`, `请使用：${names(good.map(String))}。`],
          );
        if ((status === 204 || status === 205) && representation !== "empty")
          return at(
            [`An answer with HTTP ${status} has no body.`, `HTTP ${status} 的应答没有报文体。`],
            [
              'Write "representation": "empty", or another status.',
              '请写 "representation": "empty"，或改用其他状态码。',
            ],
          );
        return [];
      }),
      ...source.errors.flatMap(({ status }, index) =>
        registered.includes(status)
          ? []
          : [
              problem(
                "response.status",
                "errors.json",
                `/errors/${index}/status`,
                [`HTTP has no status ${status}.`, `HTTP 没有状态码 ${status}。`],
                ["Use a registered one, such as 400, 409 or 500.", "请使用已注册的状态码，如 400、409 或 500。"],
              ),
            ],
      ),
    ];
  },
};

/** A caller that is to query knows what. */
export const callerQuery: Rule = {
  id: "caller.query",
  check: (source) =>
    source.interfaces
      .filter(({ caller }) => caller.success === "query" && caller.query === undefined)
      .map((one) =>
        problem(
          "caller.query",
          interfaceFile(one),
          "/caller",
          [
            `A good answer of ${one.id} is to be followed by a query, and none is named.`,
            `${one.id} 成功应答后应查询，但未指明查询接口。`,
          ],
          [
            'Give "query": {"interface": "…", "afterSeconds": [1, 2, 5]}, or write "success": "final".',
            '请写 "query": {"interface": "…", "afterSeconds": [1, 2, 5]}，或写 "success": "final"。',
          ],
        ),
      ),
};
