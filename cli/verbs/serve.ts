import { availableParallelism } from "node:os";
import { relative } from "node:path";
import type { Command } from "commander";
import { Hono } from "hono";
import pc from "picocolors";
import type { Pack } from "../../core/pack/compile.ts";
import type { Role } from "../../core/pack/types.ts";
import { maskAccountNumbers, redaction } from "../../core/redaction/redaction.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { controlApp, enrol } from "../../simulator/control/control.ts";
import { DEFECTS } from "../../simulator/defects/index.ts";
import type { Defect } from "../../simulator/defects/defect.ts";
import { FAULTS } from "../../simulator/faults/index.ts";
import { simulatorWith } from "../../simulator/defects/simulator-with.ts";
import { MAX_IN_FLIGHT } from "../../simulator/simulator.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import { gathered, httpUrl, port, roleOf, wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";
import { logExchanges, openExchangeLog, writeExchanges } from "../exchange-log.ts";
import { freePort } from "../free-port.ts";
import { aborted, interruptible } from "../interrupt.ts";
import { INVOCATION } from "../invocation.ts";
import { beginLife } from "../life.ts";
import { fromFlag, listen } from "../listen.ts";
import { nameOneOf } from "../name-one-of.ts";
import { openPack, packReference } from "../packs.ts";
import { readPeer } from "../peer.ts";
import { servingTls } from "../serving-tls.ts";
import type { ServingTls, TlsFlags } from "../serving-tls.ts";
import { CAST } from "../state/cast.ts";
import { identityOf } from "../state/identity.ts";
import { forgetRunning, noteRunning } from "../state/running.ts";
import { defaultStateDirectory, keepEnrolment, openState } from "../state/state.ts";
import type { State } from "../state/state.ts";
import { writeStatement } from "../state/statement-file.ts";
import { openStore } from "../store.ts";
import { UserError } from "../user-error.ts";

interface ServeFlags extends TlsFlags {
  readonly pack: string;
  readonly port: number;
  readonly adminPort?: number;
  readonly notifyPort?: number;
  readonly host: string;
  readonly store?: string;
  readonly state?: string;
  readonly peer?: string;
  readonly notifyAllow?: readonly string[];
  readonly fault?: readonly string[];
  readonly defect?: string;
  readonly algorithm?: readonly string[];
  readonly maxInFlight?: number;
  readonly seed?: number;
  readonly testMode: boolean;
  readonly json?: true;
  readonly log?: string;
  readonly quiet?: true;
}

/** The control plane, and the notifications of a test run, stay on this machine. */
const LOOPBACK = "127.0.0.1";

export function addServe(program: Command): void {
  program
    .command("serve")
    .summary("play the bank or the platform")
    .description(
      "Plays the bank or the platform until Ctrl-C. The first start makes keys and a statement (sut.json) in the\nstate directory; later starts use them again.",
    )
    .argument("<bank|platform>", "the role that it plays")
    .option("--pack <name|folder>", "the interface specification", "cooperation")
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
    .option("--state <dir>", "keys, statement and store (default: .liantiao/<role>)")
    .option("--store <file|memory>", "where the books are kept (default: store.sqlite in the state directory)")
    .option(
      "--algorithm <token>",
      "what the statement's parties sign with (default: the pack's first); given twice, the second party's differs",
      gathered,
    )
    .option(
      "--peer <url|statement>",
      "the other side: it may be notified; with its statement, its keys are enrolled too",
    )
    .option("--notify-allow <prefix>", "URL prefix that notifications may go to; may be repeated", gathered)
    .option(
      "--fault <name>",
      "switch a fault on from the start; may be repeated (`liantiao faults list` shows them)",
      gathered,
    )
    .option("--defect <name>", "serve a nonconforming variant, to try the suites (the README lists them)")
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
    .action(serve);
}

