import type { Redaction } from "../../core/redaction/redaction.ts";
import { readable } from "../../core/redaction/wide-text.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { OpenedBodies } from "./opened-bodies.ts";

/** A journal entry as the control plane shows it: text instead of bytes, sensitive fields masked. */
export interface JournalView {
  readonly number: number;
  readonly direction: "in" | "out";
  readonly at: number;
  readonly duration_ms: number;
  readonly interface?: string;
  readonly party?: string;
  readonly code?: string;
  readonly faults: readonly string[];
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly url?: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    /** The payload before it was encrypted, where it was. */
    readonly opened?: string;
  };
  readonly response?: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    readonly opened?: string;
    readonly wire?: string;
  };
  readonly failure?: string;
  /** Why it was refused, or the answer not believed, as test mode explains it. */
  readonly explanation?: Json;
  /** Of the answer, when it has one. */
  readonly request_id?: string;
}

export function journalView(entry: JournalEntry, by: Redaction, opened: OpenedBodies = {}): JournalView {
  const bodies = [entry.request.body, entry.response?.body, opened.request, opened.response]
    .filter((body) => body instanceof Uint8Array)
    .map(readable);
  const redact = by.knowing(new Map(bodies.flatMap((body) => [...by.values(body)])));
  const text = (body: Uint8Array | "too-large" | "broken"): string =>
    body instanceof Uint8Array ? redact.text(readable(body)) : `(${body})`;
  const lines = (headers: JournalView["request"]["headers"]): JournalView["request"]["headers"] =>
    headers.map(([name, value]) => [name, redact.line(value)]);
  const { number, direction, at, durationMs, interface: id, party, code, faults, request, response, failure } = entry;
  const { explanation } = entry;
  return {
    number,
    direction,
    at,
    duration_ms: durationMs,
    faults,
    ...(id === undefined ? {} : { interface: id }),
    ...(party === undefined ? {} : { party }),
    ...(code === undefined ? {} : { code }),
    request: {
      method: request.method,
      target: redact.target(request.target),
      ...(request.url === undefined ? {} : { url: redact.target(request.url) }),
      headers: lines(request.headers),
      body: text(request.body),
      ...(opened.request === undefined ? {} : { opened: text(opened.request) }),
    },
    ...(response === undefined
      ? {}
      : {
          response: {
            status: response.status,
            headers: lines(response.headers),
            body: text(response.body),
            ...(opened.response === undefined ? {} : { opened: text(opened.response) }),
            ...(response.wire === undefined ? {} : { wire: response.wire.kind }),
          },
        }),
    ...(failure === undefined ? {} : { failure: redact.line(failure) }),
    ...(explanation === undefined ? {} : { explanation }),
    ...requestId(response?.headers ?? []),
  };
}

function requestId(headers: JournalView["request"]["headers"]): { readonly request_id?: string } {
  const id = headers.find(([name]) => name.toLowerCase() === "request-id")?.[1];
  return id === undefined ? {} : { request_id: id };
}
