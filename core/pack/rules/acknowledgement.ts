import { interfaceFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { PackSource, Policies } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const ID = "notification.acknowledgement";

/** A notification's own status is one that acknowledges, and can carry the text that does. */
export const acknowledgement: Rule = {
  id: ID,
  check: (source) => {
    const { interfaces, manifest } = source;
    const { policies } = manifest;
    const { acknowledgeStatus } = policies.notification;
    return [
      ...interfaces.flatMap((one) =>
        one.notification === undefined || acknowledgeStatus.includes(one.response.status)
          ? []
          : [
              problem(
                ID,
                interfaceFile(one),
                "/response/status",
                [
                  `HTTP ${one.response.status} does not acknowledge a notification.`,
                  `HTTP ${one.response.status} 不表示已确认通知。`,
                ],
                [
                  `Use one of policies.notification.acknowledgeStatus: ${names(acknowledgeStatus.map(String))}.`,
                  `请使用 policies.notification.acknowledgeStatus 之一：${names(acknowledgeStatus.map(String))}。`,
                ],
              ),
            ],
      ),
      ...lostTexts(policies.notification),
      ...unsignable(source),
    ];
  },
};

/** A text is not signed, and what is wrapped is JSON. */
function unsignable({ interfaces, manifest: { policies } }: PackSource): readonly Problem[] {
  const { acknowledgeBody, acknowledgeSigned } = policies.notification;
  if (acknowledgeSigned === undefined) return [];
  if (acknowledgeBody !== undefined)
    return [
      problem(
        ID,
        "pack.json",
        "/policies/notification/acknowledgeBody",
        [
          `The text ${JSON.stringify(acknowledgeBody)} carries no signature, and acknowledgements are to be signed.`,
          `文本 ${JSON.stringify(acknowledgeBody)} 不带签名，而确认须签名。`,
        ],
        ["Take acknowledgeBody or acknowledgeSigned out.", "请删去 acknowledgeBody 或 acknowledgeSigned。"],
      ),
    ];
  if (acknowledgeSigned.style === "answer") return [];
  return interfaces.flatMap((one) =>
    one.notification === undefined || one.response.representation === "json"
      ? []
      : [
          problem(
            ID,
            interfaceFile(one),
            "/response/representation",
            [
              "A wrapped acknowledgement is JSON, and this answer is not.",
              "以 wrapped 方式签名的确认为 JSON，而该应答不是。",
            ],
            ['Write "representation": "json" and a body.', '请改为 "representation": "json" 并写明 body。'],
          ),
        ],
  );
}

/** HTTP has no body for these (RFC 9110, 15.3.5 and 15.3.6). */
const BODILESS = [204, 205];

function lostTexts({ acknowledgeBody, acknowledgeStatus }: Policies["notification"]): readonly Problem[] {
  if (acknowledgeBody === undefined) return [];
  return acknowledgeStatus.flatMap((status, index) =>
    BODILESS.includes(status)
      ? [
          problem(
            ID,
            "pack.json",
            `/policies/notification/acknowledgeStatus/${index}`,
            [
              `An answer with HTTP ${status} has no body, so the text ${JSON.stringify(acknowledgeBody)} cannot stand in it.`,
              `HTTP ${status} 的应答没有报文体，无法返回文本 ${JSON.stringify(acknowledgeBody)}。`,
            ],
            [
              "Take it out of the list, or leave acknowledgeBody out.",
              "请从列表中删除该状态码，或去掉 acknowledgeBody。",
            ],
          ),
        ]
      : [],
  );
}
