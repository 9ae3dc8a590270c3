import { codecsOf } from "../../codec/codecs.ts";
import { carries } from "../../envelope/envelope.ts";
import { envelopeOf } from "../../envelope/styles.ts";
import type { Problem } from "../problem.ts";
import type { Policies } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const ID = "freshness.parts";

/** What is said of nonces and timestamps is said where requests carry them, and nowhere else. */
export const freshnessParts: Rule = {
  id: ID,
  check: ({ manifest: { policies } }) => {
    const { requestParts, answerParts } = envelopeOf(policies.envelope, codecsOf(policies));
    const parts = policies.notification.signedAs === "answer" ? [...requestParts, ...answerParts] : requestParts;
    const nonce = carries(parts, "nonce");
    return [
      ...said(nonce, policies.freshness.nonce, "/policies/freshness/nonce", NONCE),
      ...said(nonce, policies.stages["freshness.replay"], "/policies/stages/freshness.replay", NONCE),
      ...said(
        carries(parts, "timestamp"),
        policies.stages["freshness.timestamp"],
        "/policies/stages/freshness.timestamp",
        TIMESTAMP,
      ),
      ...replays(nonce, policies.freshness),
    ];
  },
};

const NONCE = ["nonce", "随机串"] as const;
const TIMESTAMP = ["timestamp", "时间戳"] as const;

function said(
  carried: boolean,
  value: unknown,
  pointer: string,
  [en, zh]: readonly [string, string],
): readonly Problem[] {
  if (carried === (value !== undefined)) return [];
  return [
    carried
      ? problem(
          ID,
          "pack.json",
          pointer,
          [`Requests carry a ${en}, and this is missing.`, `请求携带${zh}，但缺少此项。`],
          [`Add it, or take the ${en} out of policies.envelope.`, `请补上，或从 policies.envelope 中删去${zh}。`],
        )
      : problem(
          ID,
          "pack.json",
          pointer,
          [`Requests carry no ${en}, so this never applies.`, `请求不携带${zh}，此项永不生效。`],
          [
            `Take it out, or say in policies.envelope where the ${en} stands.`,
            `请删去，或在 policies.envelope 中写明${zh}的位置。`,
          ],
        ),
  ];
}

/** Without a nonce a replay cannot be told from a retry that says the same. */
function replays(nonce: boolean, { exactReplay }: Policies["freshness"]): readonly Problem[] {
  if (nonce || exactReplay === "idempotent-answer") return [];
  return [
    problem(
      ID,
      "pack.json",
      "/policies/freshness/exactReplay",
      ["Requests carry no nonce, so a replay cannot be refused.", "请求不携带随机串，无法拒绝重放。"],
      ['Write "idempotent-answer": idempotency holds replays.', '请写 "idempotent-answer"：由幂等处理重放。'],
    ),
  ];
}