async function serve(roleText: string, flags: ServeFlags): Promise<void> {
  const role = roleOf(roleText);
  const defect =
    flags.defect === undefined
      ? undefined
      : nameOneOf(
          DEFECTS.filter((one) => one.role === role),
          flags.defect,
          "defect",
          "--defect",
        );
  for (const name of flags.fault ?? []) nameOneOf(FAULTS, name, "fault", "--fault");
  const pack = openPack(flags.pack, process.cwd(), "--pack");
  const tls = servingTls(flags, flags.host, Date.now());
  const tokens = algorithmsOf(flags.algorithm ?? [], pack);
  if (defect !== undefined) refuseUnseen(defect, flags, tokens, pack);
  const peer = flags.peer === undefined ? undefined : readPeer(flags.peer, pack);
  const allowed = (flags.notifyAllow ?? []).map((prefix) => httpUrl(prefix, "--notify-allow").href);
  const destination = flags.log === undefined ? undefined : openExchangeLog(flags.log);
  const state = openState(flags.state ?? defaultStateDirectory(role), role, pack, tokens);
  const notify = { host: LOOPBACK, port: await notifyPort(role, flags) };
  const prefixes = [...allowed, ...(peer === undefined ? [] : [peer.prefix]), `http://${notify.host}:${notify.port}/`];

  const ends: (() => unknown)[] = [];
  const interrupt = interruptible();
  try {
    const runtime = liveRuntime({
      signingThreads: availableParallelism(),
      ...(peer?.tls === undefined ? {} : { tls: peer.tls }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    });
    ends.push(() => runtime.close());
    const identity = identityOf(state, prefixes, peer);
    const waiting = [...state.enrolled];
    let place = "";
    let show: (simulator: Simulator) => void = () => {};
    let control = new Hono();
    const life = await beginLife({
      openStore: () => {
        const opened = openStore(flags.store, state.directory, runtime.defer);
        place = opened.place;
        return opened.store;
      },
      make: (store, baseUrl) =>
        simulatorWith(defect, {
          pack,
          role,
          runtime,
          identity,
          baseUrl,
          store,
          testMode: flags.testMode,
          ...(flags.maxInFlight === undefined ? {} : { maxInFlight: flags.maxInFlight }),
          onDefect: (error) =>
            console.error(
              pc.red("the simulator failed:"),
              maskAccountNumbers(String(error instanceof Error ? error.stack : error)),
            ),
        }),
      hostname: flags.host,
      port: flags.port,
      ...(tls === undefined ? {} : { tls: tls.server }),
      ...(defect?.listening === undefined ? {} : { listening: defect.listening }),
      onStart: async (simulator) => {
        for (const name of flags.fault ?? []) simulator.switchboard.switchOn({ name });
        // Whoever was enrolled stays so over a restart: the identity is the same.
        for (const key of waiting.splice(0)) await enrol(simulator, key);
        control = controlApp(simulator, {
          token: state.token,
          onEnrol: (key) => keepEnrolment(state.directory, key),
          // A store in memory dies with its simulator: there is nothing to come back to.
          ...(flags.store === "memory" ? {} : { onRestart: () => life.restart() }),
        });
        show(simulator);
      },
    });
    ends.push(() => life.close());
    const baseUrl = life.url;
    // The control plane outlives the simulator that it restarts.
    const standing = new Hono().all("*", (context) => control.fetch(context.req.raw));
    const admin = await listen(
      { app: standing, hostname: LOOPBACK, port: flags.adminPort ?? (flags.port === 0 ? 0 : 8081) },
      fromFlag("--admin-port"),
    );
    ends.push(() => admin.close());

    const statement = writeStatement({
      state,
      simulator: life.simulator,
      pack: packReference(flags.pack),
      baseUrl,
      adminUrl: admin.url,
      notify,
      restarts: flags.store !== "memory",
      ...(tls === undefined ? {} : { tls: tls.statement }),
    });
    noteRunning(state.directory, { pid: process.pid, url: baseUrl, adminUrl: admin.url });
    ends.push(() => forgetRunning(state.directory));

    if (flags.json === true) {
      console.log(
        JSON.stringify({
          ready: true,
          role,
          pid: process.pid,
          url: baseUrl,
          adminUrl: admin.url,
          statement,
          token: state.token,
          ...(tls === undefined ? {} : { tls: tls.statement }),
        }),
      );
    } else {
      console.log(
        banner({
          pack,
          state,
          baseUrl,
          adminUrl: admin.url,
          statement,
          place,
          ...(tls === undefined ? {} : { tls }),
          ...(defect === undefined ? {} : { defect: defect.name }),
          faults: flags.fault ?? [],
        }),
      );
    }
    for (const missing of tls?.missing ?? []) console.error(pc.yellow(`TLS: ${missing}`));
    const prints = flags.json !== true && flags.quiet !== true;
    const redact = redaction(pack.source);
    let followers: readonly (() => void)[] = [];
    const unfollow = (): void => {
      for (const stop of followers) stop();
    };
    show = (simulator) => {
      unfollow();
      followers = [
        ...(prints ? [logExchanges(simulator.journal, redact, (line) => console.log(line))] : []),
        ...(destination === undefined ? [] : [writeExchanges(simulator.journal, redact, destination)]),
      ];
    };
    show(life.simulator);
    ends.push(() => destination?.end());
    ends.push(unfollow);
    await aborted(interrupt.signal);
  } finally {
    // What was opened last is closed first: no exchange may meet a closed store.
    for (const end of ends.reverse()) await end();
    interrupt.release();
  }
  if (flags.json !== true) console.log(pc.dim("stopped; the books are closed in good order"));
}

/** @throws UserError for a token that the pack does not know. */
function algorithmsOf(tokens: readonly string[], pack: Pack): readonly string[] {
  const known = Object.entries(pack.source.manifest.policies.signature.algorithms).map(([name, scheme]) => ({
    name,
    scheme,
  }));
  return tokens.map((token) => nameOneOf(known, token, "algorithm", "--algorithm").name);
}

/** Refuses a defect that nobody could see: whoever serves it would take a pass for a hole in the suites. @throws UserError */
function refuseUnseen(
  { name, needs, pack: rules, handle }: Defect,
  flags: ServeFlags,
  tokens: readonly string[],
  pack: Pack,
): void {
  if (pack.source.manifest.means !== undefined && (rules !== undefined || handle !== undefined))
    throw new UserError(
      `the defect ${name} is written in the words of the pack cooperation, and the pack ${pack.source.manifest.name} has others`,
      {
        where: "--defect",
        allowed: DEFECTS.filter((one) => one.pack === undefined && one.handle === undefined)
          .map((one) => one.name)
          .join(", "),
        next: "give one of these, or serve the pack cooperation",
      },
    );
  if (needs?.tls === true && flags.tlsCert === undefined)
    throw new UserError(`the defect ${name} is one of TLS, and plain HTTP is served`, {
      where: "--defect",
      next: "give --tls-cert FILE --tls-key FILE too; docs/recipes/serve-tls.md shows how to make them",
    });
  if (needs?.maxInFlight !== undefined && (flags.maxInFlight ?? MAX_IN_FLIGHT) > needs.maxInFlight)
    throw new UserError(
      `the defect ${name} is one of limits, and ${flags.maxInFlight ?? MAX_IN_FLIGHT} calls at once are taken`,
      { where: "--defect", next: `give --max-in-flight ${needs.maxInFlight} too` },
    );
  const algorithms = Object.entries(pack.source.manifest.policies.signature.algorithms);
  const used = tokens.length === 0 ? algorithms.slice(0, 1).map(([token]) => token) : tokens;
  const fitting = algorithms.filter(([, scheme]) => scheme === needs?.scheme).map(([token]) => token);
  if (needs?.scheme !== undefined && !used.some((token) => fitting.includes(token)))
    throw new UserError(`the defect ${name} is one of the scheme ${needs.scheme}, and no party signs with it`, {
      where: "--defect",
      allowed: fitting.join(", "),
      next: fitting.length === 0 ? "give a pack that has this scheme" : `give --algorithm ${fitting[0]} too`,
    });
}

async function notifyPort(role: Role, flags: ServeFlags): Promise<number> {
  // Both roles may be judged on one machine at once.
  const wanted = flags.notifyPort ?? (flags.port === 0 ? 0 : role === "bank" ? 8090 : 9090);
  return wanted === 0 ? freePort(LOOPBACK) : wanted;
}

interface Welcome {
  readonly pack: Pack;
  readonly state: State;
  readonly baseUrl: string;
  readonly adminUrl: string;
  readonly statement: string;
  readonly place: string;
  readonly tls?: ServingTls;
  readonly defect?: string;
  readonly faults: readonly string[];
}

function banner({ pack, state, baseUrl, adminUrl, statement, place, tls, defect, faults }: Welcome): string {
  const { manifest } = pack.source;
  const file = relative(process.cwd(), statement);
  const shown = file.startsWith("..") ? statement : file;
  const provided = pack.source.interfaces.filter((one) => one.provider === state.role).map((one) => one.id);
  const example = provided.find((id) => id === "payment.create" || id === "order.query") ?? provided[0];
  const row = (label: string, text: string): string => `  ${label.padEnd(10)}${text}`;
  return [
    "",
    `${pc.bold(state.role === "bank" ? "Simulated bank" : "Simulated platform")} ${CAST[state.role].own} ${pc.dim(`${manifest.name} ${manifest.version}, ${manifest.title.en} / ${manifest.title.zh}`)}`,
    row("peers", pc.cyan(baseUrl)),
    ...(tls === undefined ? [] : [row("TLS", tls.shown)]),
    ...(tls?.statement.ca === undefined
      ? []
      : [
          row(
            "trust",
            `${tls.statement.ca} ${pc.dim(tls.statement.servername === undefined ? "(curl --cacert)" : `(curl --cacert, asking for ${tls.statement.servername})`)}`,
          ),
        ]),
    row("control", `${pc.cyan(`${adminUrl}/__admin/health`)} ${pc.dim(`Authorization: Bearer ${state.token}`)}`),
    row("statement", shown),
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
