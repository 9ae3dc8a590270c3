import type { Defect, Wrappers } from "../defect.ts";
import { answered, bodyOf, codeOf, saying } from "../parts/answers.ts";
import { inInterface } from "../parts/edit-pack.ts";
import { resealed, trusting, verifiedRequest } from "../parts/front.ts";
import { writingBehind } from "../parts/stores.ts";

/** What is not found for the party that asks is looked for among all others. */
const visibleToOthers: Wrappers = {
  identity: trusting,
  handle: (inner, parts) => async (request) => {
    const response = await inner(request);
    const fields =
      codeOf(response, parts) === "ORDER_NOT_FOUND" && request.method === "GET"
        ? verifiedRequest(request, parts)?.fields
        : undefined;
    if (fields === undefined) return response;
    for (const { record, keys } of parts.identity.peers) {
      if (record.party_id === fields.party || keys[0] === undefined) continue;
      const as = {
        ...fields,
        party: record.party_id,
        serial: keys[0].serial,
        algorithm: keys[0].algorithm,
        nonce: Buffer.from(parts.runtime.random("front").bytes(12)).toString("hex"),
      };
      const seen = await inner(
        resealed(
          { request: { ...request, target: request.target.replaceAll(fields.party, record.party_id) }, fields: as },
          parts,
        ),
      );
      if (seen.status < 400) return seen;
    }
    return response;
  },
};

export const DATA: readonly Defect[] = [
  {
    name: "account-unmasked",
    role: "bank",
    requirement: "DAT-01",
    title: { en: "The payee's account comes back whole", zh: "收款账号未脱敏返回" },
    pack: (source) =>
      inInterface(source, "payout.query", ["read", "answer", "payee_account_no"], "$payout.payee_account_no"),
  },
  {
    name: "value-in-refusal",
    role: "bank",
    requirement: "DAT-01",
    title: { en: "Refusals repeat the values that were wrong", zh: "错误信息回显敏感字段" },
    handle: saying((body, { status, request }) =>
      status >= 400 && body["code"] === "PARAM_ERROR" && request.body instanceof Uint8Array
        ? { status, body: { ...body, message: `wrong: ${new TextDecoder().decode(request.body)}` } }
        : undefined,
    ),
  },
  {
    name: "other-party-visible",
    role: "bank",
    requirement: "DAT-04",
    title: { en: "Another party's order can be queried by its number", zh: "可查询其他机构的订单" },
    ...visibleToOthers,
  },
  {
    name: "other-bank-visible",
    role: "platform",
    requirement: "DAT-04",
    title: { en: "Another bank's order can be queried by its number", zh: "可查询其他银行的订单" },
    ...visibleToOthers,
  },
  {
    name: "account-in-address",
    role: "bank",
    requirement: "DAT-06",
    title: { en: "The address of the bill names the account", zh: "下载地址含账号" },
    pack: (source) =>
      inInterface(
        source,
        "bill.get",
        ["read", "answer", "download_url"],
        "{$self.base_url}/v1/bills/{$request.bill_date}/file?party_id={$request.party_id}&account=6222021234567890123",
      ),
  },
  {
    name: "debug-door",
    role: "bank",
    requirement: "DAT-08",
    title: { en: "A page for debugging shows the settings", zh: "调试接口泄露密钥" },
    handle: (inner, parts) => async (request) =>
      request.target === "/actuator/env" || request.target === "/debug/vars"
        ? answered(200, { db_password: "hunter2hunter2", private_key: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" }, parts)
        : inner(request),
  },
  {
    name: "acknowledged-ahead-of-disk",
    role: "bank",
    requirement: "STB-05",
    title: { en: "Answers leave ahead of what they tell being on disk", zh: "未落盘即应答，崩溃丢失" },
    store: (store, runtime) => writingBehind(store, runtime, 2_000, () => true),
  },
  {
    name: "overload-fails",
    role: "bank",
    requirement: "STB-02",
    title: { en: "Beyond a few calls at once the server fails", zh: "并发超限返回 HTTP 500" },
    handle: (inner, parts) => {
      let open = 0;
      return async (request) => {
        open += 1;
        try {
          // As long as a look into a database takes.
          await parts.runtime.sleep(3);
          return open > 6
            ? await answered(500, { code: "SYSTEM_ERROR", message: "no connection left in the pool" }, parts)
            : await inner(request);
        } finally {
          open -= 1;
        }
      };
    },
  },
  {
    name: "retry-answered-otherwise",
    role: "bank",
    requirement: "STB-08",
    title: { en: "A repetition is answered with another transaction", zh: "重发返回不同的交易号" },
    handle: (inner, parts) => {
      const answeredOnce = new Set<string>();
      return async (request) => {
        const response = await inner(request);
        const body = request.target === "/v1/payments" && response.status < 300 ? bodyOf(response, parts) : undefined;
        const number = body?.["out_trade_no"];
        if (typeof number !== "string" || body === undefined) return response;
        if (!answeredOnce.has(number)) {
          answeredOnce.add(number);
          return response;
        }
        return answered(
          response.status,
          { ...body, transaction_id: `txn_${Buffer.from(parts.runtime.random("front").bytes(12)).toString("hex")}` },
          parts,
        );
      };
    },
  },
  {
    name: "slow-query",
    role: "bank",
    requirement: "CON-08",
    title: { en: "A query takes longer than its service level", zh: "查询时延超出服务等级" },
    handle:
      (inner, { runtime, pack }) =>
      async (request) => {
        if (request.method === "GET" && request.target.startsWith("/v1/payments/"))
          await runtime.sleep((pack.interface("payment.query").serviceLevel?.p99Ms ?? 200) * 1.5);
        return inner(request);
      },
  },
];
