import { join } from "node:path";
import { Hono } from "hono";
import type { Pack } from "../core/pack/compile.ts";
import type { Runtime } from "../core/runtime/runtime.ts";
import { controlApp } from "../simulator/control/control.ts";
import { ControlError } from "../simulator/control/control-error.ts";
import { enrol } from "../simulator/control/enrolment.ts";
import type { Enrolment } from "../simulator/control/enrolment.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { simulatorWith } from "../simulator/defects/simulator-with.ts";
import type { Identity } from "../simulator/identity/identity.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import { belowBasePath, packRouter } from "../simulator/pipeline/router.ts";
import type { Store } from "../simulator/store/store.ts";
import type { AdminTls } from "./admin-tls.ts";
import { fromFlag, listen } from "./listen.ts";
import { openDrillHost } from "./drill-host.ts";
import type { DrillHost } from "./drill-host.ts";
import { startRestartable } from "./restartable.ts";
import type { Restartable } from "./restartable.ts";
import type { NotifyPlace } from "./registered-target.ts";
import type { ServingTls } from "./serving-tls.ts";
import { forgetRunning, noteRunning } from "./state/running.ts";
import { ENROLLED_FILE, keepEnrolment } from "./state/state.ts";
import type { State } from "./state/state.ts";
import { UserError } from "./user-error.ts";
import { writeStatement } from "./state/statement-file.ts";

/** Address of everything that only this machine may reach: the control plane, and the notifications of a test run. */
export const LOOPBACK = "127.0.0.1";

export interface PartySettings {
  readonly pack: Pack;
  /** How a statement names the pack: its name, or its folder. */
  readonly packReference: string;
  /** Role, keys, control token and enrolled keys of the party. */
  readonly state: State;
  readonly identity: Identity;
  readonly runtime: Runtime;
  readonly openStore: () => Store;
  /** Whether the store outlives its simulator, so that the control plane may restart it. */
  readonly restarts: boolean;
  /** Offers the hooks of drills: a line that can be troubled then stands ahead of its port. */
  readonly drills?: boolean;
  /** What of the simulator is changed, to try the suites. */
  readonly wrappers?: Wrappers;
  readonly options?: Pick<SimulatorOptions, "testMode" | "maxInFlight" | "onInternalError">;
  readonly hostname: string;
  /** Port that peers reach; 0 takes any free one. */
  readonly port: number;
  /** Where peers are told to reach it. Absent: the address that it listens on. */
  readonly publicUrl?: string;
  /**
   * The path below which alone it is served; empty for none. Absent: the path of `publicUrl`, with and without which it
   * is served, since a gateway may strip it.
   */
  readonly basePath?: string;
  /** Address of the control plane; default loopback. */
  readonly adminHost?: string;
  /** TLS of the control plane; absent: plain HTTP. */
  readonly adminTls?: AdminTls;
  /** Port of the control plane; 0 takes any free one. */
  readonly adminPort: number;
  /** Absent: plain HTTP. */
  readonly tls?: Pick<ServingTls, "server" | "statement"> & Partial<Pick<ServingTls, "clients">>;
  /** Where a counterparty may listen so that this party's calls and notifications reach it. */
  readonly notify: NotifyPlace;
  /** Told of each request that is no HTTP, which no journal shows. */
  readonly onUnreadable?: (error: Error) => void;
  /** Called with each simulator that is started, a restarted one too. */
  readonly onStart?: (simulator: Simulator) => void;
}

/** A simulated party as a process serves it, with its control plane and its statement. */
export interface HostedParty {
  /** The one that answers now: a restart makes another. */
  readonly simulator: Simulator;
  readonly url: string;
  /** Where peers are told to reach it. */
  readonly publicUrl: string;
  readonly adminUrl: string;
  /** File of its statement. */
  readonly statement: string;
  close(): Promise<void>;
}

