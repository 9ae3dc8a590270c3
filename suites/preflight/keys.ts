import { explain } from "../../core/envelope/explanation/explain.ts";
import { envelopeOf } from "../../core/envelope/styles.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { readable } from "../../core/redaction/wide-text.ts";
import type { RunScope } from "../run/scope.ts";
import type { Exchange, NoAnswer } from "../wire/exchange.ts";
import type { Answer } from "../wire/answer.ts";
import { header } from "../wire/header.ts";
import type { Signer } from "../wire/signer.ts";
import { otherPrefix, refusesSignature } from "./prefix.ts";
import { fine, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";
import { simplest } from "./trial-call.ts";

/** One signed call by each party: whose key is wrong, ours at the SUT or the SUT's in the statement. */
export const keys: Probe = {
  name: "keys",
  title: {
    en: "one signed call by each party is answered, and the answer verifies",
    zh: "每个参与方各发起一次签名调用，均得到应答且验签通过",
  },
  async look(scope, session) {
    const one = simplest(scope);
    if (one === undefined)
      return fine(
        "no interface takes a call without fixtures; keys are not probed",
        "没有无需测试数据的接口，未探测密钥",
      );
    let unsigned = false;
    let mistake: Bilingual | undefined;
    let refused = "";
    for (const [index, signer] of scope.signers.entries()) {
      const exchange = await session.send(await session.request(one.id, {}, { signer }), {
        label: `preflight: ${one.id} as ${signer.partyId}`,
        signer,
      });
      const { answer } = exchange;
      if (answer === undefined && exchange.failure?.kind === "gateway" && exchange.response !== undefined)
        return gatewayAlone(exchange.failure.said, exchange.response, scope);
      if (answer === undefined)
        return wrong(
          "network",
          [
            `${one.id} has no answer: ${exchange.failure?.message ?? "unknown"}`,
            `${one.id} 无应答：${exchange.failure?.said.zh ?? "原因不明"}`,
          ],
          remedyOf(exchange.failure?.kind),
        );
      const elsewhere = refusesSignature(answer, scope) ? await otherPrefix(scope, session, one, signer) : undefined;
      if (elsewhere !== undefined) return elsewhere;
      const own = ownMistake(answer, exchange, scope);
      const finding =
        refusalOf(answer, signer, index, one, scope) ??
        stranger(answer, exchange, one, scope) ??
        (own === undefined ? foreignKey(answer) : undefined);
      if (finding !== undefined) return finding;
      mistake ??= own;
      unsigned ||= !answer.signature.ok;
      if (!scope.pack.succeeds(one, answer.status))
        refused = `; ${one.id} answers ${answer.status} ${answer.code ?? ""}`.trimEnd();
    }
    const [en, zh] =
      mistake !== undefined
        ? [
            `its answers are signed with the statement's key, and wrongly (${mistake.en}), which the checks will judge`,
            `其应答以声明中的密钥签名，但签名有误（${mistake.zh}），由检查项判定`,
          ]
        : unsigned
          ? ["its answers are not signed, which the checks will judge", "其应答未签名，由检查项判定"]
          : ["its own verifies", "且其签名可验证"];
    return fine(
      `${scope.signers.length} key(s) of ours are known to the system under test, and ${en}${refused}`,
      `被测系统识别 ${scope.signers.length} 个我方密钥，${zh}${refused.replace("; ", "；").replace(" answers ", " 返回 ")}`,
    );
  },
};

/** What to look at when the address answered a moment ago and this call was not. */
function remedyOf(kind: NoAnswer["kind"] | undefined): readonly [en: string, zh: string] {
  if (kind === "reset")
    return [
      "See in its log why it closes the connection; a system that closes it after each answer has to say so (Connection: close).",
      "请在其日志中查明关闭连接的原因；若每次应答后即关闭连接，须在应答中声明 Connection: close。",
    ];
  if (kind === "protocol")
    return [
      "See what it, or a proxy in between, writes to the connection: the answer's head, its length, and anything after its end.",
      "请检查被测系统或途经的代理写入连接的内容：应答头、长度，以及应答结束之后的多余字节。",
    ];
  return [
    "Check that the system under test answers within limits.timeoutMs.",
    "请确认被测系统在 limits.timeoutMs 内应答。",
  ];
}

/** A gateway answers for a system that is down. */
function gatewayAlone(said: Bilingual, response: Pick<Answer, "body">, scope: RunScope): Finding {
  const { baseUrl } = scope.statement;
  return wrong(
    "network",
    [
      `${baseUrl} answers ${said.en}, in the place of the system under test: ${shown(response, scope)}`,
      `${baseUrl} 由网关代答，未到达被测系统：${said.zh}，${shownZh(response, scope)}`,
    ],
    [
      "Start the system under test, and check where the gateway (proxy, load balancer) forwards to; where it limits calls, set limits.callsPerSecond.",
      "请启动被测系统，并核对网关（代理、负载均衡）的转发目标；若网关限流，请设置 limits.callsPerSecond。",
    ],
  );
}

/** Our signature is not taken, or the system breaks on the simplest call. */
function refusalOf(
  answer: Answer,
  signer: Signer,
  index: number,
  one: Interface,
  scope: RunScope,
): Finding | undefined {
  const { pack } = scope;
  const said = `${answer.status} ${answer.code ?? ""}`.trim();
  if (scope.statement.role === "platform" && answer.code === pack.policies.stages.party)
    return wrong(
      "configuration",
      [
        `the system under test refuses messages for ${scope.statement.sutPartyId}, by which sutPartyId names it: ${said}`,
        `被测系统拒绝发给 ${scope.statement.sutPartyId}（声明中的 sutPartyId）的报文：${said}`,
      ],
      ["Correct sutPartyId in the statement.", "请更正声明中的 sutPartyId。"],
    );
  if (refusesSignature(answer, scope)) {
    return wrong(
      "configuration",
      [
        `the system under test refuses the signature of ${signer.partyId} (serial ${signer.serial}, ${signer.token}): ${said}${hintOf(answer, "en")}`,
        `被测系统拒绝 ${signer.partyId} 的签名（序列号 ${signer.serial}，${signer.token}）：${said}${hintOf(answer, "zh")}`,
      ],
      [
        `Enrol the public key of /parties/${index} at the system under test under that serial, or correct partyId, serial, algorithm and privateKey there.`,
        `请在被测系统登记 /parties/${index} 的公钥与序列号，或更正该处的 partyId、serial、algorithm、privateKey。`,
      ],
    );
  }
  // Where the first party got through and a further one is answered, what it asks for is what the checks judge.
  if (answer.status >= 500 && (index === 0 || !answer.signature.ok)) {
    return wrong(
      "sut",
      [
        `the system under test fails at the simplest call, ${one.id}: ${said}, ${shown(answer, scope)}`,
        `被测系统在最简单的调用 ${one.id} 上出错：${said}，${shownZh(answer, scope)}`,
      ],
      ["Look into its log: it is not ready to be judged.", "请查看其日志：被测系统尚未就绪。"],
    );
  }
  return undefined;
}

/**
 * What a system says of a signature that it could not verify, where it says anything: our simulator does, in test mode.
 */
function hintOf({ json }: Answer, language: "en" | "zh"): string {
  const { hint, detail } = (typeof json === "object" && json !== null && !Array.isArray(json) ? json : {}) as {
    readonly hint?: { readonly likely_cause?: Partial<Record<"en" | "zh", unknown>> };
    readonly detail?: { readonly issue?: unknown };
  };
  const said = [hint?.likely_cause?.[language], detail?.issue].find((one) => typeof one === "string");
  return said === undefined ? "" : `${language === "en" ? "; it says: " : "；对方提示："}${said}`;
}

/** Something answers, and it is not the interface at all: a proxy, a start page, another service, another path. */
function stranger(answer: Answer, { response }: Exchange, one: Interface, scope: RunScope): Finding | undefined {
  const { pack, statement } = scope;
  const documented = answer.code !== undefined && pack.error(answer.code) !== undefined;
  // A code that the interface declares itself, such as an unknown order's, no start page answers with.
  const unknownRoute = (answer.status === 404 || answer.status === 405) && !one.errors.includes(answer.code ?? "");
  const shaped = pack.succeeds(one, answer.status) && pack.answerProblems(one, answer.json).length === 0;
  if (answer.signature.ok || shaped || (documented && !unknownRoute)) return undefined;
  const coding = response === undefined ? undefined : header(response, "content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity")
    return wrong(
      "configuration",
      [
        `the body of the answer of ${one.id} is encoded as ${coding}, which was not asked for: requests have no Accept-Encoding, and the signature covers the body as it is`,
        `${one.id} 的应答体采用 ${coding} 编码，而请求未带 Accept-Encoding；签名按原文计算`,
      ],
      [
        "Switch compression off for these paths at the system under test, or at the proxy in front of it.",
        "请在被测系统或其前置代理上对这些路径关闭压缩。",
      ],
    );
  const type = response === undefined ? "" : header(response, "content-type");
  const [kind, kindZh] = [type ?? "no content type", type ?? "无 Content-Type"];
  return wrong(
    "configuration",
    [
      `what answers at ${statement.baseUrl}${one.http.path} is not ${one.id}: ${answer.status}, ${kind}, ${shown(answer, scope)}`,
      `${statement.baseUrl}${one.http.path} 的应答不是 ${one.id}：${answer.status}，${kindZh}，${shownZh(answer, scope)}`,
    ],
    [
      "Correct host, port and path prefix in baseUrl; a proxy, a start page or another service answers there.",
      "请更正 baseUrl 的主机、端口与路径前缀；目前应答的是代理、默认页面或其他服务。",
    ],
  );
}

/** What the system does wrong with the key that the statement has; undefined where no such mistake explains the signature. */
function ownMistake(
  { signature }: Answer,
  { response }: Exchange,
  { pack, sutKeys, runtime }: RunScope,
): Bilingual | undefined {
  if (signature.ok || signature.why !== "wrong" || response === undefined) return undefined;
  const { claims, body } = pack.envelope.readAnswer(response);
  const { timestamp = "", nonce = "" } = claims;
  const key = sutKeys.find((one) => claims.serial === undefined || one.serial === claims.serial);
  if (key === undefined || claims.signature === undefined) return undefined;
  const { cause } = explain(envelopeOf(pack.policies.envelope, pack.codecOf), {
    kind: "answer",
    message: {
      serial: key.serial,
      algorithm: claims.algorithm ?? key.token,
      timestamp,
      nonce,
      status: response.status,
      ...(claims.carried === undefined ? {} : { carried: claims.carried }),
      body,
    },
    signature: claims.signature,
    key: key.key,
    otherKeys: [],
    now: runtime.now(),
    times: pack.times,
  });
  return cause?.proven === true ? cause.message : undefined;
}

function foreignKey({ signature }: Answer): Finding | undefined {
  if (signature.ok || signature.why === "absent" || signature.why === "stale") return undefined;
  return wrong(
    "configuration",
    [
      `the answer's signature does not verify with the statement's keys: ${signature.message}`,
      `应答签名无法用声明中的密钥验证：${signature.said.zh}`,
    ],
    [
      "Correct serial, algorithm and publicKey in /sutKeys; if they are right, the system signs something else than it sends.",
      "请更正 /sutKeys 中的 serial、algorithm 与 publicKey；若均无误，则被测系统签名的内容与发送的内容不一致。",
    ],
  );
}

const NO_BODY = "no body";

function shownZh(answer: Pick<Answer, "body">, scope: RunScope): string {
  const text = shown(answer, scope);
  return text === NO_BODY ? "无报文体" : text;
}

/** The beginning of a body, as evidence. */
function shown({ body }: Pick<Answer, "body">, { redact }: RunScope): string {
  const text = redact.text(readable(body)).replaceAll(/\s+/g, " ").trim();
  return text === "" ? NO_BODY : `"${text.slice(0, 80)}${text.length > 80 ? "…" : ""}"`;
}
