import { liveRuntime } from "../../core/runtime/live.ts";
import type { LiveRuntime } from "../../core/runtime/live.ts";
import { proxySettings } from "../../core/runtime/proxy.ts";
import type { ProxySettings } from "../../core/runtime/proxy.ts";
import type { Statement } from "../statement/statement.ts";

/** The host's clock and network, as a statement wants its system called: TLS, room, and the proxy of the environment. */
export function sutRuntime({ tls, limits }: Statement): {
  readonly runtime: LiveRuntime;
  readonly proxy: ProxySettings | undefined;
} {
  const proxy = proxySettings(process.env);
  const runtime = liveRuntime({
    ...(tls === undefined ? {} : { tls }),
    maxSockets: Math.max(64, limits.maxConcurrency),
    ...(proxy === undefined ? {} : { proxy }),
  });
  return { runtime, proxy };
}
