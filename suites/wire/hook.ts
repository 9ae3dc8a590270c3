import type { ExchangeSeen } from "../../core/run/event.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import type { Recorder } from "../evidence/recorder.ts";
import { parseBounded } from "../../core/json/bounded-parse.ts";
import type { Json } from "../../core/unit/unit.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { HookName, Statement } from "../statement/statement.ts";
import type { Fields } from "./draft.ts";

/** A hook may stop and start a whole SUT before it answers. */
const TIMEOUT_MS = 60_000;

/** The SUT whose hooks are called, and for which check; every call stands in the event log. */
export interface Hooking extends Log {
  readonly statement: Statement;
}

interface Log {
  readonly runtime: Runtime;
  readonly recorder: Recorder;
  readonly check: string;
  emit(event: ExchangeSeen): void;
}

/**
 * Calls a control hook of the SUT and gives what it answered; undefined for an empty answer. Source: docs/hooks.md.
 *
 * @throws CheckSkipped when the statement does not support it, CheckInconclusive when it answers anything but 2xx and JSON, and
 *   what the transport throws.
 */
export async function callHook(
  { statement, ...log }: Hooking,
  name: HookName,
  payload: Fields,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  const { hooks } = statement;
  if (hooks === undefined || !hooks.supports.includes(name))
    throw new CheckSkipped(
      { en: `the statement supports no hook "${name}"`, zh: `声明未支持控制钩子 "${name}"` },
      "capability",
      { kind: "hook", name },
    );
  const headers: [string, string][] = [["Content-Type", "application/json"]];
  if (hooks.token !== undefined) headers.push(["Authorization", `Bearer ${hooks.token}`]);
  const response = await logged(
    log,
    name,
    {
      method: "POST",
      url: `${hooks.url}/${name}`,
      headers,
      body: new TextEncoder().encode(JSON.stringify(payload)),
      timeoutMs: TIMEOUT_MS,
      ...(hooks.tls === undefined ? {} : { tls: hooks.tls }),
    },
    signal,
  );
  if (response.status < 200 || response.status > 299)
    throw new CheckInconclusive({
      en: `the hook ${name} answered ${response.status}`,
      zh: `控制钩子 ${name} 返回 ${response.status}`,
    });
  if (response.body.length === 0) return undefined;
  const said = parseBounded(new TextDecoder().decode(response.body));
  if (said === undefined)
    throw new CheckInconclusive({
      en: `the hook ${name} answered with a body that is no JSON`,
      zh: `控制钩子 ${name} 的应答体不是 JSON`,
    });
  return said;
}

/** Sends a hook's call, and writes it to the log without its token. */
async function logged(
  { runtime, recorder, check, emit }: Log,
  name: HookName,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const startedAt = runtime.now();
  const { tls: _tls, ...sent } = request;
  const shown = { ...sent, headers: request.headers.filter(([header]) => header !== "Authorization") };
  const tell = (outcome: HttpResponse | TransportFailure): void => {
    const at = runtime.now();
    const exchange = recorder.record(`hook ${name}`, shown, outcome, startedAt, at);
    emit({ type: "exchange", at, check, answeredBy: "hook", exchange });
  };
  try {
    const response = await runtime.transport.send(request, signal);
    tell(response);
    return response;
  } catch (failure) {
    if (failure instanceof TransportFailure) tell(failure);
    throw failure;
  }
}
