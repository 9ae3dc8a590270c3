import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/message.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { WireExchange, WireMessage } from "../../core/run/finding.ts";

/** Writes an exchange down as evidence, with the values of sensitive fields hidden; all other bytes stay as they were. */
export interface Recorder {
  record(label: string, request: HttpRequest, outcome: HttpResponse | TransportFailure, startedAt: number, endedAt: number): WireExchange;
}

/** Everything that stays readable stays as it was on the wire; what the pack calls sensitive is masked as everywhere. */
export function recorder(redact: Redaction): Recorder {
  const message = (headers: WireMessage["headers"], body: Uint8Array): WireMessage => {
    const text = utf8(body);
    return text === undefined ? { headers, body: encodeBase64(body), bodyEncoding: "base64" } : { headers, body: redact.text(text), bodyEncoding: "utf8" };
  };
  return {
    record(label, request, outcome, startedAt, endedAt) {
      const sent = { ...message(request.headers, request.body), method: request.method, url: redact.target(request.url) };
      const base = { label, request: sent, startedAt, durationMs: Math.max(0, endedAt - startedAt) };
      if (outcome instanceof TransportFailure) return { ...base, failure: { kind: outcome.kind, message: outcome.message, sent: outcome.sent } };
      return { ...base, response: { ...message(outcome.headers, outcome.body), status: outcome.status } };
    },
  };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
