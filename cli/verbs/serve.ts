import { availableParallelism } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import type { Pack } from "../../core/pack/compile.ts";
import type { Role } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { maskAccountNumbers } from "../../core/redaction/mask.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { freePort } from "../../hosting/free-port.ts";
import { httpUrl } from "../../hosting/http-url.ts";
import type { FrugalStart } from "../frugal-start.ts";
import { compileRead, packReference, readPack } from "../../hosting/packs.ts";
import { LOOPBACK, hostParty } from "../../hosting/party.ts";
import type { PartySettings } from "../../hosting/party.ts";
import { DEFAULT_PARTIES } from "../../hosting/state/default-parties.ts";
import { outboundProxy } from "../../hosting/outbound-proxy.ts";
import { readPeer } from "../../hosting/peer.ts";
import type { NamedPeer } from "../../hosting/peer.ts";
import { servingTls } from "../../hosting/serving-tls.ts";
import type { ServingTls, TlsFlags } from "../../hosting/serving-tls.ts";
import { adminTls } from "../../hosting/admin-tls.ts";
import { callingTls } from "../../hosting/calling-tls.ts";
import type { CallingFlags } from "../../hosting/calling-tls.ts";
import { originOf, registeredTarget } from "../../hosting/registered-target.ts";
import { identityOf } from "../../hosting/state/identity.ts";
import { defaultStateDirectory, openState } from "../../hosting/state/state.ts";
import { openQuestionNote } from "../open-question-note.ts";
import { openStore } from "../../hosting/store.ts";
import { FAULTS } from "../../simulator/faults/index.ts";
import { MAX_IN_FLIGHT } from "../../simulator/simulator.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import { basePath, collected, port, roleOf, wholeNumber } from "../argument.ts";
import { banner, readyLine } from "../banner.ts";
import { examples } from "../examples.ts";
import type { ExchangeFile } from "../exchange-file.ts";
import { logExchanges } from "../exchange-log.ts";
import type { FollowedJournal } from "../exchange-log.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { aborted, interruptible } from "../interrupt.ts";
import { nameOneOf } from "../name-one-of.ts";

interface ServeFlags extends TlsFlags, CallingFlags {
  readonly pack: string;
  readonly port: number;
  readonly adminPort?: number;
  readonly notifyPort?: number;
  readonly host: string;
  readonly adminHost?: string;
  readonly publicUrl?: string;
  readonly basePath?: string;
  readonly store?: string;
  readonly state?: string;
  readonly peer?: string;
  readonly notifyAllow?: readonly string[];
  readonly fault?: readonly string[];
  readonly defect?: string;
  readonly algorithm?: readonly string[];
  readonly drills?: true;
  readonly maxInFlight?: number;
  readonly seed?: number;
  readonly testMode: boolean;
  readonly json?: true;
  readonly log?: string;
  readonly quiet?: true;
}

/** A start that spares nothing: for those who only ask what the verb is. */
const ANY_START: FrugalStart = { collect: () => {}, ready: () => {} };

