import type { Check } from "../../check.ts";
import { expectNoIncident } from "../incidents.ts";

export const undeclared: Check = {
  id: "errors.undeclared-code",
  requirement: "ERR-05",
  title: { en: "No undeclared code in the whole run", zh: "全程无未声明的错误码" },
  effort: "smoke",
  when: "end",
  async run(session) {
    expectNoIncident(session, "undocumented-code", { en: "a code was answered that the pack does not declare", zh: "返回了规范未声明的错误码" });
  },
};

export const agreement: Check = {
  id: "errors.agreement",
  requirement: "ERR-03",
  title: { en: "Status and code agreed in the whole run, and nothing was a 5xx", zh: "全程状态与错误码一致，且无 5xx" },
  effort: "smoke",
  when: "end",
  async run(session) {
    expectNoIncident(session, ["status-mismatch", "server-error"], { en: "status and code did not agree, or the server failed", zh: "状态与错误码不一致，或服务端出错" });
  },
};
