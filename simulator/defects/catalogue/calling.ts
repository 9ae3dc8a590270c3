import type * as https from "node:https";
import { isDeepStrictEqual } from "node:util";
import { liveRuntime } from "../../../core/runtime/live.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime, TlsSettings } from "../../../core/runtime/runtime.ts";
import type { PeerCall } from "../../caller/attempt.ts";
import type { Defect } from "../defect.ts";
import { inInterface, inPolicies } from "../parts/edit-pack.ts";

/** What names a call among others: its own number. */
const numberOf = (data: Readonly<Record<string, unknown>>): string =>
  String(data["out_refund_no"] ?? data["out_payout_no"] ?? data["out_trade_no"]);

/** Whoever reads an answer knows that it had no signature, and by what it says takes it for true. */
function unsignedBelieved(): Pick<Defect, "runtime" | "attempt"> {
  const unsigned = new Set<string>();
  return {
    runtime: (runtime) => ({
      ...runtime,
      transport: {
        send: async (request, signal) => {
          const response = await runtime.transport.send(request, signal);
          const signed = response.headers.some(([name]) => name.toLowerCase() === "wechatpay-signature");
          if (!signed && response.status < 300 && request.body.length > 0)
            unsigned.add(numberOf(JSON.parse(new TextDecoder().decode(request.body)) as Record<string, unknown>));
          return response;
        },
      },
    }),
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" &&
        reply.said?.kind === "success" &&
        unsigned.has(numberOf(call.data)) &&
        isDeepStrictEqual(reply.said.body["amount"], call.data["amount"])
        ? reply.said
        : reply;
    },
  };
}

/** An answer that was made for another request is taken for the call's own, where it is one of these. */
function believingAnother(
  where: (call: PeerCall, body: Readonly<Record<string, unknown>>) => boolean,
): NonNullable<Defect["attempt"]> {
  return (inner) => async (call) => {
    const reply = await inner(call);
    return reply.kind === "unknown" &&
      reply.doubt === "another" &&
      reply.said?.kind === "success" &&
      where(call, reply.said.body)
      ? reply.said
      : reply;
  };
}

