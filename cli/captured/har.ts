import { Buffer } from "node:buffer";
import { Unreadable, targetOfUrl } from "./captured.ts";
import type { CapturedRequest } from "./captured.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A request of an HTTP archive (HAR 1.2): a whole archive with one entry, an entry, or its request alone.
 *
 * @throws Unreadable
 */
export function readHar(text: string): CapturedRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Unreadable({ en: `the file is no JSON: ${String(cause)}`, zh: `文件不是 JSON：${String(cause)}` }, cause);
  }
  const request = requestIn(value);
  const { method, url, headers, postData } = request;
  if (typeof method !== "string" || typeof url !== "string" || !Array.isArray(headers))
    throw new Unreadable({
      en: "the request of the archive lacks method, url or headers (HAR 1.2)",
      zh: "归档中的请求缺少 method、url 或 headers（HAR 1.2）",
    });
  const sent = headers.flatMap((one: unknown) =>
    isFields(one) && typeof one["name"] === "string" && typeof one["value"] === "string" && !one["name"].startsWith(":")
      ? [[one["name"], one["value"]] as const]
      : [],
  );
  return { method, target: targetOfUrl(url), headers: sent, body: bodyOf(postData) };
}

function requestIn(value: unknown): Fields {
  if (!isFields(value)) throw nothing();
  const { log, request } = value;
  if (isFields(log)) {
    const entries = Array.isArray(log["entries"]) ? (log["entries"] as readonly unknown[]) : [];
    if (entries.length !== 1)
      throw new Unreadable({
        en: `the archive has ${entries.length} entries; keep the one that is to be explained`,
        zh: `归档中有 ${entries.length} 条记录；请只保留需要说明的一条`,
      });
    return requestIn(entries[0]);
  }
  if (isFields(request)) return request;
  if (typeof value["method"] === "string") return value;
  throw nothing();
}

function bodyOf(postData: unknown): Uint8Array {
  if (!isFields(postData) || typeof postData["text"] !== "string") return new Uint8Array();
  return Buffer.from(postData["text"], postData["encoding"] === "base64" ? "base64" : "utf8");
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nothing = (): Unreadable =>
  new Unreadable({
    en: "the JSON is no HTTP archive: it has neither log.entries nor request nor method",
    zh: "该 JSON 不是 HTTP 归档：没有 log.entries、request 或 method",
  });
