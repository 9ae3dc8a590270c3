import type { RunningServer, ServerOptions, ServerTls } from "../simulator/http/server.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { Store } from "../simulator/store/store.ts";
import { fromFlag, listen } from "./listen.ts";

export interface LifeSettings {
  readonly openStore: () => Store;
  readonly make: (store: Store, baseUrl: () => string) => Simulator;
  readonly hostname: string;
  /** 0 takes any free one; a restart has the same again. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: ServerTls;
  /** Changes how it is served, to try the suites. */
  readonly listening?: (options: ServerOptions) => ServerOptions;
  /** Called with each simulator that lives, once it answers. */
  readonly onStart: (simulator: Simulator) => Promise<void>;
}

/** A simulator that is served, and can die and come back. */
export interface Life {
  readonly simulator: Simulator;
  readonly url: string;
  /**
   * Ends the simulator without letting its answers out, and starts another over the same store, on the same port. All
   * that was only in memory is lost, as it would be with the process; the host's clock, keys and enrolments stay.
   */
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface Present {
  readonly store: Store;
  readonly simulator: Simulator;
  readonly server: RunningServer;
}

/** @throws UserError when the port cannot be had. */
export async function beginLife(settings: LifeSettings): Promise<Life> {
  let url = "";
  const begin = async (port: number): Promise<Present> => {
    const store = settings.openStore();
    try {
      const simulator = settings.make(store, () => url);
      const { requestSeconds } = simulator.pack.source.manifest.policies.limits;
      const options: ServerOptions = {
        app: simulator.app,
        hostname: settings.hostname,
        port,
        ...(requestSeconds === undefined ? {} : { requestMs: requestSeconds * 1_000 }),
        ...(settings.tls === undefined ? {} : { tls: settings.tls }),
      };
      const server = await listen(settings.listening?.(options) ?? options, fromFlag("--port"));
      url = server.url;
      await simulator.start();
      await settings.onStart(simulator);
      return { store, simulator, server };
    } catch (cause) {
      await store.close();
      throw cause;
    }
  };
  const end = async ({ store, simulator, server }: Present, how: "close" | "abort"): Promise<void> => {
    await server[how]();
    simulator.stop();
    await store.close();
  };

  let present = await begin(settings.port);
  let restarting: Promise<void> | undefined;
  const restart = async (): Promise<void> => {
    const {
      server,
      simulator: {
        clock: { offsetMs },
      },
    } = present;
    await end(present, "abort");
    present = await begin(server.port);
    present.simulator.clock.advance(offsetMs);
  };
  return {
    get simulator() {
      return present.simulator;
    },
    get url() {
      return url;
    },
    restart: () => {
      restarting ??= restart().finally(() => (restarting = undefined));
      return restarting;
    },
    close: async () => {
      await restarting?.catch(() => {});
      await end(present, "close");
    },
  };
}
