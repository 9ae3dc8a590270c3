import type { Defect } from "../defect.ts";
import { interfaceOf, saying } from "../parts/answers.ts";
import { inMessages, inPolicies } from "../parts/edit-pack.ts";
import { fronted, readingBodies } from "../parts/front.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Changes every value of a document. */
function each(value: unknown, change: (value: unknown, key: string) => unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => each(item, change, key));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, each(part, change, name)]));
  return change(value, key);
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The state of the defect of polluted defaults; one process serves one bank. */
const polluted: Record<string, unknown> = {};

export const READING: readonly Defect[] = [
  {
    name: "last-key-wins",
    role: "bank",
    requirement: "CAN-01",
    title: { en: "Of a key that stands twice the last is taken", zh: "重复键取最后一个" },
    ...readingBodies((text) => JSON.parse(text) as unknown),
  },
  {
    name: "reserialised-signature-base",
    role: "bank",
    requirement: "CAN-03",
    title: { en: "The signature is verified over the body written anew", zh: "对重新序列化后的报文验签" },
    handle: (inner) => (request) => {
      const value = request.body instanceof Uint8Array && request.body.length > 0 ? safely(request.body) : undefined;
      return inner(
        value === undefined ? request : { ...request, body: new TextEncoder().encode(JSON.stringify(value)) },
      );
    },
  },
  {
    name: "amount-from-text",
    role: "bank",
    requirement: "CAN-04",
    title: { en: "Amounts written as text are converted", zh: "文本金额被自动转换" },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value, key) =>
        key === "value" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
          ? Math.round(Number(value))
          : value,
      ),
    ),
  },
  {
    name: "amount-rounded",
    role: "bank",
    requirement: "CAN-04",
    title: { en: "Fractions of a fen are rounded", zh: "小数金额被取整" },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value) => (typeof value === "number" ? Math.round(value) : value)),
    ),
  },
  {
    name: "amount-clipped",
    role: "bank",
    requirement: "CAN-05",
    title: { en: "An amount beyond the greatest is taken as the greatest", zh: "超限金额被截为最大值" },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value, key) =>
        key === "value" && typeof value === "number" && value > 10_000_000_000_000 ? 100 : value,
      ),
    ),
  },
  {
    name: "target-limit-one-short",
    role: "bank",
    requirement: "PAR-05",
    title: { en: "A target as long as the pack lets it be is refused as too long", zh: "恰达上限的请求目标被判超长" },
    pack: (source) => inPolicies(source, ["limits", "targetBytes"], source.manifest.policies.limits.targetBytes - 1),
  },
  {
    name: "ordinary-fields-ignored",
    role: "bank",
    requirement: "PAR-15",
    title: {
      en: "Fields that other interfaces have are dropped from a request without a word",
      zh: "请求中属于其他接口的字段被静默忽略",
    },
    ...readingBodies((text) => {
      const value = JSON.parse(text) as unknown;
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value).filter(([name]) => !/^(?:remark|extra|channel|memo|note|tag)$/u.test(name)),
          )
        : value;
    }),
  },
  {
    name: "notified-amount-clamped",
    role: "platform",
    requirement: "CAN-05",
    title: { en: "An amount beyond the greatest that is told of is cut down", zh: "通知中的超限金额被截断" },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value, key) =>
        key === "value" && typeof value === "number" && value > 10_000_000_000_000 ? 100 : value,
      ),
    ),
  },
  {
    name: "notified-number-normalised",
    role: "platform",
    requirement: "CAN-06",
    title: {
      en: "Numbers that are told of are trimmed and put into a normal form",
      zh: "通知中的单号被去空格并归一化",
    },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value) => (typeof value === "string" ? value.normalize("NFKC").trim() : value)),
    ),
  },
  {
    name: "record-fields-taken",
    role: "platform",
    requirement: "DAT-05",
    title: {
      en: "A state that stands beside the payment in a notification is taken",
      zh: "通知中支付以外的 state 字段被采纳",
    },
    ...readingBodies((text) => {
      const value = JSON.parse(text) as unknown;
      return isObject(value) && value["state"] === "PAID" && isObject(value["payment"])
        ? { ...value, payment: { ...value["payment"], state: "SUCCEEDED" } }
        : value;
    }),
  },
  {
    name: "text-normalised",
    role: "bank",
    requirement: "CAN-06",
    title: { en: "Text is put into a normal form", zh: "文本被 Unicode 归一化" },
    ...readingBodies((text) =>
      each(JSON.parse(text), (value) => (typeof value === "string" ? value.normalize("NFKC") : value)),
    ),
  },
  {
    name: "first-parameter-wins",
    role: "bank",
    requirement: "CAN-07",
    title: { en: "Of a query parameter that stands twice the first is taken", zh: "重复查询参数取第一个" },
    ...fronted((one) => {
      const [path = "", query = ""] = one.request.target.split("?");
      const seen = new Set<string>();
      const kept = query.split("&").filter((part) => {
        const name = part.split("=")[0] ?? "";
        return seen.has(name) ? false : seen.add(name) !== undefined;
      });
      return kept.length === seen.size && kept.join("&") === query
        ? undefined
        : { ...one, request: { ...one.request, target: `${path}?${kept.join("&")}` } };
    }),
  },
  {
    name: "coding-guessed",
    role: "bank",
    requirement: "CAN-09",
    title: {
      en: "A byte order mark is skipped, and bytes that are no UTF-8 are replaced",
      zh: "忽略 BOM 并替换非法 UTF-8 字节",
    },
    ...readingBodies((text) => JSON.parse(text) as unknown),
  },
  {
    name: "unknown-fields-ignored",
    role: "bank",
    requirement: "PAR-15",
    title: { en: "Fields that no interface knows are dropped without a word", zh: "忽略未知字段" },
    ...readingBodies((text, { request }) => dropUnknown(JSON.parse(text), request.target)),
  },
  {
    name: "null-is-absent",
    role: "bank",
    requirement: "PAR-15",
    title: { en: "null is read as if the field were not there", zh: "null 视为字段缺失" },
    ...readingBodies((text) => {
      const value = JSON.parse(text) as unknown;
      return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) : value;
    }),
  },
  {
    name: "lenient-json",
    role: "bank",
    requirement: "PAR-01",
    title: { en: "Trailing commas and what follows the document are forgiven", zh: "容忍尾随逗号与文档后的多余内容" },
    ...readingBodies((text) => {
      const end = text.lastIndexOf("}");
      return JSON.parse(text.slice(0, end + 1).replaceAll(/,\s*([}\]])/gu, "$1")) as unknown;
    }),
  },
  {
    name: "no-size-limit",
    role: "bank",
    requirement: "PAR-05",
    title: { en: "Bodies may be of any size", zh: "报文体大小不设限" },
    pack: (source) => inPolicies(source, ["limits", "bodyBytes"], source.manifest.policies.limits.bodyBytes * 100),
  },
  {
    name: "no-depth-limit",
    role: "bank",
    requirement: "PAR-04",
    title: {
      en: "Bodies may be nested without end, and exhaust the stack of the reader",
      zh: "嵌套层数不设限，导致栈溢出",
    },
    pack: (source) =>
      inPolicies(source, ["limits"], { ...source.manifest.policies.limits, depth: 100_000, members: 1_000_000 }),
  },
  {
    name: "prototype-pollution",
    role: "bank",
    requirement: "PAR-06",
    title: { en: "What stands under __proto__ becomes a default of every later request", zh: "__proto__ 污染后续请求" },
    ...readingBodies((text) => {
      const value = JSON.parse(text) as unknown;
      if (!isObject(value)) return value;
      for (const key of ["__proto__", "constructor"]) {
        const found = Object.hasOwn(value, key) ? value[key] : undefined;
        const under = key === "constructor" && isObject(found) ? found["prototype"] : found;
        if (isObject(under)) Object.assign(polluted, under);
      }
      return {
        ...polluted,
        ...Object.fromEntries(Object.entries(value).filter(([key]) => key !== "__proto__" && key !== "constructor")),
      };
    }),
  },
  {
    name: "characters-counted-as-units",
    role: "bank",
    requirement: "PAR-14",
    title: { en: "A character outside of the BMP counts as two", zh: "增补平面字符按两个计数" },
    handle: (inner, parts) => async (request) => {
      const { body } = request;
      const value =
        body instanceof Uint8Array && body.length > 0 && interfaceOf(request, parts) === "payment.create"
          ? safely(body)
          : undefined;
      const text = isObject(value) ? value["description"] : undefined;
      return typeof text === "string" && text.length > 127
        ? inner({ ...request, body: new TextEncoder().encode("{") })
        : inner(request);
    },
  },
  {
    name: "amount-zero-taken",
    role: "bank",
    requirement: "PAR-13",
    title: { en: "A payment of nothing is taken", zh: "接受零金额" },
    pack: (source) => inMessages(source, "common", ["money", "properties", "value", "minimum"], 0),
  },
  {
    name: "text-upper-case",
    role: "bank",
    requirement: "CON-06",
    title: { en: "Descriptions come back in upper case", zh: "商品描述被改写" },
    handle: saying((body, about) =>
      about.interface === "payment.query" && typeof body["description"] === "string"
        ? { status: about.status, body: { ...body, description: body["description"].toUpperCase() } }
        : undefined,
    ),
  },
  {
    name: "state-taken-from-request",
    role: "bank",
    requirement: "DAT-05",
    title: {
      en: "Fields of its own, such as state and fee, are taken from the request",
      zh: "请求可写入 state、fee 等字段",
    },
    ...readingBodies((text) => {
      const value = JSON.parse(text) as unknown;
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value).filter(
              ([name]) =>
                !/^(?:state|status|fee|refunded|transaction_id|settled_at|business_date|created_at)$/u.test(name),
            ),
          )
        : value;
    }),
  },
];

const KNOWN: Readonly<Record<string, RegExp>> = {
  "/v1/payments": /^(?:party_id|out_trade_no|binding_id|amount|description|attach|notify_url)$/u,
  "/v1/refunds": /^(?:party_id|out_refund_no|out_trade_no|amount|reason|notify_url)$/u,
};

function dropUnknown(value: unknown, target: string): unknown {
  const known = KNOWN[target];
  return known === undefined || !isObject(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([name]) => known.test(name)));
}

function safely(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
