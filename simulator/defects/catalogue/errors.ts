import type { Defect } from "../defect.ts";
import { answered, bodyOf, codeOf, interfaceOf, refused, saying } from "../parts/answers.ts";
import {
  at,
  edited,
  inInterface,
  inTransition,
  transitionPath,
  withoutGuard,
  withoutReadGuard,
} from "../parts/edit-pack.ts";
import type { Json } from "../../../core/unit/unit.ts";

/** With so few at once any burst meets the limit. */
const FEW = 4;

export const ERRORS: readonly Defect[] = [
  {
    name: "limit-without-retry-after",
    role: "bank",
    requirement: "ERR-10",
    needs: { maxInFlight: FEW },
    title: { en: "A limit refuses, and does not say when to come again", zh: "限流时未返回 Retry-After" },
    pack: (source) => ({ ...source, errors: source.errors.map(({ retryAfterSeconds: _dropped, ...error }) => error) }),
  },
  {
    name: "limited-after-effect",
    role: "bank",
    requirement: "ERR-10",
    needs: { maxInFlight: FEW },
    title: {
      en: "What is beyond a limit is carried out, and refused on its way back",
      zh: "超限请求已执行，返回时才被限流",
    },
    handle: (inner, parts) => {
      let open = 0;
      return async (request) => {
        open += 1;
        const beyond = open > FEW / 2;
        try {
          const response = await inner(request);
          return beyond && response.status < 300
            ? await refused(parts.pack.source.manifest.policies.stages.overload, parts)
            : response;
        } finally {
          open -= 1;
        }
      };
    },
  },
  {
    name: "balance-before-number",
    role: "bank",
    requirement: "ERR-01",
    title: {
      en: "The balance is looked at ahead of whether the number is closed",
      zh: "先查余额后查单号状态，错误码优先级颠倒",
    },
    pack: (source) => {
      const path = [...transitionPath(source, "payment.create"), "require"];
      return edited(source, [{ path, value: (at(source, path) as readonly unknown[]).toReversed() }]);
    },
  },
  {
    name: "failed-number-closed",
    role: "bank",
    requirement: "ERR-01",
    title: {
      en: "The number of a failed payment is closed as if it were unused",
      zh: "支付失败的单号可再次关单成功",
    },
    pack: (source) => withoutGuard(source, "closure.close", "ORDER_CLOSED"),
  },
  {
    name: "payout-to-frozen-account",
    role: "bank",
    requirement: "ERR-01",
    title: { en: "Money is paid out to an account that is frozen", zh: "向冻结账户代付成功" },
    pack: (source) => withoutGuard(source, "payout.create", "ACCOUNT_FROZEN"),
  },
  {
    name: "frozen-account-bound",
    role: "bank",
    requirement: "ERR-01",
    title: { en: "An account that is frozen can be bound", zh: "冻结账户可申请绑卡" },
    pack: (source) => withoutGuard(source, "binding.apply", "ACCOUNT_FROZEN"),
  },
  {
    name: "schema-before-signature",
    role: "bank",
    requirement: "ERR-02",
    title: { en: "The body is judged ahead of the signature", zh: "先校验报文体后验签" },
    handle: (inner, parts) => async (request) => {
      const id = interfaceOf(request, parts);
      const body = bodyOf({ body: request.body instanceof Uint8Array ? request.body : new Uint8Array() });
      const wrong =
        id !== undefined &&
        request.method === "POST" &&
        (body === undefined || parts.pack.validators(id).body(body) !== undefined);
      return wrong ? refused(parts.pack.source.manifest.policies.stages.schema, parts) : inner(request);
    },
  },
  {
    name: "success-status-for-refusals",
    role: "bank",
    requirement: "ERR-03",
    title: { en: "Refusals come with HTTP 200", zh: "业务拒绝以 HTTP 200 返回" },
    handle: saying((body, { status }) => (status >= 400 && status !== 401 ? { status: 200, body } : undefined)),
  },
  {
    name: "server-error-for-refusals",
    role: "bank",
    requirement: "ERR-03",
    title: { en: "A customer without money is a server error", zh: "余额不足返回 HTTP 500" },
    handle: saying((body) =>
      body["code"] === "INSUFFICIENT_FUNDS" || body["code"] === "SETTLEMENT_INSUFFICIENT"
        ? { status: 500, body }
        : undefined,
    ),
  },
  {
    name: "code-unknown-to-pack",
    role: "bank",
    requirement: "ERR-05",
    title: { en: "A code of the core system comes through", zh: "透传核心系统未约定的错误码" },
    handle: saying((body, { status }) =>
      body["code"] === "ORDER_NOT_FOUND" ? { status, body: { ...body, code: "CORE_4711" } } : undefined,
    ),
  },
  {
    name: "in-flight-told-as-failed",
    role: "bank",
    requirement: "ERR-07",
    title: { en: "What is still processing is told as failed", zh: "处理中的支付查询返回失败" },
    handle: saying((body, { status, interface: id }) =>
      id === "payment.query" && body["state"] === "PROCESSING"
        ? { status, body: { ...body, state: "FAILED" } }
        : undefined,
    ),
  },
  {
    name: "any-media-type",
    role: "bank",
    requirement: "ERR-08",
    title: { en: "The media type is not looked at", zh: "不校验 Content-Type" },
    handle: (inner) => (request) =>
      inner({
        ...request,
        headers: [
          ...request.headers.filter(([name]) => name.toLowerCase() !== "content-type"),
          ["Content-Type", "application/json"],
        ],
      }),
  },
  {
    name: "stack-in-refusals",
    role: "bank",
    requirement: "ERR-09",
    title: { en: "Refusals show where in the code they arose", zh: "错误信息泄露堆栈" },
    handle: saying((body, { status }) =>
      status >= 400
        ? {
            status,
            body: {
              ...body,
              message: `${String(body["message"])}\n    at Payment.create (/srv/bank/src/payment.js:42:13)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`,
            },
          }
        : undefined,
    ),
  },
  {
    name: "charset-wrong",
    role: "bank",
    requirement: "ERR-11",
    title: { en: "JSON is called plain text", zh: "JSON 应答的 Content-Type 错误" },
    handle: (inner) => async (request) => {
      const response = await inner(request);
      return {
        ...response,
        headers: response.headers.map(([name, value]) =>
          name.toLowerCase() === "content-type" && value.startsWith("application/json")
            ? ([name, "text/plain; charset=gbk"] as const)
            : ([name, value] as const),
        ),
      };
    },
  },
  {
    name: "status-changed",
    role: "bank",
    requirement: "CON-02",
    title: { en: "A success comes with another status than the pack's", zh: "成功应答的 HTTP 状态与规范不符" },
    pack: (source) => inInterface(source, "account.balance", ["response", "status"], 201),
  },
  {
    name: "field-missing",
    role: "bank",
    requirement: "CON-02",
    title: { en: "A required field is missing in an answer", zh: "应答缺少必填字段" },
    pack: (source) => inInterface(source, "refund.query", ["read", "answer", "refund_id"], undefined),
  },
  {
    name: "field-of-another-type",
    role: "bank",
    requirement: "CON-02",
    title: { en: "An amount is told as text", zh: "应答金额类型错误" },
    handle: saying((body, { status, interface: id }) => {
      const amount = body["amount"] as Readonly<Record<string, Json>> | undefined;
      return id === "payout.query" && amount !== undefined
        ? { status, body: { ...body, amount: { ...amount, value: String(amount["value"]) } } }
        : undefined;
    }),
  },
  {
    name: "time-of-another-zone",
    role: "bank",
    requirement: "CON-10",
    title: {
      en: "Times are eight hours off: UTC under the offset of Shanghai",
      zh: "时间差八小时（UTC 误标为东八区）",
    },
    pack: (source) =>
      inInterface(source, "payment.query", ["read", "answer", "if", 1, "created_at"], {
        "time.rfc3339": [{ "time.add-seconds": ["$payment.created_at", -28_800] }],
      }),
  },
  {
    name: "late-refund-dated-as-tomorrow",
    role: "bank",
    requirement: "CON-10",
    title: {
      en: "A refund that settles late is dated a day ahead, as of the next run of the books",
      zh: "延迟完成的退款完成时间晚一天",
    },
    pack: (source) =>
      inTransition(source, "refund.settle", ["to", 0, "set", "settled_at"], { "time.add-seconds": ["$now", 86_400] }),
  },
  {
    name: "late-payout-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A payout that settles late does not say when", zh: "延迟完成的代付没有完成时间" },
    pack: (source) => inTransition(source, "payout.settle", ["to", 0, "set", "settled_at"], undefined),
  },
  {
    name: "return-ahead-of-its-payout",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A return is dated an hour ahead of the payout that it returns", zh: "退票时间早于代付完成时间" },
    pack: (source) =>
      inTransition(source, "payout.return", ["to", 0, "set", "returned_at"], {
        "time.add-seconds": ["$payout.settled_at", -3_600],
      }),
  },
  {
    name: "answer-of-something-else",
    role: "bank",
    requirement: "CON-06",
    title: { en: "A statement names another binding than was asked for", zh: "明细应答的绑卡编号与查询不符" },
    pack: (source) => inInterface(source, "account.statement", ["read", "answer", "binding_id"], "bnd_something_else"),
  },
  {
    name: "statement-of-cancelled-binding",
    role: "bank",
    requirement: "ERR-01",
    title: { en: "A statement is given over a binding that was cancelled", zh: "解约后仍可查询明细" },
    pack: (source) => withoutReadGuard(source, "account.statement", "BINDING_NOT_ACTIVE"),
  },
  {
    name: "party-unchecked",
    role: "bank",
    requirement: "CON-05",
    title: { en: "Whom the message names is not compared with who signed it", zh: "不校验报文机构号与签名方一致" },
    pack: (source) =>
      edited(
        source,
        source.interfaces.flatMap((one, index) =>
          one.request.party === undefined
            ? []
            : [{ path: ["interfaces", index, "request", "party"], value: undefined }],
        ),
      ),
  },
  {
    name: "receiver-unchecked",
    role: "platform",
    requirement: "CON-05",
    title: { en: "Whom a notification is for is not compared with who takes it", zh: "不校验通知所发往的机构" },
    pack: (source) =>
      edited(
        source,
        source.interfaces.flatMap((one, index) =>
          one.request.receiver === undefined
            ? []
            : [{ path: ["interfaces", index, "request", "receiver"], value: undefined }],
        ),
      ),
  },
  {
    name: "wrong-key-listed",
    role: "bank",
    requirement: "CON-09",
    title: { en: "The list of keys lacks the one in use", zh: "公钥列表缺少正在使用的密钥" },
    handle: saying((body, { status, interface: id }) =>
      id === "key.list" && Array.isArray(body["keys"])
        ? { status, body: { ...body, keys: body["keys"].slice(1) } }
        : undefined,
    ),
  },
  {
    name: "field-not-named",
    role: "bank",
    requirement: "CON-04",
    title: { en: "A wrong field is not named", zh: "参数错误未指明字段" },
    handle: saying(({ detail: _left, ...body }, { status }) =>
      body["code"] === "PARAM_ERROR" ? { status, body } : undefined,
    ),
  },
  {
    name: "unknown-path-success",
    role: "bank",
    requirement: "ERR-08",
    title: { en: "An unknown path is answered with a page", zh: "未知路径返回成功页面" },
    handle: (inner, parts) => async (request) => {
      const response = await inner(request);
      return codeOf(response, parts) === parts.pack.source.manifest.policies.stages["route.unknown"]
        ? answered(200, { welcome: true }, parts)
        : response;
    },
  },
];
