import type { RunningServer, ServerOptions, ServerTls } from "../simulator/http/server.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { Store } from "../simulator/store/store.ts";
import { fromFlag, listen } from "./listen.ts";

export interface RestartableSettings {
  readonly openStore: () => Store;
  /** `clockOffsetMs` is how far its clock is from the host's when it begins. */
  readonly make: (store: Store, baseUrl: () => string, clockOffsetMs: number) => Simulator;
  readonly hostname: string;
  /** 0 takes any free one; a restart has the same again. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: ServerTls;
  /** Told of each request that is no HTTP, which no journal shows. */
  readonly onUnreadable?: (error: Error) => void;
  /** Changes how it is served, to try the suites. */
  readonly listening?: (options: ServerOptions) => ServerOptions;
  /** Called with each simulator that is started, once it answers. */
  readonly onStart: (simulator: Simulator) => Promise<void>;
}

/** A simulator that is served, and can die and come back. */
export interface Restartable {
  readonly simulator: Simulator;
  readonly url: string;
  /**
   * Ends the simulator without letting its answers out, and starts another over the same store, on the same port. All
   * that was only in memory is lost, as it would be with the process; the host's clock, keys and enrolments stay. It is
   * away for so long at least.
   */
  restart(awayMs?: number): Promise<void>;
  close(): Promise<void>;
}

interface Started {
  readonly store: Store;
  readonly simulator: Simulator;
  readonly server: RunningServer;
}

/** Serves a simulator that can be restarted. @throws UserError when the port cannot be had. */
export async function startRestartable(settings: RestartableSettings): Promise<Restartable> {
  let url = "";
  const start = async (port: number, clockOffsetMs: number): Promise<Started> => {
    // What was opened is closed again where a later step fails, so that a start that fails leaves no open port.
    await using open = new AsyncDisposableStack();
    const store = settings.openStore();
    open.defer(() => store.close());
    // The clock is right ahead of the port: peers refuse what is signed by another than the one that was set.
    const simulator = settings.make(store, () => url, clockOffsetMs);
    open.defer(() => simulator.stop());
    const options = serverOptions(settings, simulator, port);
    const server = await listen(settings.listening?.(options) ?? options, fromFlag("--port"));
    open.defer(() => server.abort());
    url = server.url;
    await simulator.start();
    await settings.onStart(simulator);
    open.move();
    return { store, simulator, server };
  };
  let current = await start(settings.port, 0);
  let restarting: Promise<void> | undefined;
  const restart = async (awayMs: number): Promise<void> => {
    const { server, simulator } = current;
    const { offsetMs } = simulator.clock;
    await stop(current, "abort");
    if (awayMs > 0) await new Promise((resolve) => void setTimeout(resolve, awayMs));
    current = await start(server.port, offsetMs);
  };
  return {
    get simulator() {
      return current.simulator;
    },
    get url() {
      return url;
    },
    restart: (awayMs = 0) => {
      restarting ??= restart(awayMs).finally(() => (restarting = undefined));
      return restarting;
    },
    close: async () => {
      await restarting?.catch(() => {});
      await stop(current, "close");
    },
  };
}

function serverOptions(
  { hostname, tls, onUnreadable }: RestartableSettings,
  { app, pack, handle }: Simulator,
  port: number,
): ServerOptions {
  const { requestSeconds } = pack.source.manifest.policies.limits;
  return {
    app,
    hostname,
    port,
    answerTarget: handle,
    ...(onUnreadable === undefined ? {} : { onUnreadable }),
    ...(requestSeconds === undefined ? {} : { requestMs: requestSeconds * 1_000 }),
    ...(tls === undefined ? {} : { tls }),
  };
}

async function stop({ store, simulator, server }: Started, how: "close" | "abort"): Promise<void> {
  await server[how]();
  simulator.stop();
  await store.close();
}
