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
import { FAULTS } from "../../simulator/faults/index.ts";
import { simulatorWith } from "../../simulator/defects/simulator-with.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import { gathered, httpUrl, port, roleOf, wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";
import { logExchanges, openExchangeLog, writeExchanges } from "../exchange-log.ts";
import { freePort } from "../free-port.ts";
import { aborted, interruptible } from "../interrupt.ts";
import { INVOCATION } from "../invocation.ts";
import { beginLife } from "../life.ts";
import { fromFlag, listen } from "../listen.ts";
import { nameOneOf } from "../near-name.ts";
import { openPack, packReference } from "../packs.ts";
import { readPeer } from "../peer.ts";
import { CAST } from "../state/cast.ts";
import { identityOf } from "../state/identity.ts";
import { forgetRunning, noteRunning } from "../state/running.ts";
import { defaultStateDirectory, keepEnrolment, openState } from "../state/state.ts";
import type { State } from "../state/state.ts";
import { writeStatement } from "../state/statement-file.ts";
import { openStore } from "../store.ts";

interface ServeFlags {
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
  readonly seed?: number;
  readonly testMode: boolean;
  readonly json?: true;
  readonly log?: string;
  readonly quiet?: true;
}

/** The control plane, and the notifications of a test run, stay on this machine. */
const LOOPBACK = "127.0.0.1";

export function addServe(program: Command): void {
  program.command("serve")
    .summary("play the bank or the platform")
    .description("Plays the bank or the platform until Ctrl-C. The first start makes keys and a statement (sut.json) in the\nstate directory; later starts use them again.")
    .argument("<role>", "bank or platform")
    .option("--pack <name|folder>", "the interface specification", "cooperation")
    .option("--port <n>", "port that peers reach; 0 takes any free one", port, 8080)
    .option("--admin-port <n>", "port of the control plane, on loopback (default: 8081, or any free one with --port 0)", port)
    .option("--notify-port <n>", "where `verify` will listen for calls and notifications (default: 8090 for a bank and 9090 for a platform, or any free one with --port 0)", port)
    .option("--host <address>", "address to listen on", LOOPBACK)
    .option("--state <dir>", "keys, statement and store (default: .liantiao/<role>)")
    .option("--store <file|memory>", "where the books are kept (default: store.sqlite in the state directory)")
    .option("--peer <url|statement>", "the other side: it may be notified; with its statement, its keys are enrolled too")
    .option("--notify-allow <prefix>", "URL prefix that notifications may go to; may be repeated", gathered)
    .option("--fault <name>", "switch a fault on from the start; may be repeated (`liantiao faults list` shows them)", gathered)
    .option("--defect <name>", "serve a nonconforming variant, to try the suites (the README lists them)")
    .option("--seed <n>", "make everything random repeatable", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option("--no-test-mode", "refusals of a signature do not explain themselves")
    .option("--json", "print one machine-readable line when ready, and nothing else")
    .option("--log <file>", "append every exchange to a file, one JSON document a line, sensitive fields masked")
    .option("--quiet", "print no line for each exchange")
    .addHelpText("after", examples("serve bank", "serve bank --peer http://127.0.0.1:9080 --fault latency", "serve platform --port 9080 --admin-port 9081 --peer .liantiao/bank/sut.json", "serve bank --port 0 --store memory --json"))
    .action(serve);
}

async function serve(roleText: string, flags: ServeFlags): Promise<void> {
  const role = roleOf(roleText);
  const defect = flags.defect === undefined ? undefined : nameOneOf(DEFECTS.filter((one) => one.role === role), flags.defect, "defect", "--defect");
  for (const name of flags.fault ?? []) nameOneOf(FAULTS, name, "fault", "--fault");
  const pack = openPack(flags.pack, process.cwd(), "--pack");
  const peer = flags.peer === undefined ? undefined : readPeer(flags.peer, pack);
  const allowed = (flags.notifyAllow ?? []).map((prefix) => httpUrl(prefix, "--notify-allow").href);
  const destination = flags.log === undefined ? undefined : openExchangeLog(flags.log);
  const state = openState(flags.state ?? defaultStateDirectory(role), role, pack);
  const notify = { host: LOOPBACK, port: await notifyPort(role, flags) };
  const prefixes = [...allowed, ...(peer === undefined ? [] : [peer.prefix]), `http://${notify.host}:${notify.port}/`];

  const ends: (() => unknown)[] = [];
  const interrupt = interruptible();
  try {
    const runtime = liveRuntime({ signingThreads: availableParallelism(), ...(flags.seed === undefined ? {} : { seed: flags.seed }) });
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
      make: (store, baseUrl) => simulatorWith(defect, {
        pack, role, runtime, identity, baseUrl, store,
        testMode: flags.testMode,
        onDefect: (error) => console.error(pc.red("the simulator failed:"), maskAccountNumbers(String(error instanceof Error ? error.stack : error))),
      }),
      hostname: flags.host, port: flags.port,
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
    const admin = await listen({ app: standing, hostname: LOOPBACK, port: flags.adminPort ?? (flags.port === 0 ? 0 : 8081) }, fromFlag("--admin-port"));
    ends.push(() => admin.close());

    const statement = writeStatement({ state, simulator: life.simulator, pack: packReference(flags.pack), baseUrl, adminUrl: admin.url, notify, restarts: flags.store !== "memory" });
    noteRunning(state.directory, { pid: process.pid, url: baseUrl, adminUrl: admin.url });
    ends.push(() => forgetRunning(state.directory));

    if (flags.json === true) {
      console.log(JSON.stringify({ ready: true, role, pid: process.pid, url: baseUrl, adminUrl: admin.url, statement, token: state.token }));
    } else {
      console.log(banner({ pack, state, baseUrl, adminUrl: admin.url, statement, place, ...(defect === undefined ? {} : { defect: defect.name }), faults: flags.fault ?? [] }));
    }
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
  readonly defect?: string;
  readonly faults: readonly string[];
}

function banner({ pack, state, baseUrl, adminUrl, statement, place, defect, faults }: Welcome): string {
  const { manifest } = pack.source;
  const file = relative(process.cwd(), statement);
  const shown = file.startsWith("..") ? statement : file;
  const example = state.role === "bank" ? "payment.create" : "order.query";
  const row = (label: string, text: string): string => `  ${label.padEnd(10)}${text}`;
  return [
    "",
    `${pc.bold(state.role === "bank" ? "Simulated bank" : "Simulated platform")} ${CAST[state.role].own} ${pc.dim(`${manifest.name} ${manifest.version}, ${manifest.title.en} / ${manifest.title.zh}`)}`,
    row("peers", pc.cyan(baseUrl)),
    row("control", `${pc.cyan(`${adminUrl}/__admin/health`)} ${pc.dim(`Authorization: Bearer ${state.token}`)}`),
    row("statement", shown),
    row("parties", state.peers.map(({ partyId }) => partyId).join(", ")),
    row("store", place),
    ...(defect === undefined ? [] : [row("defect", pc.yellow(`${defect} (this server does not conform, on purpose)`))]),
    ...(faults.length === 0 ? [] : [row("faults", pc.yellow(faults.join(", ")))]),
    "",
    `Try it:   ${INVOCATION} call ${example} --sut ${shown}`,
    `Judge it: ${INVOCATION} verify ${state.role} --sut ${shown}`,
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}
