import pc from "picocolors";
import type { HttpRequest, HttpResponse } from "../core/runtime/runtime.ts";
import { requestTarget } from "../core/runtime/wire.ts";
import { quotation } from "../core/text/quotation.ts";
import type { Draft } from "../suites/wire/draft.ts";
import type { WireEnvelope } from "../suites/wire/envelope/wire-envelope.ts";
import { consoleBody, consoleLine } from "./console-text.ts";

/** A request as it is told: its line and what it says. */
export function toldRequest(draft: Draft, request: HttpRequest): string {
  const said = draft.body === undefined ? "" : `\n${JSON.stringify(draft.body, null, 2)}`;
  return `${pc.bold(`${request.method} ${request.url}`)}${said}`;
}

/** A request on the wire, and what was signed of it; `target` is the one that is signed. */
export function rawRequest(request: HttpRequest, envelope: WireEnvelope, target: string): string {
  const { claims, body } = envelope.readRequest(request);
  const base = envelope.requestBase({
    method: request.method,
    target,
    party: claims.party ?? "",
    serial: claims.serial ?? "",
    algorithm: claims.algorithm ?? "",
    timestamp: claims.timestamp ?? "",
    nonce: claims.nonce ?? "",
    body,
  });
  return [
    pc.dim("--- what was signed"),
    new TextDecoder().decode(base).trimEnd(),
    pc.dim("--- request"),
    `${request.method} ${requestTarget(request.url)} HTTP/1.1`,
    `Host: ${new URL(request.url).host}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    "",
    new TextDecoder().decode(request.body),
  ].join("\n");
}

/** An answer on the wire. */
export function rawResponse(response: HttpResponse): string {
  return [
    pc.dim("--- answer"),
    `HTTP/1.1 ${response.status}`,
    ...response.headers.map(([name, value]) => `${name}: ${consoleLine(quotation(value))}`),
    "",
    consoleBody(new TextDecoder().decode(response.body)),
    pc.dim("---"),
  ].join("\n");
}
