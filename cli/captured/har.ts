import { Buffer } from "node:buffer";
import { Unreadable, targetOfUrl } from "./captured.ts";
import type { Captured, CapturedAnswer } from "./captured.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A request of an HTTP archive (HAR 1.2) and the answer that the entry has: of a whole archive with one entry, an entry, or
 * its request alone.
 *
 * @throws Unreadable
 */
export function readHar(text: string): Captured {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Unreadable({ en: `the file is no JSON: ${String(cause)}`, zh: `文件不是 JSON：${String(cause)}` }, cause);
  }
  const { request, response } = entryIn(value);
  const { method, url, headers, postData } = request;
  if (typeof method !== "string" || typeof url !== "string" || !Array.isArray(headers))
    throw new Unreadable({
      en: "the request of the archive lacks method, url or headers (HAR 1.2)",
      zh: "归档中的请求缺少 method、url 或 headers（HAR 1.2）",
    });
  const answer = answerIn(response);
  return {
    request: { method, target: targetOfUrl(url), headers: headersIn(headers), body: bodyOf(postData) },
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Undefined where the entry has none, as of a call that was cut off. */
function answerIn(response: unknown): CapturedAnswer | undefined {
  if (!isFields(response)) return undefined;
  const { status, headers, content } = response;
  if (typeof status !== "number" || status < 100 || !Array.isArray(headers)) return undefined;
  return { status, headers: headersIn(headers), body: bodyOf(content) };
}

const headersIn = (headers: readonly unknown[]): CapturedAnswer["headers"] =>
  headers.flatMap((one) =>
    isFields(one) && typeof one["name"] === "string" && typeof one["value"] === "string" && !one["name"].startsWith(":")
      ? [[one["name"], one["value"]] as const]
      : [],
  );

function entryIn(value: unknown): { readonly request: Fields; readonly response?: unknown } {
  if (!isFields(value)) throw nothing();
  const { log, request } = value;
  if (isFields(log)) {
    const entries = Array.isArray(log["entries"]) ? (log["entries"] as readonly unknown[]) : [];
    if (entries.length !== 1)
      throw new Unreadable({
        en: `the archive has ${entries.length} entries; keep the one that is to be explained`,
        zh: `归档中有 ${entries.length} 条记录；请只保留需要说明的一条`,
      });
    return entryIn(entries[0]);
  }
  if (isFields(request)) return { request, response: value["response"] };
  if (typeof value["method"] === "string") return { request: value };
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
