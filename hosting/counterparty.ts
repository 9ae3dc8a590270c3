import { randomBytes } from "node:crypto";
import type { ExpressionHost } from "../core/expression/scope.ts";
import type { CallResult } from "../core/lifecycle/engine.ts";
import { compilePack } from "../core/pack/compile.ts";
import type { Pack } from "../core/pack/compile.ts";
import type { Interface } from "../core/pack/types.ts";
import { maskAccountNumbers } from "../core/redaction/redaction.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { signatureScheme } from "../core/signature/schemes.ts";
import { controlApp } from "../simulator/control/control.ts";
import { wireApp } from "../simulator/http/app.ts";
import type { RawRequest, RawResponse } from "../simulator/http/raw.ts";
import { NonceBook } from "../simulator/identity/nonce-book.ts";
import { Identity } from "../simulator/identity/identity.ts";
import { Exchange } from "../simulator/pipeline/exchange.ts";
import { createSimulator } from "../simulator/simulator.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { memoryStore } from "../simulator/store/memory.ts";
import type { Counterparty } from "../suites/run/scope.ts";
import { openDoors } from "./doors.ts";
import { listen } from "./listen.ts";
import type { OpenedStatement } from "./statement.ts";

export interface RunningCounterparty {
  /** Plain data, for the worker that runs the checks. */
  readonly counterparty: Counterparty;
  close(): Promise<void>;
}

/**
 * Plays the SUT's peer during a run, and receives what the SUT sends at the address in the statement. It is the simulator
 * of the other role with its whole pipeline (signature, freshness, schema, journal, faults) and the usual seeds. It
 * acknowledges every sound notification without looking up the order, because the suites placed the orders. It sends no
 * notifications: the SUT learns the outcome of a call from the answer, or by a query.
 */
export async function startCounterparty({
  statement,
  source,
  sutKeys,
}: OpenedStatement): Promise<RunningCounterparty | undefined> {
  if (statement.notify === undefined) return undefined;
  const { listen: place, publicUrl } = statement.notify;
  const runtime = liveRuntime();
  const store = memoryStore();
  const [party] = statement.parties;
  const { algorithms } = source.manifest.policies.signature;
  const scheme = signatureScheme(algorithms[party.algorithm] ?? "");
  const own = {
    serial: party.serial,
    algorithm: party.algorithm,
    key: scheme.privateKey(party.privatePem),
    publicPem: "",
    effectiveAt: 0,
  };
  const sut = {
    record: { party_id: statement.sutPartyId, index: "01", notify_prefixes: [] },
    keys: sutKeys.map(({ serial, token, key }) => ({ serial, algorithm: token, key })),
  };
  const baseUrl = publicUrl.replace(/\/$/, "");
  const notifyUrl = `${baseUrl}/notify`;
  const simulator = scripted(
    createSimulator({
      pack: under(new URL(baseUrl).pathname.replace(/\/$/, ""), compilePack(source)),
      role: statement.role === "bank" ? "platform" : "bank",
      identity: new Identity(party.partyId, [own], [sut]),
      runtime,
      store,
      baseUrl: () => publicUrl,
      deliver: false,
    }),
    notifyUrl,
  );
  await simulator.start();
  const token = randomBytes(24).toString("hex");
  const server = await listen(
    { app: simulator.app, hostname: place.host, port: place.port },
    {
      where: "the statement's /notify/listen/port",
      next: "stop what uses the port, or correct notify.listen and notify.publicUrl in the statement",
    },
  );
  const doors = await openDoors(simulator.app, { hostname: place.host, publicHost: new URL(baseUrl).hostname });
  const control = controlApp(simulator, { token });
  control.get("/__admin/doors", (context) => context.json({ ca: doors.ca, doors: doors.doors() }));
  const admin = await listen(
    { app: control, hostname: "127.0.0.1", port: 0 },
    { where: "the counterparty's control port", next: "run it again" },
  );
  return {
    counterparty: { notifyUrl, baseUrl, adminUrl: admin.url, token },
    close: async () => {
      // The run is over, and the SUT's idle connections would keep a graceful close waiting.
      await server.abort();
      await doors.close();
      await admin.close();
      simulator.stop();
      await store.close();
      runtime.close();
    },
  };
}

/** The pack with its routes below a path: a public address may have one. */
function under(prefix: string, pack: Pack): Pack {
  return prefix === ""
    ? pack
    : {
        ...pack,
        matchRoute: (side, method, path) =>
          pack.matchRoute(side, method, path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path),
      };
}

