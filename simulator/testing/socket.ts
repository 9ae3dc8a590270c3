import { liveRuntime } from "../../core/runtime/live.ts";
import { startServer } from "../http/server.ts";
import { BANK_KEY, P1001 } from "./bank.ts";
import type { TestBank } from "./bank.ts";
import type { TestParty } from "./party.ts";
import { overTransport, TestClient } from "./client.ts";

/** A bank behind a real socket, and a client that reaches it there. */
export interface Served {
  readonly url: string;
  readonly client: TestClient;
  close(): Promise<void>;
}

export async function serve(
  bank: TestBank,
  settings: { readonly party?: TestParty; readonly timeoutMs?: number; readonly firstNonce?: number } = {},
): Promise<Served> {
  const server = await startServer({
    app: bank.simulator.app,
    answerTarget: bank.simulator.handle,
    hostname: "127.0.0.1",
    port: 0,
  });
  const runtime = liveRuntime();
  return {
    url: server.url,
    client: new TestClient({
      pack: bank.pack,
      party: settings.party ?? P1001,
      answerKeys: [BANK_KEY],
      clock: () => bank.simulator.clock.runtime.now(),
      send: overTransport(runtime, server.url, settings.timeoutMs),
      firstNonce: settings.firstNonce ?? 1_000_000,
    }),
    close: async () => {
      runtime.close();
      await server.close();
    },
  };
}
