import { join, relative } from "node:path";
import pc from "picocolors";
import type { Pack } from "../core/pack/compile.ts";
import type { HostedParty } from "../hosting/party.ts";
import type { ServingTls } from "../hosting/serving-tls.ts";
import { DEFAULT_PARTIES } from "../hosting/state/default-parties.ts";
import { TOKEN_FILE } from "../hosting/state/state.ts";
import type { State } from "../hosting/state/state.ts";
import { INVOCATION } from "../core/run/invocation.ts";

export interface Welcome {
  readonly pack: Pack;
  readonly state: State;
  readonly party: HostedParty;
  /** The file of the store. */
  readonly place: string;
  readonly tls: ServingTls | undefined;
  /** Name of the defect that is switched on. */
  readonly defect: string | undefined;
  readonly faults: readonly string[];
}

/** The banner of a served party for people: its addresses, and what to type next. */
export function banner({ pack, state, party, place, tls, defect, faults }: Welcome): string {
  const { url, publicUrl, adminUrl, statement } = party;
  const { manifest } = pack.source;
  const file = relative(process.cwd(), statement);
  const shown = file.startsWith("..") ? statement : file;
  const provided = pack.source.interfaces.filter((one) => one.provider === state.role).map((one) => one.id);
  const example = provided.find((id) => id === "payment.create" || id === "order.query") ?? provided[0];
  const row = (label: string, text: string): string => `  ${label.padEnd(10)}${text}`;
  return [
    "",
    `${pc.bold(state.role === "bank" ? "Simulated bank" : "Simulated platform")} ${DEFAULT_PARTIES[state.role].own} ${pc.dim(`${manifest.name} ${manifest.version}, ${manifest.title.en} / ${manifest.title.zh}`)}`,
    row("peers", `${pc.cyan(publicUrl)}${publicUrl === url ? "" : pc.dim(` (listening at ${url})`)}`),
    ...(tls === undefined ? [] : [row("TLS", tls.shown)]),
    ...(tls?.statement.ca === undefined
      ? []
      : [
          row(
            "trust",
            `${tls.statement.ca} ${pc.dim(tls.statement.servername === undefined ? "(curl --cacert)" : `(curl --cacert, asking for ${tls.statement.servername})`)}`,
          ),
        ]),
    row("control", `${pc.cyan(`${adminUrl}/__admin/health`)} ${pc.dim(`Authorization: Bearer ${shownToken(state)}`)}`),
    row("statement", statement),
    row("parties", state.peers.map(({ partyId }) => partyId).join(", ")),
    row("store", place),
    ...(defect === undefined ? [] : [row("defect", pc.yellow(`${defect} (this server does not conform, on purpose)`))]),
    ...(faults.length === 0 ? [] : [row("faults", pc.yellow(faults.join(", ")))]),
    "",
    ...(example === undefined ? [] : [`Try it:   ${INVOCATION} call ${example} --sut ${shown}`]),
    `Judge it: ${INVOCATION} verify ${state.role} --sut ${shown}`,
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** A reader of a log must not hold the simulator's control plane. */
const shownToken = ({ token, directory }: State): string =>
  process.stdout.isTTY ? token : `$(cat ${join(directory, TOKEN_FILE)})`;

/** The same for a program, as one line of JSON. */
export function readyLine(
  { url, adminUrl, statement }: HostedParty,
  state: State,
  tls: ServingTls | undefined,
): string {
  return JSON.stringify({
    ready: true,
    role: state.role,
    pid: process.pid,
    url,
    adminUrl,
    statement,
    tokenFile: join(state.directory, TOKEN_FILE),
    ...(tls === undefined ? {} : { tls: tls.statement }),
  });
}
