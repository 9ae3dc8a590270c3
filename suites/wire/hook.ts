import type { Runtime } from "../../core/runtime/runtime.ts";
import { parseBounded } from "../../core/json/bounded-parse.ts";
import type { Json } from "../../core/unit/unit.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { HookName, Statement } from "../statement/statement.ts";
import type { Fields } from "./draft.ts";

/** A hook may stop and start a whole SUT before it answers. */
const TIMEOUT_MS = 60_000;

/**
 * Calls a control hook of the SUT and gives what it answered; undefined for an empty answer. Source: docs/hooks.md.
 *
 * @throws CheckSkipped when the statement does not support it, CheckInconclusive when it answers anything but 2xx and JSON, and
 *   what the transport throws.
 */
export async function callHook(
  { statement, runtime }: { readonly statement: Statement; readonly runtime: Runtime },
  name: HookName,
  payload: Fields,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  const { hooks } = statement;
  if (hooks === undefined || !hooks.supports.includes(name))
    throw new CheckSkipped(
      { en: `the statement supports no hook "${name}"`, zh: `声明未支持控制钩子 "${name}"` },
      "capability",
    );
  const headers: [string, string][] = [["Content-Type", "application/json"]];
  if (hooks.token !== undefined) headers.push(["Authorization", `Bearer ${hooks.token}`]);
  const response = await runtime.transport.send(
    {
      method: "POST",
      url: `${hooks.url}/${name}`,
      headers,
      body: new TextEncoder().encode(JSON.stringify(payload)),
      timeoutMs: TIMEOUT_MS,
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
