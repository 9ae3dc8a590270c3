import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCounterparty } from "../hosting/counterparty.ts";
import { freePort } from "../hosting/free-port.ts";
import { LOOPBACK, hostParty } from "../hosting/party.ts";
import type { PartySettings } from "../hosting/party.ts";
import { openStatement } from "../hosting/statement.ts";
import { registeredTarget } from "../hosting/registered-target.ts";
import { identityOf } from "../hosting/state/identity.ts";
import { openState } from "../hosting/state/state.ts";
import type { State } from "../hosting/state/state.ts";
import { certificateDigestOf } from "../core/signature/certificate.ts";
import { compilePack } from "../core/pack/compile.ts";
import type { Pack } from "../core/pack/compile.ts";
import { loadPack } from "../core/pack/load.ts";
import type { PackSource, Role } from "../core/pack/types.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import type { LiveRuntime } from "../core/runtime/live.ts";
import { certificateAuthority } from "../core/runtime/certificate.ts";
import type { CheckFinished, PreflightFinished, RunEvent } from "../core/run/event.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { createMemoryDisk, memoryStore } from "../simulator/store/memory.ts";
import type { Effort } from "../suites/effort.ts";
import { preflight } from "../suites/preflight/preflight.ts";
import { openRun } from "../suites/run/open.ts";
import type { Job } from "../suites/run/open.ts";
import { runPlanned } from "../suites/run/runner.ts";
import { runNonce } from "../suites/run/scope.ts";
import { Session } from "../suites/session.ts";
import type { HookName } from "../suites/statement/statement.ts";
import { enrolLater } from "./later-parties.ts";

/*
 * A variant of the simulator, served on loopback and judged over HTTP, in one process: what `serve` and `verify` do,
 * without what makes them programs. The judge keeps the pack as it is on disk, whatever the variant plays.
 */

const SPECS = fileURLToPath(new URL("../specs/", import.meta.url));
export const PACK_FOLDER = `${SPECS}cooperation`;

/**
 * The modules of the reference pack that a variant claims where it names none. What most trials are about is about
 * payments; further modules would make each of them longer, and have trials of their own.
 */
export const PAYMENT_MODULES = ["account", "keys", "payment", "payout", "reconciliation"] as const;

/** The other modules of the reference pack. */
export const FURTHER_MODULES: readonly string[] =
  loadPack(PACK_FOLDER)
    .modules?.map(({ name }) => name)
    .filter((name) => !(PAYMENT_MODULES as readonly string[]).includes(name)) ?? [];

export interface Variant {
  readonly role: Role;
  /** The folder of the pack by which it is judged; default the reference pack. */
  readonly packFolder?: string;
  /** The rules that are played; default those by which it is judged. */
  readonly pack?: PackSource;
  readonly wrappers?: Wrappers;
  /**
   * Which of the pack's schemes the parties sign with; default its first. Where signatures are not the matter, a fast
   * one saves most of the time.
   */
  readonly scheme?: string;
  /** Served over TLS, by an authority of the trial's own. */
  readonly tls?: boolean;
  /** Over TLS, each of its parties has a client certificate that is bound to it. */
  readonly clients?: boolean;
  /** Calls that are taken at once. */
  readonly maxInFlight?: number;
  /** It offers the hooks of drills. */
  readonly drills?: boolean;
  /** Hooks that it does not offer. */
  readonly without?: readonly HookName[];
  /** Interfaces that its statement claims; default all of its modules. */
  readonly interfaces?: readonly string[];
  /** Modules of the pack that its statement claims; default all but those that the reference pack has beside payments. */
  readonly modules?: readonly string[];
  /** The path below which alone it is served. */
  readonly basePath?: string;
  /** Its statement names parties that were enrolled while it ran, rather than those that it knows from its start. */
  readonly enrolsLater?: boolean;
  /** What its statement says otherwise than the simulator wrote it. */
  readonly restated?: (statement: StatementFile) => StatementFile;
  /** Two runs may judge it at the same time, each with a counterparty of its own. */
  readonly forTwo?: boolean;
}

