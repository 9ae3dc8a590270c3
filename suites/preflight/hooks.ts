import { TransportFailure } from "../../core/runtime/runtime.ts";
import { fine, untried, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** The control hooks answer and accept our token; asked with the one hook that changes nothing. */
export const hooks: Probe = {
  name: "hooks",
  title: {
    en: "the control hooks answer and take the token",
    zh: "控制钩子有应答且接受令牌",
  },
  async look({ pack, statement, runtime, signers }) {
    const offered = statement.hooks;
    if (offered === undefined)
      return untried("no control hooks; checks that need them are skipped", "没有控制钩子，相关检查将跳过");
    const scenario = pack.source.scenarios.find((one) => one.role === statement.role)?.id;
    // Every other hook does something to the SUT.
    if (!offered.supports.includes("fixtures") || scenario === undefined)
      return untried(
        `hooks ${offered.supports.join(", ")}, not tried`,
        `控制钩子 ${offered.supports.join("、")}，未试用`,
      );
    const headers: [string, string][] = [
      ["Content-Type", "application/json"],
      ...(offered.token === undefined ? [] : [["Authorization", `Bearer ${offered.token}`] as [string, string]]),
    ];
    const url = `${offered.url}/fixtures`;
    try {
      const { status } = await runtime.transport.send({
        method: "POST",
        url,
        headers,
        body: new TextEncoder().encode(JSON.stringify({ scenario, party_id: signers[0]?.partyId ?? "" })),
        timeoutMs: statement.limits.timeoutMs,
        ...(offered.tls === undefined ? {} : { tls: offered.tls }),
      });
      if (status >= 200 && status < 300)
        return fine(`the control hooks answer at ${offered.url}`, `控制钩子在 ${offered.url} 可用`);
      const token = status === 401 || status === 403;
      return wrong(
        "configuration",
        [
          `the hook fixtures answered ${status} for the scenario ${scenario} (${url})`,
          `控制钩子 fixtures 对场景 ${scenario} 返回 ${status}（${url}）`,
        ],
        token
          ? ["Correct hooks.token in the statement.", "请更正声明中的 hooks.token。"]
          : [
              'Correct hooks.url, or take "fixtures" out of hooks.supports if the system does not offer it; docs/hooks.md says what it answers.',
              '请更正 hooks.url；若不支持该钩子，请从 hooks.supports 中删去 "fixtures"。',
            ],
      );
    } catch (failure) {
      if (!(failure instanceof TransportFailure)) throw failure;
      return wrong(
        "configuration",
        [`the control hooks do not answer: ${failure.message}`, `控制钩子无应答：${failure.said.zh}`],
        failure.kind === "tls"
          ? [
              "Name the authority of the hook service in hooks.tls.ca, and in hooks.tls.servername the name that its certificate is for where that is not its address.",
              "请在 hooks.tls.ca 中给出钩子服务证书的签发机构；证书所含主机名与地址不符时，在 hooks.tls.servername 中指明。",
            ]
          : [
              "Start the hook service, correct hooks.url, or take hooks out of the statement.",
              "请启动钩子服务、更正 hooks.url，或从声明中删去 hooks。",
            ],
      );
    }
  },
};
