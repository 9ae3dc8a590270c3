import { escape } from "../../expression/typing.ts";
import { RECEIVER_SCHEMES } from "../../sealing/receiver-schemes.ts";
import { SEALING_SCHEMES } from "../../sealing/schemes.ts";
import { sealedPlaces } from "../sealed-places.ts";
import { interfaceFile } from "../file.ts";
import { isSchemaObject } from "../reference.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { schemaParts } from "./schemas.ts";

/** Tokens of sealing stand for sealing schemes that there are. */
export const sealingSchemes: Rule = {
  id: "sealing.scheme",
  check: ({ manifest }) => {
    const known = SEALING_SCHEMES.map(({ name }) => name);
    return Object.entries(manifest.policies.sealing?.algorithms ?? {})
      .filter(([, scheme]) => !known.includes(scheme))
      .map(([token, scheme]) =>
        problem(
          "sealing.scheme",
          "pack.json",
          `/policies/sealing/algorithms/${escape(token)}`,
          [`There is no sealing scheme ${JSON.stringify(scheme)}.`, `没有加密算法 ${JSON.stringify(scheme)}。`],
          instead(scheme, known),
        ),
      );
  },
};

/** What seals by the algorithm of signatures are algorithms that the pack has. */
export const sealingBySignature: Rule = {
  id: "sealing.by-signature",
  check: ({ manifest: { policies } }) => {
    const { algorithms = {}, bySignature = {} } = policies.sealing ?? {};
    const signatures = Object.keys(policies.envelope.algorithms);
    return Object.entries(bySignature).flatMap(([signature, token]) => {
      const wrong = signatures.includes(signature)
        ? Object.hasOwn(algorithms, token)
          ? undefined
          : ([token, Object.keys(algorithms)] as const)
        : ([signature, signatures] as const);
      return wrong === undefined
        ? []
        : [
            problem(
              "sealing.by-signature",
              "pack.json",
              `/policies/sealing/bySignature/${escape(signature)}`,
              [
                `The pack has no algorithm ${JSON.stringify(wrong[0])}.`,
                `规范包没有算法 ${JSON.stringify(wrong[0])}。`,
              ],
              instead(wrong[0], wrong[1]),
            ),
          ];
    });
  },
};

/** A field is sealed where the pack says how, and what is sealed as a text is one. */
export const sealedFields: Rule = {
  id: "schema.sealed",
  check: (source) =>
    schemaParts(source).flatMap(({ file, pointer, value }) => {
      if (!isSchemaObject(value) || value["x-sealed"] === undefined) return [];
      const at = (message: readonly [string, string], remedy: readonly [string, string]) => [
        problem("schema.sealed", file, `${pointer}/x-sealed`, message, remedy),
      ];
      const { key } = value["x-sealed"] as { readonly key?: unknown };
      const { policies } = source.manifest;
      if (key === "receiver" && policies.receiverSealing === undefined)
        return at(
          [
            'x-sealed says "key": "receiver", and the pack does not say how it seals for a receiver.',
            'x-sealed 写明 "key": "receiver"，但规范包未说明如何用接收方公钥加密。',
          ],
          ["Add policies.receiverSealing to pack.json.", "请在 pack.json 中增加 policies.receiverSealing。"],
        );
      if (key !== "receiver" && policies.sealing === undefined)
        return at(
          [
            "x-sealed stands here, and the pack does not say how it seals.",
            "此处有 x-sealed，但规范包未说明加密方式。",
          ],
          [
            "Add policies.sealing to pack.json, or take x-sealed out.",
            "请在 pack.json 中增加 policies.sealing，或删除 x-sealed。",
          ],
        );
      const { content } = value["x-sealed"] as { readonly content?: unknown };
      if (content === "text" && value["type"] !== "string" && value["$ref"] === undefined)
        return at(
          ["What is sealed as a text is one, and this is no text.", "content 为 text 时字段应为文本，而此处不是文本。"],
          [
            'Write "type": "string", or take "content": "text" out.',
            '请写 "type": "string"，或删除 "content": "text"。',
          ],
        );
      return [];
    }),
};

/** What seals for a receiver takes keys of the algorithm that it is named for. */
export const receiverSchemes: Rule = {
  id: "sealing.receiver",
  check: ({ manifest }) => {
    const { receiverSealing, envelope } = manifest.policies;
    const at = (pointer: string, message: readonly [string, string], remedy: readonly [string, string]) =>
      problem("sealing.receiver", "pack.json", `/policies/receiverSealing${pointer}`, message, remedy);
    return Object.entries(receiverSealing?.algorithms ?? {}).flatMap(([token, name]) => {
      const pointer = `/algorithms/${escape(token)}`;
      const keys = envelope.algorithms[token];
      if (keys === undefined)
        return [
          at(
            pointer,
            [`There is no signature algorithm ${JSON.stringify(token)}.`, `没有签名算法 ${JSON.stringify(token)}。`],
            instead(token, Object.keys(envelope.algorithms)),
          ),
        ];
      const fitting = RECEIVER_SCHEMES.filter((one) => one.keys === keys).map((one) => one.name);
      return fitting.includes(name)
        ? []
        : [
            at(
              pointer,
              [
                `${JSON.stringify(name)} does not seal with keys of ${keys}.`,
                `${JSON.stringify(name)} 不能用 ${keys} 密钥加密。`,
              ],
              instead(name, fitting),
            ),
          ];
    });
  },
};

/** Only bodies in JSON can carry a sealed object. */
export const sealedInJson: Rule = {
  id: "interface.sealed",
  check: (source) =>
    source.interfaces.flatMap((one) =>
      (["path", "query", "body", "response"] as const).flatMap((part) => {
        const [schema, format, pointer] =
          part === "response"
            ? [one.response.body, one.response.representation, "/response/body"]
            : [one.request[part], part === "body" ? one.request.representation : part, `/request/${part}`];
        if (format === "json" || sealedPlaces(source, schema, interfaceFile(one)).length === 0) return [];
        return [
          problem(
            "interface.sealed",
            interfaceFile(one),
            pointer,
            [
              `A field is sealed here, and what is written as ${format} carries no objects.`,
              `此处有加密字段，而 ${format} 无法承载对象。`,
            ],
            ["Seal fields of JSON bodies alone.", "仅 JSON 报文体中的字段可加密。"],
          ),
        ];
      }),
    ),
};