export interface JudgeOptions {
  /** Globs over ids of checks, cases or requirements, in the order in which they are judged. Absent: the whole plan. */
  readonly only?: string;
  readonly seed?: number;
  readonly effort?: Effort;
  /** What the statement says otherwise in this judgement: an address with something in front of the SUT, a limit. */
  readonly statement?: Readonly<Record<string, unknown>>;
  /** The second counterparty of a variant that is for two. */
  readonly second?: boolean;
  /** Told of each event of the run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Which planned lines are worth running; by id of the line. */
  readonly wanted?: (id: string) => boolean;
  /** Lines with a lower number come first. Laws stay last. */
  readonly order?: (id: string) => number;
  /** Told of each line's end; true stops the run. */
  readonly stopAfter?: (finished: CheckFinished) => boolean;
}

export interface Trial {
  /** What the variant itself reported: an exception inside of it. */
  readonly crashes: readonly unknown[];
  readonly baseUrl: string;
  readonly statementFile: string;
  /** Its statement as the file has it. */
  readonly statement: unknown;
  /** Our counterparty, which listens while the trial is open. */
  readonly counterparty: Job["counterparty"];
  judge(options: JudgeOptions): Promise<readonly CheckFinished[]>;
  /** Looks at what pre-flight looks at; `before` does something with the SUT first. */
  preflight(
    options: Pick<JudgeOptions, "statement"> & { readonly before?: (session: Session) => Promise<unknown> },
  ): Promise<readonly PreflightFinished[]>;
  close(): Promise<void>;
}

/** Key pairs take longer to make than everything else, so one process makes them once for each role. */
const keyFolders = new Map<string, string>();

function keysOf(role: Role, pack: Pack): string {
  const name = `${role}-${Object.values(pack.source.manifest.policies.envelope.algorithms)[0] ?? ""}`;
  const known = keyFolders.get(name);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), `liantiao-keys-${name}-`));
  openState(folder, role, pack);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  keyFolders.set(name, folder);
  return folder;
}

/** The pack with one of its schemes named first, which is the one that keys are made for. */
function preferring(source: PackSource, scheme: string | undefined): PackSource {
  const { policies } = source.manifest;
  const algorithms = Object.fromEntries(
    Object.entries(policies.envelope.algorithms).toSorted(
      ([, left], [, right]) => Number(right === scheme) - Number(left === scheme),
    ),
  );
  return {
    ...source,
    manifest: { ...source.manifest, policies: { ...policies, envelope: { ...policies.envelope, algorithms } } },
  };
}

/** Packs of `specs` by folder and scheme, compiled once: each of a trial's two parties would take as long as a short trial. */
const compiledPacks = new Map<string, Pack>();

/** The pack in a folder, with one of its schemes named first. Of other folders there may be a thousand, which are not kept. */
function packIn(folder: string, scheme?: string): Pack {
  const name = `${folder} ${scheme ?? ""}`;
  const pack = compiledPacks.get(name) ?? compilePack(preferring(loadPack(folder), scheme));
  if (folder.startsWith(SPECS)) compiledPacks.set(name, pack);
  return pack;
}

/** The rules that a variant plays. */
const packOf = ({ pack, packFolder = PACK_FOLDER, scheme }: Variant): Pack =>
  pack === undefined ? packIn(packFolder, scheme) : compilePack(preferring(pack, scheme));

/** Long beside the time in which a burst arrives at a busy process. */
const DISK_MS = 50;

const AUTHORITY_FILE = "ca.pem";

/** A certificate for loopback, in `folder` the authority that issued it, and those of clients of the parties of `state`. */
function certified(folder: string, state: State | undefined): NonNullable<PartySettings["tls"]> {
  const authority = certificateAuthority();
  writeFileSync(join(folder, AUTHORITY_FILE), authority.cert);
  const server = authority.issue({ names: ["localhost"] });
  if (state === undefined) return { server, statement: { ca: AUTHORITY_FILE } };
  const clients = new Map(
    state.peers.map(({ partyId }) => {
      const issued = authority.issue({ commonName: partyId });
      const [cert, key] = [join(folder, `${partyId}.client.pem`), join(folder, `${partyId}.client.key.pem`)];
      writeFileSync(cert, issued.cert);
      writeFileSync(key, issued.key);
      return [partyId, { cert, key, digest: certificateDigestOf(issued.cert) }] as const;
    }),
  );
  const [shown] = clients.values();
  return {
    server: { ...server, clientCa: authority.cert },
    statement: { ca: AUTHORITY_FILE, ...(shown === undefined ? {} : { cert: shown.cert, key: shown.key }) },
    clients,
  };
}