/** Defects of calls to the peer, and of reading its answers. */
export const CALLING: readonly Defect[] = [
  {
    name: "answers-unverified",
    role: "platform",
    requirement: "SIG-20",
    title: { en: "Answers of the bank are believed without a check of their signature", zh: "平台不校验银行应答签名" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" ? (reply.said ?? reply) : reply;
    },
  },
  {
    name: "refusals-unverified",
    role: "bank",
    requirement: "SIG-20",
    title: { en: "Of answers only the successes are verified", zh: "仅校验成功应答的签名，不校验拒绝应答" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" && reply.said?.kind === "refusal" ? reply.said : reply;
    },
  },
  {
    name: "plausible-answers-unverified",
    role: "platform",
    requirement: "SIG-20",
    title: {
      en: "Of an answer to a refund the amount is compared, and not the signature",
      zh: "退款应答仅比对金额，不校验签名",
    },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return call.interface === "refund.create" &&
        reply.kind === "unknown" &&
        reply.said?.kind === "success" &&
        isDeepStrictEqual(reply.said.body["amount"], call.data["amount"])
        ? reply.said
        : reply;
    },
  },
  {
    name: "unsigned-success-believed",
    role: "platform",
    requirement: "SIG-20",
    title: {
      en: "A signature is verified where there is one; a 2xx without any is believed if its amount is right",
      zh: "有签名才验签，无签名的 2xx 应答金额相符即采信",
    },
    ...unsignedBelieved(),
  },
  {
    name: "disbelieved-and-forgotten",
    role: "platform",
    requirement: "SIG-20",
    title: {
      en: "An answer that is not believed ends the matter, and nothing is asked",
      zh: "未采信的应答即告终结，不再查询",
    },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" && reply.said !== undefined ? { kind: "stranger" } : reply;
    },
  },
  {
    name: "answers-of-any-age",
    role: "platform",
    requirement: "SIG-21",
    title: { en: "How old an answer is is not looked at", zh: "平台不校验应答时间戳" },
    pack: (source) => inPolicies(source, ["freshness", "clockSkewSeconds"], 86_400),
  },
  {
    name: "answers-of-an-hour",
    role: "bank",
    requirement: "SIG-21",
    title: { en: "An answer is good for an hour", zh: "一小时内的旧应答均被采信" },
    pack: (source) => inPolicies(source, ["freshness", "clockSkewSeconds"], 3_600),
  },
  {
    name: "answers-of-any-request",
    role: "platform",
    requirement: "SIG-21",
    title: {
      en: "A rightly signed answer is believed, for whichever request it was made",
      zh: "应答验签通过即采信，不核对单号",
    },
    attempt: believingAnother(({ about }) => about === undefined),
  },
  {
    name: "queries-of-any-number",
    role: "platform",
    requirement: "SIG-21",
    title: {
      en: "Which number a query's answer is about is not compared with the one that was asked",
      zh: "查询应答的单号不与所查单号比对",
    },
    attempt: believingAnother(({ about }) => about !== undefined),
  },
  {
    name: "answered-amount-uncompared",
    role: "platform",
    requirement: "SIG-21",
    title: {
      en: "Of an answer the number is compared, and not the amount",
      zh: "应答仅核对单号，不核对金额",
    },
    attempt: believingAnother(({ data }, body) => numberOf(body) === numberOf(data)),
  },
  {
    name: "orders-of-any-number",
    role: "bank",
    requirement: "SIG-21",
    title: {
      en: "The bank takes the platform's answer about another order for the one that it asked for",
      zh: "银行查询订单时不核对应答的单号",
    },
    attempt: believingAnother(() => true),
  },
  {
    name: "system-error-is-failure",
    role: "platform",
    requirement: "ERR-06",
    title: { en: "A system error of the bank is reported as a failed payment", zh: "银行系统错误被直接当作支付失败" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "refusal" && reply.class === "query-first" ? { ...reply, class: "final-fail" } : reply;
    },
  },
  {
    name: "timeout-pays-again",
    role: "platform",
    requirement: "ERR-06",
    title: { en: "A payment whose answer was lost is made again under a new number", zh: "支付超时后换单号重新支付" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      if (reply.kind !== "unknown" || call.interface !== "payment.create") return reply;
      return inner({ ...call, data: { ...call.data, out_trade_no: `${String(call.data["out_trade_no"])}-2` } });
    },
  },
  {
    name: "lost-refund-made-again",
    role: "platform",
    requirement: "IDM-12",
    title: { en: "A refund whose answer was lost is made again under a new number", zh: "退款超时后换单号重新退款" },
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      if (reply.kind !== "unknown" || call.interface !== "refund.create") return reply;
      return inner({ ...call, data: { ...call.data, out_refund_no: `${String(call.data["out_refund_no"])}-2` } });
    },
  },
  {
    name: "own-timeout-is-failure",
    role: "platform",
    requirement: "ERR-06",
    title: { en: "What the bank does not answer in time is reported as failed", zh: "银行超时未应答即判失败" },
    runtime: (runtime) => ({
      ...runtime,
      transport: {
        send: (request, signal) =>
          runtime.transport.send(request, signal).catch((failure: unknown) => answeredInstead(failure)),
      },
    }),
    attempt: (inner) => async (call) => {
      const reply = await inner(call);
      return reply.kind === "unknown" && reply.said?.kind === "refusal" && reply.said.code === GIVEN_UP.code
        ? reply.said
        : reply;
    },
  },
  {
    name: "sent-again-unasked",
    role: "platform",
    requirement: "ERR-06",
    title: {
      en: "A payment whose outcome is unknown is sent again, and never asked about",
      zh: "支付结果未知时只重发、从不查询",
    },
    pack: (source) => inInterface(source, "payment.create", ["caller"], { success: "final" }),
  },
  {
    name: "certificates-unverified",
    role: "platform",
    requirement: "TLS-03",
    title: { en: "The bank's certificate is not verified", zh: "平台不校验银行证书" },
    runtime: (runtime) => overTls(runtime, { rejectUnauthorized: false }),
  },
  {
    name: "host-name-unchecked",
    role: "bank",
    requirement: "TLS-03",
    title: { en: "A certificate of any host is taken", zh: "银行不校验证书域名" },
    runtime: (runtime) => overTls(runtime, { checkServerIdentity: () => undefined }),
  },
];

/** The answer that the caller's own gateway makes up for a silent peer: a final code. */
const GIVEN_UP = { code: "ORDER_CLOSED", status: 409 };

function answeredInstead(failure: unknown): HttpResponse {
  if (!(failure instanceof TransportFailure) || failure.kind !== "timeout") throw failure;
  return {
    status: GIVEN_UP.status,
    headers: [],
    body: new TextEncoder().encode(JSON.stringify({ code: GIVEN_UP.code })),
  };
}

/** The runtime with other settings where it calls over TLS. */
function overTls(runtime: Runtime, settings: https.AgentOptions): Runtime {
  // Settings that no conforming caller could have.
  const lax = liveRuntime({ tls: settings as TlsSettings });
  return {
    ...runtime,
    transport: {
      send: (request, signal) => (request.url.startsWith("https:") ? lax : runtime).transport.send(request, signal),
    },
  };
}