export function addServe(program: Command, start: FrugalStart = ANY_START): void {
  const command = program
    .command("serve")
    .summary("play the bank or the platform")
    .description(
      "Plays the bank or the platform until Ctrl-C. The first start makes keys and a statement (sut.json) in the\nstate directory; later starts use them again.",
    )
    .argument("<bank|platform>", "the role that it plays")
    .option("--pack <name|folder>", "the interface specification", "cooperation");
  addAddressOptions(command);
  addTlsOptions(command);
  command
    .option("--state <dir>", "keys, statement and store (default: .liantiao/<role>)")
    .option("--store <file|memory>", "where the books are kept (default: store.sqlite in the state directory)")
    .option(
      "--algorithm <token>",
      "what the statement's parties sign with (default: the pack's first); given twice, the second party's differs",
      collected,
    )
    .option(
      "--peer <url|statement>",
      "the other side: it may be notified; with its statement, its keys are enrolled too",
    )
    .option("--notify-allow <prefix>", "URL prefix that notifications may go to; may be repeated", collected)
    .option(
      "--fault <name>",
      "switch a fault on from the start; may be repeated (`liantiao faults list` shows them)",
      collected,
    )
    .option(
      "--defect <name>",
      "serve a nonconforming variant, to try the suites (docs/catalogue/defects.md lists them)",
    )
    .option("--drills", "offer the control hooks of drills; a line that they trouble then stands ahead of the port")
    .option(
      "--max-in-flight <n>",
      `calls under way at once; what comes beyond is refused as overload (default: ${MAX_IN_FLIGHT})`,
      wholeNumber(1, 1_000_000),
    )
    .option("--seed <n>", "make everything random repeatable", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option("--no-test-mode", "refusals of a signature do not explain themselves")
    .option("--json", "print one machine-readable line when ready, and nothing else")
    .option("--log <file>", "append every exchange to a file, one JSON document a line, sensitive fields masked")
    .option("--quiet", "print no line for each exchange")
    .addHelpText(
      "after",
      examples(
        "serve bank",
        "serve bank --peer http://127.0.0.1:9080 --fault latency",
        "serve platform --port 9080 --admin-port 9081 --peer .liantiao/bank/sut.json",
        "serve bank --port 0 --store memory --json",
        "serve bank --port 8443 --tls-cert bank.pem --tls-key bank.key.pem",
      ),
    )
    .action((role: string, flags: ServeFlags, self: Command) => serve(role, flags, languageOf(self), start));
}

function addAddressOptions(command: Command): void {
  command
    .option("--port <n>", "port that peers reach; 0 takes any free one", port, 8080)
    .option(
      "--admin-port <n>",
      "port of the control plane, on loopback (default: 8081, or any free one with --port 0)",
      port,
    )
    .option(
      "--notify-port <n>",
      "where `verify` will listen for calls and notifications (default: 8090 for a bank and 9090 for a platform, or any free one with --port 0)",
      port,
    )
    .option("--host <address>", "address to listen on", LOOPBACK)
    .option(
      "--public-url <url>",
      "where peers reach it, for the statement and the addresses of bills, such as https://gateway.example/bank; a path in it is served as well",
    )
    .option(
      "--base-path <path>",
      "serve below this path alone, such as /bank/v1; signatures cover it (default: the path of --public-url, and without it)",
      basePath,
    )
    .option(
      "--admin-host <address>",
      `address of the control plane (default: ${LOOPBACK}, this machine alone); any other is served with --tls-cert only`,
    );
}

function addTlsOptions(command: Command): void {
  addServingOptions(command);
  command
    .option("--call-ca <file>", "authority that it trusts when it calls and notifies, in place of the host's")
    .option("--call-cert <file>", "certificate that it shows when it calls and notifies (mutual TLS)")
    .option("--call-key <file>", "private key of --call-cert")
    .option(
      "--notify-tls-cert <file>",
      "certificate with which `verify` will listen for calls and notifications, in HTTPS",
    )
    .option("--notify-tls-key <file>", "private key of --notify-tls-cert")
    .option(
      "--notify-tls-client-ca <file>",
      "`verify` will take only connections with a certificate of this authority, that of --call-cert",
    );
}

function addServingOptions(command: Command): void {
  command
    .option("--tls-cert <file>", "serve HTTPS with this certificate (PEM; what issued it may follow in the same file)")
    .option("--tls-key <file>", "private key of --tls-cert (PEM, without a passphrase)")
    .option(
      "--tls-ca <file>",
      "authority that clients are to trust, for the statement (default: the one in --tls-cert)",
    )
    .option("--tls-client-ca <file>", "take only clients with a certificate of this authority (mutual TLS)")
    .option(
      "--tls-client-cert <file>",
      "client certificate for the statement, so that `verify` and `call` can show one",
    )
    .option("--tls-client-key <file>", "private key of --tls-client-cert")
    .option(
      "--tls-client <party=cert,key>",
      "client certificate of a party: only its connections may carry what the party signs; may be repeated",
      collected,
    );
}

async function serve(roleText: string, flags: ServeFlags, language: Language, start: FrugalStart): Promise<void> {
  const role = roleOf(roleText);
  // Read only where one is asked for: a server at rest would hold all of them.
  const defects = flags.defect === undefined ? undefined : await import("../served-defect.ts");
  const defect = defects?.defectOf(flags.defect ?? "", role);
  for (const name of flags.fault ?? []) nameOneOf(FAULTS, name, { en: "fault", zh: "故障" }, "--fault");
  const source = readPack(flags.pack, process.cwd(), "--pack");
  start.collect();
  const pack = compileRead(source);
  const tls = servingTls(flags, flags.host, Date.now());
  const calling = callingTls(flags, Date.now());
  const tokens = algorithmsOf(flags.algorithm ?? [], pack);
  if (defect !== undefined) defects?.refuseInvisibleDefect(defect, flags, tokens, pack);
  const peer = flags.peer === undefined ? undefined : readPeer(flags.peer, pack, DEFAULT_PARTIES[role].own);
  const destination =
    flags.log === undefined ? undefined : (await import("../exchange-file.ts")).openExchangeFile(flags.log);
  const state = openState(flags.state ?? defaultStateDirectory(role), role, pack, tokens);
  const notify = { host: LOOPBACK, port: await notifyPort(role, flags), ...calling.counterparty };
  const prefixes = [...notifyPrefixes(flags, peer), `${originOf(notify)}/`];

  const open = new AsyncDisposableStack();
  const interrupt = interruptible();
  try {
    const runtime = liveRuntime({
      signingThreads: availableParallelism(),
      ...outboundProxy(),
      tls: { ...peer?.tls, ...calling.calls },
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    });
    open.defer(() => runtime.close());
    let place = "";
    let follow: (simulator: Simulator) => void = () => {};
    const party = await hostParty({
      pack,
      packReference: packReference(flags.pack),
      state,
      identity: identityOf(state, prefixes, peer, registeredTarget(pack.source, notify), tls?.clients),
      runtime,
      openStore: () => {
        const opened = openStore(flags.store, state.directory, runtime.defer);
        place = opened.place;
        return opened.store;
      },
      // A store in memory ends with its simulator, so a restart would find nothing.
      restarts: flags.store !== "memory",
      ...(defect === undefined ? {} : { wrappers: defect }),
      options: simulatorOptions(flags),
      ...addressesOf(flags, tls, language),
      notify,
      onStart: (simulator) => {
        for (const name of flags.fault ?? []) simulator.switchboard.switchOn({ name });
        follow(simulator);
      },
    });
    open.defer(() => party.close());
    console.log(
      flags.json === true
        ? readyLine(party, state, tls)
        : banner({ pack, state, party, place, tls, defect: defect?.name, faults: flags.fault ?? [] }, language),
    );
    for (const note of [...notesOf(tls), ...openQuestionNote(source)]) console.error(pc.yellow(note[language]));
    const followed = followExchanges(flags, pack, destination);
    open.defer(() => followed.end());
    follow = followed.follow;
    follow(party.simulator);
    start.ready();
    await aborted(interrupt.signal);
  } finally {
    // What was opened last is closed first: no exchange may meet a closed store.
    await open.disposeAsync();
    interrupt.release();
  }
  if (flags.json !== true) console.log(pc.dim(STOPPED[language]));
}

type Addresses =
  | "drills"
  | "hostname"
  | "port"
  | "tls"
  | "publicUrl"
  | "basePath"
  | "adminHost"
  | "adminTls"
  | "adminPort"
  | "onUnreadable";

/** Where it is reached, and over what. @throws UserError */
function addressesOf(
  flags: ServeFlags,
  tls: ServingTls | undefined,
  language: Language,
): Pick<PartySettings, Addresses> {
  const admin = adminTls(flags.adminHost, tls);
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(admin === undefined ? {} : { adminTls: admin }),
    drills: flags.drills === true,
    hostname: flags.host,
    port: flags.port,
    ...(flags.publicUrl === undefined
      ? {}
      : { publicUrl: httpUrl(flags.publicUrl, "--public-url").href.replace(/\/$/, "") }),
    ...(flags.basePath === undefined ? {} : { basePath: flags.basePath }),
    ...(flags.adminHost === undefined ? {} : { adminHost: flags.adminHost }),
    adminPort: flags.adminPort ?? (flags.port === 0 ? 0 : 8081),
    onUnreadable: (error) => {
      const refused: Bilingual = {
        en: `a request that is no HTTP was refused: ${error.message}`,
        zh: `已拒绝一个不是 HTTP 的请求：${error.message}`,
      };
      if (flags.json !== true) console.error(pc.yellow(refused[language]));
    },
  };
}

