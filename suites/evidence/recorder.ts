import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { wideText } from "../../core/redaction/wide-text.ts";
import type { WireExchange, WireMessage } from "../../core/run/finding.ts";

/** Writes an exchange down as evidence, with the values of sensitive fields hidden; all other bytes stay as they were. */
export interface Recorder {
  record(
    label: string,
    request: HttpRequest,
    outcome: HttpResponse | TransportFailure,
    startedAt: number,
    endedAt: number,
  ): WireExchange;
}

/** What is kept of a body; reports say how long it was. */
const MOST_BYTES = 128 * 1024;

/** Everything that stays readable stays as it was on the wire; what the pack calls sensitive is masked as everywhere. */
export function recorder(redact: Redaction): Recorder {
  const message = (headers: WireMessage["headers"], body: Uint8Array, mask: Redaction): WireMessage => {
    const shown = headers.map(([name, value]): [string, string] => [name, mask.line(value)]);
    const cut = body.length > MOST_BYTES ? { bodyBytes: body.length } : {};
    const wide = wideText(body);
    if (wide !== undefined)
      return {
        headers: shown,
        body: encodeBase64(wide.encode(mask.text(wide.text)).subarray(0, MOST_BYTES)),
        bodyEncoding: "base64",
        ...cut,
      };
    const text = utf8(body);
    // What is no UTF-8 is masked as the bytes that it is: names of fields are ASCII whatever the encoding.
    return text === undefined
      ? {
          headers: shown,
          body: encodeBase64(
            Buffer.from(mask.text(Buffer.from(body).toString("latin1")), "latin1").subarray(0, MOST_BYTES),
          ),
          bodyEncoding: "base64",
          ...cut,
        }
      : { headers: shown, body: mask.text(text).slice(0, MOST_BYTES), bodyEncoding: "utf8", ...cut };
  };
  return {
    record(label, request, outcome, startedAt, endedAt) {
      const bodies = [request.body, ...(outcome instanceof TransportFailure ? [] : [outcome.body])].flatMap(
        (body) => wideText(body)?.text ?? utf8(body) ?? [],
      );
      const mask = redact.knowing(new Map(bodies.flatMap((body) => [...redact.values(body)])));
      const sent = {
        ...message(request.headers, request.body, mask),
        method: request.method,
        url: mask.target(request.url),
      };
      const base = { label, request: sent, startedAt, durationMs: Math.max(0, endedAt - startedAt) };
      if (outcome instanceof TransportFailure)
        return { ...base, failure: { kind: outcome.kind, message: mask.line(outcome.message), sent: outcome.sent } };
      return { ...base, response: { ...message(outcome.headers, outcome.body, mask), status: outcome.status } };
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
