import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check } from "../../check.ts";
import type { Incident } from "../../evidence/incidents.ts";
import { expectNoIncident } from "../incidents.ts";

/** Judged at the end over every answer that the run saw, whatever the check was about. */
export function watched(
  id: string,
  requirement: string,
  title: Bilingual,
  kinds: readonly Incident["kind"][],
  what: Bilingual,
): Check {
  return {
    id,
    requirement,
    title,
    effort: "smoke",
    when: "end",
    run: async (session) => expectNoIncident(session, kinds, what),
  };
}

export const undeclared = watched(
  "errors.undeclared-code",
  "ERR-05",
  { en: "No undeclared code in the whole run", zh: "全程无未声明的错误码" },
  ["undocumented-code"],
  { en: "a code was answered that the pack does not declare", zh: "返回了规范未声明的错误码" },
);

export const agreement = watched(
  "errors.agreement",
  "ERR-03",
  {
    en: "Status, code and body agreed in the whole run, and nothing was a 5xx",
    zh: "全程状态、错误码与报文一致，且无 5xx",
  },
  ["status-mismatch", "server-error", "error-body"],
  { en: "status, code and body did not agree, or the server failed", zh: "状态、错误码与报文不一致，或服务端出错" },
);

export const inside = watched(
  "errors.inside",
  "ERR-09",
  { en: "No refusal of the run revealed internals", zh: "全程拒绝应答未泄露内部信息" },
  ["inside"],
  { en: "a refusal reveals internals of the implementation", zh: "拒绝应答泄露了内部信息" },
);

export const encoding = watched(
  "errors.encoding",
  "ERR-11",
  { en: "Every JSON answer of the run was declared as JSON, in UTF-8", zh: "全程 JSON 应答均声明为 JSON 且为 UTF-8" },
  ["encoding"],
  { en: "an answer's media type or encoding is wrong", zh: "应答的媒体类型或编码错误" },
);
