import { join, relative } from "node:path";
import pc from "picocolors";
import type { Pack } from "../core/pack/compile.ts";
import type { HostedParty } from "../hosting/party.ts";
import type { ServingTls } from "../hosting/serving-tls.ts";
import { DEFAULT_PARTIES } from "../hosting/state/default-parties.ts";
import { TOKEN_FILE } from "../hosting/state/state.ts";
import type { State } from "../hosting/state/state.ts";
import { padColumns } from "./language/columns.ts";
import type { Language } from "./language/language.ts";
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

const WORDS = {
  en: {
    plays: { bank: "Simulated bank", platform: "Simulated platform" },
    labels: {
      peers: "peers",
      tls: "TLS",
      trust: "trust",
      control: "control",
      statement: "statement",
      parties: "parties",
      store: "store",
      defect: "defect",
      faults: "faults",
    },
    listening: (url: string) => ` (listening at ${url})`,
    curl: (name: string | undefined) =>
      name === undefined ? "(curl --cacert)" : `(curl --cacert, asking for ${name})`,
    onPurpose: " (this server does not conform, on purpose)",
    tryIt: "Try it:   ",
    judgeIt: "Judge it: ",
    ending: "Ctrl-C ends it.",
  },
  zh: {
    plays: { bank: "模拟银行", platform: "模拟平台" },
    labels: {
      peers: "对外地址",
      tls: "TLS",
      trust: "信任",
      control: "控制面",
      statement: "检验声明",
      parties: "参与方",
      store: "账务存储",
      defect: "缺陷",
      faults: "故障",
    },
    listening: (url: string) => `（监听于 ${url}）`,
    curl: (name: string | undefined) =>
      name === undefined ? "（curl --cacert）" : `（curl --cacert，主机名 ${name}）`,
    onPurpose: "（此服务有意不合规）",
    tryIt: "试一试：",
    judgeIt: "检验它：",
    ending: "按 Ctrl-C 结束。",
  },
} as const;

/** The banner of a served party for people: its addresses, and what to type next. */
export function banner({ pack, state, party, place, tls, defect, faults }: Welcome, language: Language): string {
  const words = WORDS[language];
  const { url, publicUrl, adminUrl, statement } = party;
  const { manifest } = pack.source;
  const file = relative(process.cwd(), statement);
  const shown = file.startsWith("..") ? statement : file;
  const provided = pack.source.interfaces.filter((one) => one.provider === state.role).map((one) => one.id);
  const example = provided.find((id) => id === "payment.create" || id === "order.query") ?? provided[0];
  const row = (label: keyof typeof words.labels, text: string): string =>
    `  ${padColumns(words.labels[label], 10)}${text}`;
  return [
    "",
    `${pc.bold(words.plays[state.role])} ${DEFAULT_PARTIES[state.role].own} ${pc.dim(`${manifest.name} ${manifest.version}, ${manifest.title[language]}`)}`,
    row("peers", `${pc.cyan(publicUrl)}${publicUrl === url ? "" : pc.dim(words.listening(url))}`),
    ...(tls === undefined ? [] : [row("tls", tls.shown)]),
    ...(tls?.statement.ca === undefined
      ? []
      : [row("trust", `${tls.statement.ca} ${pc.dim(words.curl(tls.statement.servername))}`)]),
    row("control", `${pc.cyan(`${adminUrl}/__admin/health`)} ${pc.dim(`Authorization: Bearer ${shownToken(state)}`)}`),
    row("statement", statement),
    row("parties", state.peers.map(({ partyId }) => partyId).join(", ")),
    row("store", place),
    ...(defect === undefined ? [] : [row("defect", pc.yellow(`${defect}${words.onPurpose}`))]),
    ...(faults.length === 0 ? [] : [row("faults", pc.yellow(faults.join(", ")))]),
    "",
    ...(example === undefined ? [] : [`${words.tryIt}${INVOCATION} call ${example} --sut ${shown}`]),
    `${words.judgeIt}${INVOCATION} verify ${state.role} --sut ${shown}`,
    words.ending,
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