/** The parts of a statement's file that variants change. */
export interface StatementFile {
  readonly parties: readonly Readonly<Record<string, string>>[];
  readonly fixtures: Readonly<Record<string, unknown>>;
  readonly hooks: { readonly supports: readonly HookName[] };
  readonly profile?: { readonly interfaces?: readonly string[]; readonly modules?: readonly string[] };
}

/** What a variant claims of its pack. */
function claimOf({ interfaces, modules, packFolder }: Variant): NonNullable<StatementFile["profile"]> {
  // By the pack that it is judged by, whatever it plays.
  const known = loadPack(packFolder ?? PACK_FOLDER).modules?.map(({ name }) => name);
  const claimed = modules ?? known?.filter((name) => !FURTHER_MODULES.includes(name));
  return {
    ...(interfaces === undefined ? {} : { interfaces }),
    ...(claimed === undefined ? {} : { modules: claimed }),
  };
}

/** The statement as a variant has it: with fewer hooks, claiming a part of the pack, of other parties or fixtures. */
function restate(file: string, variant: Variant): void {
  const { without = [], restated } = variant;
  const { hooks, ...statement } = JSON.parse(readFileSync(file, "utf8")) as StatementFile;
  const changed = (restated ?? ((same) => same))({
    ...statement,
    hooks: { ...hooks, supports: hooks.supports.filter((name) => !without.includes(name)) },
    profile: { ...statement.profile, ...claimOf(variant) },
  });
  writeFileSync(file, JSON.stringify(changed));
}

/** A free port may be taken by another process before the counterparty listens on it. */
const ATTEMPTS = 3;

export async function openTrial(variant: Variant): Promise<Trial> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToOpen(variant);
    } catch (cause) {
      if (attempt === ATTEMPTS || !String(cause).includes("in use")) throw cause;
    }
  }
}

const freePlace = async () => ({ host: LOOPBACK, port: await freePort(LOOPBACK) }) as const;

async function tryToOpen(variant: Variant): Promise<Trial> {
  const { role, wrappers, maxInFlight, packFolder = PACK_FOLDER } = variant;
  const pack = packOf(variant);
  const open = new AsyncDisposableStack();
  const crashes: unknown[] = [];
  try {
    const folder = mkdtempSync(join(tmpdir(), "liantiao-trial-"));
    open.defer(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(keysOf(role, pack), "keys"), join(folder, "keys"), { recursive: true });
    const state = openState(folder, role, pack);
    const [notify, second] = [await freePlace(), await freePlace()] as const;
    const prefixes = [notify, second].map(({ host, port }) => `http://${host}:${port}/`);
    const tls = variant.tls === true ? certified(folder, variant.clients === true ? state : undefined) : undefined;
    const runtime = liveRuntime();
    open.defer(() => runtime.close());
    const disk = createMemoryDisk();
    const registered = registeredTarget(pack.source, notify);
    const party = await hostParty({
      pack,
      packReference: packFolder,
      state,
      identity: identityOf(state, prefixes, undefined, registered, tls?.clients),
      runtime,
      // Where there is a limit, calls have to last: a disk that takes no time would leave none under way.
      openStore: () =>
        memoryStore({ disk, ...(maxInFlight === undefined ? {} : { flush: () => runtime.sleep(DISK_MS) }) }),
      restarts: true,
      drills: variant.drills === true,
      ...(wrappers === undefined ? {} : { wrappers }),
      options: {
        ...(maxInFlight === undefined ? {} : { maxInFlight }),
        onInternalError: (error) => void crashes.push(error),
      },
      hostname: LOOPBACK,
      port: 0,
      ...(variant.basePath === undefined ? {} : { basePath: variant.basePath }),
      adminPort: 0,
      ...(tls === undefined ? {} : { tls }),
      notify,
    });
    open.defer(() => party.close());
    const later = { state, pack, prefixes, registered };
    restate(
      party.statement,
      variant.enrolsLater === true ? { ...variant, restated: await enrolLater(party.simulator, later) } : variant,
    );
    const job = await withPeer(open, runtime, packFolder, party.statement);
    const otherJob =
      variant.forTwo === true
        ? await withPeer(
            open,
            runtime,
            packFolder,
            stated(party.statement, { notify: { listen: second, publicUrl: `http://${second.host}:${second.port}` } }),
          )
        : job;
    return {
      crashes,
      statementFile: party.statement,
      statement: JSON.parse(readFileSync(party.statement, "utf8")),
      counterparty: job().counterparty,
      baseUrl: openStatement(party.statement).statement.baseUrl,
      close: () => open.disposeAsync(),
      ...judging(job, otherJob),
    };
  } catch (cause) {
    await open.disposeAsync();
    throw cause;
  }
}

