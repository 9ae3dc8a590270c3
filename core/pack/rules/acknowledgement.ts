import { interfaceFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { Policies } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const ID = "notification.acknowledgement";

/** A notification's own status is one that acknowledges, and can carry the text that does. */
export const acknowledgement: Rule = {
  id: ID,
  check: ({ interfaces, manifest: { policies } }) => {
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
    ];
  },
};

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
