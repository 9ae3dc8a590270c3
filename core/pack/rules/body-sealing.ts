import { BODY_SCHEMES } from "../../sealing/body/schemes.ts";
import type { SealedBody } from "../../sealing/body/policy.ts";
import type { EnvelopePolicy } from "../../envelope/policy.ts";
import type { Problem } from "../problem.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

type Texts = readonly [string, string];

const at = (rule: string, pointer: string, message: Texts, remedy: Texts): Problem =>
  problem(rule, "pack.json", `/policies/bodySealing${pointer}`, message, remedy);

/** A body scheme is one that there is, and has the initial vector that it needs. */
export const bodySealingScheme: Rule = {
  id: "body-sealing.scheme",
  check: ({ manifest: { policies } }) => {
    const { bodySealing: policy, sealing } = policies;
    if (policy === undefined) return [];
    const rule = "body-sealing.scheme";
    const scheme = BODY_SCHEMES.find(({ name }) => name === policy.scheme);
    if (scheme === undefined)
      return [
        at(
          rule,
          "/scheme",
          [
            `There is no scheme ${JSON.stringify(policy.scheme)} that encrypts bodies.`,
            `没有报文体加密算法 ${JSON.stringify(policy.scheme)}。`,
          ],
          instead(
            policy.scheme,
            BODY_SCHEMES.map(({ name }) => name),
          ),
        ),
      ];
    const found: Problem[] = [];
    if (scheme.newIv && policy.iv !== "ahead")
      found.push(
        at(
          rule,
          "/iv",
          [
            `${scheme.name} needs another nonce for each message: two under one nonce give both texts and the key of the tag away.`,
            `${scheme.name} 每份报文须使用不同的随机数：重复使用会泄露明文与认证密钥。`,
          ],
          ['Write "iv": "ahead".', '请写 "iv": "ahead"。'],
        ),
      );
    if (typeof policy.iv === "object" && policy.iv.hex.length !== 2 * scheme.ivBytes)
      found.push(
        at(
          rule,
          "/iv/hex",
          [
            `The initial vector has ${policy.iv.hex.length} digits, and that of ${scheme.name} has ${2 * scheme.ivBytes}.`,
            `初始向量有 ${policy.iv.hex.length} 位十六进制数字，而 ${scheme.name} 须有 ${2 * scheme.ivBytes} 位。`,
          ],
          [`Write ${2 * scheme.ivBytes} hexadecimal digits.`, `请写 ${2 * scheme.ivBytes} 位十六进制数字。`],
        ),
      );
    if (sealing !== undefined)
      found.push(
        at(
          rule,
          "",
          [
            "A party has one secret, and the pack uses it for fields (policies.sealing) and for bodies.",
            "每个参与方仅有一个加密密钥，而规范包同时用于字段（policies.sealing）与报文体。",
          ],
          ["Take one of the two out; receiverSealing may stay.", "请删除其中之一；receiverSealing 可以保留。"],
        ),
      );
    return found;
  },
};

/** An encrypted body stands where its envelope carries the bytes of a payload as they are. */
export const bodySealingPlaces: Rule = {
  id: "body-sealing.place",
  check: ({ manifest: { policies } }) => {
    const { bodySealing: policy, envelope, notification } = policies;
    if (policy === undefined) return [];
    const { carried } = policy;
    const ofNotifications = notification.envelope ?? envelope;
    const inAnswers = notification.envelope === undefined && notification.signedAs === "answer";
    return [
      ...placed("/carried/requests", carried.requests, envelope, "request"),
      ...placed("/carried/answers", carried.answers, envelope, "answer"),
      ...placed("/carried/notifications", carried.notifications, ofNotifications, inAnswers ? "answer" : "request"),
    ];
  },
};

/** Envelopes that carry the bytes of a payload without reading them. */
const OPAQUE: readonly string[] = [
  "authorization-header",
  "detached-jws",
  "http-message-signatures",
  "sorted-parameters",
];

function placed(
  pointer: string,
  place: SealedBody | undefined,
  envelope: EnvelopePolicy,
  part: "request" | "answer",
): readonly Problem[] {
  if (place === undefined) return [];
  const rule = "body-sealing.place";
  const found: Problem[] = [];
  if ((place.as === "member") !== (place.member !== undefined))
    found.push(
      at(
        rule,
        `${pointer}/member`,
        place.as === "member"
          ? ["The ciphertext stands in a member, and none is named.", "密文位于成员中，但未写成员名。"]
          : ["A member is named, and the ciphertext stands in none.", "写有成员名，而密文不在成员中。"],
        ['Write "as": "member" and "member" together.', '"as": "member" 与 "member" 须同时出现。'],
      ),
    );
  const wrapped = part === "answer" && envelope.style === "sorted-parameters" && envelope.answer !== undefined;
  const flat = envelope.style === "sorted-parameters" && envelope.document === undefined && !wrapped;
  if (flat || !OPAQUE.includes(envelope.style))
    found.push(
      at(
        rule,
        pointer,
        [
          "The envelope reads the fields of this body itself, so that it cannot be encrypted as a whole.",
          "该信封自行解析此报文体的字段，因此无法整体加密。",
        ],
        [
          "Take it out, or name the parameter that carries the payload (policies.envelope.document).",
          "请删除，或指明承载业务报文的参数（policies.envelope.document）。",
        ],
      ),
    );
  else if (wrapped && place.as === "text")
    found.push(
      at(
        rule,
        `${pointer}/as`,
        [
          "The answer wraps its payload in JSON, where a bare ciphertext is no value.",
          "应答以 JSON 包裹业务报文，裸密文不是 JSON 值。",
        ],
        ['Write "as": "json-text".', '请写 "as": "json-text"。'],
      ),
    );
  if (envelope.style === "sorted-parameters" && place.mediaType !== undefined)
    found.push(
      at(
        rule,
        `${pointer}/mediaType`,
        [
          "The body is a form or a JSON object around the payload, and has the media type of that.",
          "报文体是包裹业务报文的表单或 JSON 对象，媒体类型由其决定。",
        ],
        ["Take mediaType out.", "请删除 mediaType。"],
      ),
    );
  return found;
}