/**
 * Looks at a SUT, and judges it: a judgement knows the numbers of the pre-flight ahead of it as its own, as in a run, and
 * those of the judgements that ended before it, of which something may still come about.
 */
function judging(job: () => Sut, otherJob: () => Sut): Pick<Trial, "judge" | "preflight"> {
  let begunAt: number | undefined;
  const ended: string[] = [];
  return {
    judge: async (options) => {
      const sut = options.second === true ? otherJob() : job();
      const startedAt = begunAt ?? sut.startedAt;
      begunAt = undefined;
      const lines = await judge(options, { ...sut, startedAt, nonces: [...ended] });
      ended.push(runNonce(options.seed ?? USUAL_SEED, "checks", startedAt));
      return lines;
    },
    preflight: (options) => {
      const sut = job();
      begunAt = sut.startedAt;
      return lookedAt(options, sut);
    },
  };
}

/** What a run of a statement is made of, with a counterparty that closes with the trial. */
async function withPeer(
  open: AsyncDisposableStack,
  runtime: LiveRuntime,
  packDirectory: string,
  statementFile: string,
): Promise<() => Sut> {
  const compiled = packDirectory.startsWith(SPECS) ? packIn(packDirectory) : undefined;
  const peer = await startCounterparty(openStatement(statementFile), compiled);
  if (peer !== undefined) open.defer(() => peer.close());
  return () => ({
    packDirectory,
    statementFile,
    startedAt: runtime.now(),
    ...(peer === undefined ? {} : { counterparty: peer.counterparty }),
  });
}

/** The statement, or one beside it that says something otherwise. */
function stated(file: string, changes: JudgeOptions["statement"]): string {
  if (changes === undefined) return file;
  const changed = join(dirname(file), `${randomUUID()}.json`);
  writeFileSync(changed, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...changes }));
  return changed;
}

type Sut = Omit<Job, "logFile" | "seed" | "effort" | "only">;

async function lookedAt(
  { statement, before }: Parameters<Trial["preflight"]>[0],
  sut: Sut,
): Promise<readonly PreflightFinished[]> {
  const seen: PreflightFinished[] = [];
  const run = await openRun(
    { ...sut, statementFile: stated(sut.statementFile, statement), seed: 7, effort: "smoke" },
    "preflight",
    () => {},
  );
  try {
    await before?.(new Session(run.scope, "before", new AbortController().signal));
    await preflight(run.scope, (event) => void seen.push(event));
    return seen;
  } finally {
    run.close();
  }
}

/** What a judgement draws from where it is not told. */
const USUAL_SEED = 7;

/** Runs the planned lines that are wanted, in their order, and gives how each ended. */
async function judge(options: JudgeOptions, sut: Sut): Promise<readonly CheckFinished[]> {
  const { wanted = () => true, order = () => 0, stopAfter = () => false, onEvent = () => {} } = options;
  const run = await openRun(
    {
      ...sut,
      statementFile: stated(sut.statementFile, options.statement),
      seed: options.seed ?? USUAL_SEED,
      effort: options.effort ?? "standard",
      ...(options.only === undefined ? {} : { only: options.only }),
    },
    "checks",
    onEvent,
  );
  const finished: CheckFinished[] = [];
  try {
    const lines = run.plan.filter(({ id, skip }) => skip === undefined && wanted(id));
    const rank = new Map(
      lines.map((line) => [line, line.check.when === "end" ? Number.MAX_SAFE_INTEGER : order(line.id)]),
    );
    const planned = new Set(lines.map(({ id }) => id));
    for (const line of lines.toSorted((left, right) => (rank.get(left) ?? 0) - (rank.get(right) ?? 0))) {
      const end = await runPlanned(line, {
        scope: run.scope,
        stop: new AbortController().signal,
        deadline: undefined,
        planned,
      });
      finished.push(end);
      if (stopAfter(end)) break;
    }
  } finally {
    run.close();
  }
  return finished;
}