/**
 * The simulator with a pipeline that takes a notification at any path, as a registered target may have any. It judges
 * and journals every one, and acknowledges the sound ones, unless the target itself says what to answer:
 * `{notifyUrl}/{answer}.{answer}.../{name}`, one answer for each attempt, the last one for all that follow. So checks
 * arrange each its own target, and none meets the faults of another. Answers are in `suites/wire/counterparty.ts`.
 */
function scripted(simulator: Simulator, notifyUrl: string): Simulator {
  const { pack, role, engine, identity, store, journal, switchboard, clock } = simulator;
  let arriving: Interface | undefined;
  const anyPath: Pack = {
    ...pack,
    matchRoute: (side, method, path) =>
      arriving !== undefined && arriving.provider === side && arriving.http.method === method
        ? { kind: "match", interface: arriving, parameters: {} }
        : pack.matchRoute(side, method, path),
  };
  const exchange = new Exchange({
    pack: anyPath,
    role,
    identity,
    runtime: clock.runtime,
    store,
    journal,
    switchboard,
    nonces: new NonceBook(clock.runtime.random("nonce-book")),
    engine: { ...engine, call: acknowledge },
    testMode: false,
    maxInFlight: 2000,
    onWork: () => {},
    onInternalError: (error) =>
      console.error(
        "the counterparty failed:",
        maskAccountNumbers(String(error instanceof Error ? error.stack : error)),
      ),
  });
  const attempts = new Map<string, number>();
  const acknowledgeMs = pack.source.manifest.policies.notification.acknowledgeWithinSeconds * 1000;
  const folder = new URL(notifyUrl).pathname;
  const handle = async (request: RawRequest): Promise<RawResponse> => {
    const notification = notificationOf(pack, request);
    const routed = pack.matchRoute(role, request.method, request.target.split("?")[0] ?? "");
    // Any other call is the simulator's own business, by its books.
    if (notification === undefined && routed.kind === "match" && routed.interface.notification === undefined)
      return simulator.handle(request);
    arriving = notification;
    // Without admission the pipeline routes before it first waits, so no other request comes in between.
    const judging = exchange.handle(request);
    const [, script, name] =
      /^\/([^/]+)\/([^/?]+)$/.exec(
        request.target.startsWith(`${folder}/`) ? request.target.slice(folder.length) : "",
      ) ?? [];
    if (script === undefined) return judging;
    const answers = script.split(".");
    const attempt = attempts.get(request.target) ?? 0;
    attempts.set(request.target, attempt + 1);
    const answer = answers[Math.min(attempt, answers.length - 1)] ?? "ack";
    const judged = await judging;
    if (answer === "reset") return { ...judged, wire: { kind: "reset" } };
    if (answer === "slow") await clock.runtime.sleep(acknowledgeMs + 1_000);
    if (answer === "unhurried") await clock.runtime.sleep(acknowledgeMs / 2);
    const status = /^[2-5]\d\d$/.test(answer) ? Number(answer) : undefined;
    if (status === undefined) return judged;
    const headers: [string, string][] =
      status >= 300 && status < 400
        ? [["Location", `${notifyUrl}/elsewhere/${name}`]]
        : [["Content-Type", "application/json"]];
    return {
      status,
      headers,
      body: status === 204 || (status < 400 && status >= 300) ? new Uint8Array() : new TextEncoder().encode("{}"),
    };
  };
  return { ...simulator, handle, app: wireApp(handle, pack.source.manifest.policies.limits.bodyBytes) };
}

/** Which notification a body is, by its schema. */
function notificationOf(pack: Pack, { body }: RawRequest): Interface | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  const notifications = pack.source.interfaces.filter((one) => one.notification !== undefined);
  const event = typeof value === "object" && value !== null ? (value as { readonly event?: unknown }).event : undefined;
  return (
    notifications.find((one) => pack.validators(one.id).body(value) === undefined) ??
    notifications.find((one) => typeof event === "string" && one.id.endsWith(event.replace(".", "_")))
  );
}

/** Stands in for the engine's call: no order is looked up, and nothing is kept. */
function* acknowledge(
  _work: unknown,
  { interface: called }: { readonly interface: Interface },
): Generator<never, CallResult> {
  return {
    kind: "answer",
    status: called.response.status,
    body: undefined,
    scope: { roots: {}, host: NO_HOST },
    replayed: false,
  };
}

const unused = (): never => {
  throw new Error("an acknowledgement evaluates nothing");
};

const NO_HOST: ExpressionHost = {
  currencies: [],
  fee: unused,
  get calendar() {
    return unused();
  },
  draw: unused,
  table: unused,
};