/** Where notifications may go besides to our counterparty: what the command line allows, and the peer that it names. */
const notifyPrefixes = ({ notifyAllow = [] }: ServeFlags, peer: NamedPeer | undefined): readonly string[] => [
  ...notifyAllow.map((prefix) => httpUrl(prefix, "--notify-allow").href),
  ...(peer === undefined ? [] : [peer.prefix]),
];

const STOPPED: Bilingual = { en: "stopped; the books are closed in good order", zh: "已停止；账务已有序关闭" };

/** What a person has to know of a server that runs. */
const notesOf = (tls: ServingTls | undefined): readonly Bilingual[] =>
  (tls?.missing ?? []).map(({ en, zh }) => ({ en: `TLS: ${en}`, zh: `TLS：${zh}` }));

function simulatorOptions({ testMode, maxInFlight }: ServeFlags): NonNullable<PartySettings["options"]> {
  return {
    testMode,
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    onInternalError: (error) =>
      console.error(
        pc.red("the simulator failed:"),
        maskAccountNumbers(String(error instanceof Error ? error.stack : error)),
      ),
  };
}

/** Prints and logs each exchange of the simulator that is followed, as the flags ask for. */
function followExchanges(
  { json, quiet }: ServeFlags,
  pack: Pack,
  file: ExchangeFile | undefined,
): { follow(simulator: Simulator): void; end(): Promise<void> } {
  const redact = redaction(pack.source);
  let followed: readonly FollowedJournal[] = [];
  /** Of simulators that a restart has ended. */
  const ending: Promise<void>[] = [];
  const unfollow = (): void => void ending.push(...followed.map((one) => one.end()));
  return {
    follow: ({ journal }) => {
      unfollow();
      followed = [
        ...(json === true || quiet === true ? [] : [logExchanges(journal, redact, (line) => console.log(line))]),
        ...(file === undefined ? [] : [file.follow(journal, redact)]),
      ];
    },
    end: async () => {
      unfollow();
      await Promise.all(ending);
      file?.end();
    },
  };
}

/** @throws UserError for a token that the pack does not know. */
function algorithmsOf(tokens: readonly string[], pack: Pack): readonly string[] {
  const known = Object.entries(pack.source.manifest.policies.envelope.algorithms).map(([name, scheme]) => ({
    name,
    scheme,
  }));
  return tokens.map((token) => nameOneOf(known, token, { en: "algorithm", zh: "签名算法" }, "--algorithm").name);
}

async function notifyPort(role: Role, flags: ServeFlags): Promise<number> {
  // Both roles may be judged on one machine at once.
  const wanted = flags.notifyPort ?? (flags.port === 0 ? 0 : role === "bank" ? 8090 : 9090);
  return wanted === 0 ? freePort(LOOPBACK) : wanted;
}
