import type { Defect } from "../defect.ts";
import { inPolicies } from "../parts/edit-pack.ts";

/** What is wrong with how a side calls its peer, and with what it takes the answers for. */
export const CALLING: readonly Defect[] = [
  {
    name: "answers-unverified", role: "platform", requirement: "SIG-20",
    title: { en: "Answers of the bank are believed whoever signed them", zh: "平台不校验银行应答签名" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" ? (reply.said ?? reply) : reply;
    },
  },
  {
    name: "refusals-unverified", role: "bank", requirement: "SIG-20",
    title: { en: "Of answers only the successes are verified", zh: "仅校验成功应答的签名，不校验拒绝应答" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" && reply.said?.kind === "refusal" ? reply.said : reply;
    },
  },
  {
    name: "answers-of-any-age", role: "platform", requirement: "SIG-21",
    title: { en: "How old an answer is is not looked at", zh: "平台不校验应答时间戳" },
    pack: (source) => inPolicies(source, ["freshness", "clockSkewSeconds"], 86_400),
  },
  {
    name: "answers-of-an-hour", role: "bank", requirement: "SIG-21",
    title: { en: "An answer is good for an hour", zh: "一小时内的旧应答均被采信" },
    pack: (source) => inPolicies(source, ["freshness", "clockSkewSeconds"], 3_600),
  },
];
