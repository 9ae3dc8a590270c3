import { join } from "node:path";
import type { Simulator } from "../../simulator/simulator.ts";
import type { BoundClient, StatementTls } from "../serving-tls.ts";
import { originOf } from "../registered-target.ts";
import type { NotifyPlace } from "../registered-target.ts";
import { replaceFile } from "../replace-file.ts";
import { exclusionsOf } from "./exclusions.ts";
import { STATEMENT_FILE } from "./state.ts";
import type { State } from "./state.ts";

/** Hooks that the simulator's control plane offers. */
const HOOKS = [
  "reset",
  "clock",
  "sms-code",
  "fixtures",
  "call",
  "decide",
  "keys",
  "rotate",
  "dependency",
  "vitals",
] as const;

export interface StatementSettings {
  readonly state: State;
  readonly simulator: Simulator;
  /** Name or folder, as given. */
  readonly pack: string;
  readonly baseUrl: string;
  /** The path that it verifies ahead of the pack's own, where that is not the path of `baseUrl`. */
  readonly signedPrefix?: string;
  readonly adminUrl: string;
  /** What a client trusts and shows; absent where plain HTTP is served. */
  readonly tls?: StatementTls;
  /** Client certificates that are bound to parties. */
  readonly clients?: ReadonlyMap<string, BoundClient>;
  /** Whether its control plane can restart it. */
  readonly restarts: boolean;
  /** Further hooks that its host offers. */
  readonly hostHooks?: readonly string[];
  /** Where a counterparty may listen so that this server's calls and notifications reach it. */
  readonly notify: NotifyPlace;
  /** What a client of the control plane trusts, where that speaks TLS. */
  readonly adminTrust?: StatementTls;
}

/** Writes the statement of a served simulator, complete: `verify` and `call` need nothing else. Gives its path. */
export function writeStatement(settings: StatementSettings): string {
  const { state, simulator, notify } = settings;
  const file = join(state.directory, STATEMENT_FILE);
  const [first, second] = state.peers.map(({ partyId }) => simulator.scenarios(partyId));
  // Scenarios that are about the second party's data.
  const foreign = simulator.pack.source.scenarios
    .filter(({ plays }) => plays?.some(({ as }) => as === "foreign"))
    .map(({ id }) => id);
  const others = Object.entries(second ?? {}).filter(([id]) => foreign.includes(id));
  const bound = Object.entries({ ...first, ...Object.fromEntries(others) }).filter(
    ([, values]) => Object.keys(values).length > 0,
  );
  const exclusions = exclusionsOf(
    simulator.pack,
    settings.baseUrl,
    state.peers.map(({ algorithm }) => algorithm),
  );
  const statement = {
    name: state.role === "bank" ? "Simulated bank" : "Simulated platform",
    role: state.role,
    pack: settings.pack,
    baseUrl: settings.baseUrl,
    ...(settings.signedPrefix === undefined ? {} : { signedPrefix: settings.signedPrefix }),
    sutPartyId: simulator.identity.partyId,
    parties: state.peers.map(({ partyId, algorithm, keys, sealing }) => ({
      partyId,
      serial: keys.serial,
      algorithm,
      ...("secret" in keys ? { secret: keys.secretFile } : { privateKey: keys.privateFile }),
      ...(sealing === undefined ? {} : { sealingSecret: sealing.secretFile }),
      ...tlsOf(settings.clients?.get(partyId)),
    })),
    ...(settings.tls === undefined || Object.keys(settings.tls).length === 0 ? {} : { tls: settings.tls }),
    ...(state.own.length === 0
      ? {}
      : {
          sutKeys: state.own.map(({ serial, algorithm, publicFile }) => ({ serial, algorithm, publicKey: publicFile })),
        }),
    ...(exclusions.length === 0 ? {} : { profile: { requirements: { except: exclusions } } }),
    fixtures: Object.fromEntries(bound),
    notify: {
      listen: { host: notify.host, port: notify.port },
      publicUrl: originOf(notify),
      ...(notify.tls === undefined ? {} : { tls: notify.tls }),
    },
    hooks: {
      url: `${settings.adminUrl}/__admin/hooks`,
      token: state.token,
      ...(settings.adminTrust === undefined ? {} : { tls: settings.adminTrust }),
      supports: [...HOOKS, ...(settings.restarts ? ["restart"] : []), ...(settings.hostHooks ?? [])],
    },
  };
  // The control token and the place of private keys stand in it.
  replaceFile(file, `${JSON.stringify(statement, null, 2)}\n`, { mode: 0o600 });
  return file;
}

const tlsOf = (client: BoundClient | undefined): { readonly tls?: { readonly cert: string; readonly key: string } } =>
  client === undefined ? {} : { tls: { cert: client.cert, key: client.key } };
