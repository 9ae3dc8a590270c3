import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/message.ts";
import type { WireExchange, WireMessage } from "../../core/run/finding.ts";

/** Writes an exchange down as evidence, with the values of sensitive fields hidden; all other bytes stay as they were. */
export interface Recorder {
  record(label: string, request: HttpRequest, outcome: HttpResponse | TransportFailure, startedAt: number, endedAt: number): WireExchange;
}

/** `sensitive` are field names (`x-sensitive` in the pack). Hidden values keep their last four characters where they are long enough to stay secret. */
export function recorder(sensitive: ReadonlySet<string>): Recorder {
  const names = [...sensitive].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const inJson = names.length === 0 ? undefined : new RegExp(`("(?:${names.join("|")})"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"?|[^\\s,}\\]]+)`, "g");
  const inQuery = names.length === 0 ? undefined : new RegExp(`([?&](?:${names.join("|")})=)([^&#]*)`, "g");
  const hideJson = (text: string): string => (inJson === undefined ? text : text.replace(inJson, (_all, head: string, value: string) => `${head}"${hidden(value.replace(/^"|"$/g, ""))}"`));
  const hideUrl = (text: string): string => (inQuery === undefined ? text : text.replace(inQuery, (_all, head: string, value: string) => head + hidden(value)));
  const message = (headers: WireMessage["headers"], body: Uint8Array): WireMessage => {
    const text = utf8(body);
    return text === undefined ? { headers, body: encodeBase64(body), bodyEncoding: "base64" } : { headers, body: hideJson(text), bodyEncoding: "utf8" };
  };
  return {
    record(label, request, outcome, startedAt, endedAt) {
      const sent = { ...message(request.headers, request.body), method: request.method, url: hideUrl(request.url) };
      const base = { label, request: sent, startedAt, durationMs: Math.max(0, endedAt - startedAt) };
      if (outcome instanceof TransportFailure) return { ...base, failure: { kind: outcome.kind, message: outcome.message, sent: outcome.sent } };
      return { ...base, response: { ...message(outcome.headers, outcome.body), status: outcome.status } };
    },
  };
}

function hidden(value: string): string {
  return value.length >= 12 ? `***${value.slice(-4)}` : "***";
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