/** Serves a simulated party and its control plane, and writes its statement. @throws UserError when a port cannot be had. */
export async function hostParty(settings: PartySettings): Promise<HostedParty> {
  const { state, notify, restarts, tls, adminTls } = settings;
  const { hostname, port } = settings;
  const open = new AsyncDisposableStack();
  try {
    // The control plane outlives the simulator that it restarts.
    let control = new Hono();
    const scheme = tls === undefined ? "http" : "https";
    const drills = settings.drills === true ? await openDrillHost({ hostname, port, scheme }) : undefined;
    open.defer(() => drills?.close());
    const party = await serveParty(settings, drills, (next) => (control = next));
    open.defer(() => party.close());
    drills?.leadTo(party.url);
    const url = drills?.url ?? party.url;
    const publicUrl = publicUrlOf(settings, url);
    const admin = await listen(
      {
        app: new Hono().all("*", (context) => control.fetch(context.req.raw)),
        hostname: settings.adminHost ?? LOOPBACK,
        port: settings.adminPort,
        ...(adminTls === undefined ? {} : { tls: adminTls.server }),
      },
      fromFlag("--admin-port"),
    );
    open.defer(() => admin.close());
    const adminUrl = reachable(admin.url);
    const statement = writeStatement({
      state,
      simulator: party.simulator,
      pack: settings.packReference,
      baseUrl: publicUrl,
      ...signedPrefixOf(settings, publicUrl),
      adminUrl,
      ...(adminTls === undefined ? {} : { adminTrust: adminTls.trust }),
      notify,
      restarts,
      hostHooks: Object.keys(drills?.hooks ?? {}),
      ...(tls === undefined
        ? {}
        : { tls: tls.statement, ...(tls.clients === undefined ? {} : { clients: tls.clients }) }),
    });
    noteRunning(state.directory, {
      pid: process.pid,
      url,
      adminUrl,
      ...(adminTls === undefined ? {} : { adminTrust: adminTls.trust }),
    });
    open.defer(() => forgetRunning(state.directory));
    return {
      get simulator() {
        return party.simulator;
      },
      url,
      publicUrl,
      adminUrl,
      statement,
      close: () => open.disposeAsync(),
    };
  } catch (cause) {
    await open.disposeAsync();
    throw cause;
  }
}

/** Enrols a key that the state directory holds. @throws UserError where it is refused now. */
async function enrolAgain(simulator: Simulator, key: Enrolment, state: State, clientCa?: string): Promise<void> {
  try {
    await enrol(simulator, key, clientCa);
  } catch (cause) {
    if (!(cause instanceof ControlError)) throw cause;
    throw new UserError(
      {
        en: `the key ${key.serial} of ${key.party_id} cannot be enrolled again: ${cause.said.en}`,
        zh: `${key.party_id} 的密钥 ${key.serial} 无法再次登记：${cause.said.zh}`,
      },
      {
        where: join(state.directory, ENROLLED_FILE),
        next: {
          en: "take it out of the file, and enrol a sound key with `liantiao enrol`",
          zh: "请从文件中去掉它，并以 `liantiao enrol` 登记可用的密钥",
        },
        cause,
      },
    );
  }
}

/** An address of this machine for one that stands for all of them. */
const reachable = (url: string): string => url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");

const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, "");

const publicUrlOf = ({ publicUrl, basePath = "" }: PartySettings, listening: string): string =>
  publicUrl ?? listening + basePath;

/** What the statement says of signatures where a gateway changes the path on the way to `basePath`. */
function signedPrefixOf({ basePath }: PartySettings, publicUrl: string): { readonly signedPrefix?: string } {
  return basePath === undefined || basePath === pathOf(publicUrl) ? {} : { signedPrefix: basePath };
}

/**
 * Serves the party, on its own port or behind the line of drills; `onControl` is given the control plane of each
 * simulator that is started.
 */
async function serveParty(
  settings: PartySettings,
  drills: DrillHost | undefined,
  onControl: (control: Hono) => void,
): Promise<Restartable> {
  const { pack, state, identity, runtime, wrappers, options, tls, restarts } = settings;
  const unenrolled = [...state.enrolled];
  const basePath = settings.basePath ?? pathOf(settings.publicUrl ?? "http://none.invalid");
  const below = belowBasePath(basePath, packRouter(pack, state.role), settings.basePath !== undefined);
  const router = basePath === "" ? {} : { router: below };
  const party: Restartable = await startRestartable({
    openStore: () => drills?.onDisk(settings.openStore()) ?? settings.openStore(),
    make: (store, listening, clockOffsetMs) => {
      return simulatorWith(wrappers, {
        clockOffsetMs,
        pack,
        role: state.role,
        runtime,
        identity,
        baseUrl: () => publicUrlOf(settings, drills?.url ?? listening()),
        store,
        ...router,
        ...options,
      });
    },
    ...(drills === undefined ? { hostname: settings.hostname, port: settings.port } : { hostname: LOOPBACK, port: 0 }),
    ...(tls === undefined ? {} : { tls: tls.server }),
    ...(settings.onUnreadable === undefined ? {} : { onUnreadable: settings.onUnreadable }),
    ...(wrappers?.listening === undefined ? {} : { listening: wrappers.listening }),
    onStart: async (simulator) => {
      settings.onStart?.(simulator);
      // Enrolled keys outlive a restart, because the identity is the same.
      for (const key of unenrolled.splice(0)) await enrolAgain(simulator, key, state, tls?.server.clientCa);
      onControl(
        controlApp(simulator, {
          token: state.token,
          onEnrol: (key) => keepEnrolment(state.directory, key),
          ...(tls?.server.clientCa === undefined ? {} : { clientCa: tls.server.clientCa }),
          ...(restarts ? { onRestart: (awayMs) => party.restart(awayMs) } : {}),
          ...(drills === undefined ? {} : { hostHooks: drills.hooks }),
        }),
      );
    },
  });
  return party;
}
