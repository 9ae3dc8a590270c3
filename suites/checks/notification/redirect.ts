import { caseOf, resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { beginTrials, eachTried, NEEDS, redirectedIn, trial, wires } from "./arranged.ts";

export const redirect: Check = {
  id: "notification.redirect",
  requirement: "NOT-12",
  title: { en: "A redirect is not followed", zh: "不跟随重定向" },
  effort: "standard",
  roles: ["bank"],
  needs: NEEDS,
  each: eachTried(redirectedIn),
  ahead: beginTrials,
  async run(session, instance) {
    const { what, deliveries, elsewhere } = await trial(session, resourceOf(session.pack, instance), caseOf(instance));
    session.judged();
    if (elsewhere.length === 0) return;
    session.fail({
      summary: { en: `${what.en} was followed`, zh: `跟随了${what.zh}` },
      expected: { en: "no request to where the redirect leads", zh: "不向重定向地址发送请求" },
      seen: { en: `${elsewhere.length} there`, zh: `该地址收到 ${elsewhere.length} 个请求` },
      likelyCause: {
        en: "The HTTP client follows redirects unless told not to: a registered target can send it into the inner network.",
        zh: "HTTP 客户端默认跟随重定向，已登记地址可借此将请求引向内网。",
      },
      evidence: wires([...deliveries, ...elsewhere]),
    });
  },
};
