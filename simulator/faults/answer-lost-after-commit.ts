import type { Fault } from "./fault.ts";

/** The call takes effect, then its answer is lost: only a query can tell the caller. */
export const answerLostAfterCommit: Fault = {
  name: "answer-lost-after-commit",
  wish: "lost",
  title: { en: "Answer lost after the effect", zh: "处理成功但应答丢失" },
  settings: {},
  after: (_context, response) => ({ ...response, wire: { kind: "reset" } }),
};
