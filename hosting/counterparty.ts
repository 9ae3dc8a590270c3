import { randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { compilePack } from "../core/pack/compile.ts";
import type { Pack } from "../core/pack/compile.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { pairScheme } from "../core/signature/schemes.ts";
import { controlApp } from "../simulator/control/control.ts";
import { Identity } from "../simulator/identity/identity.ts";
import { belowBasePath, packRouter } from "../simulator/pipeline/router.ts";
import { createSimulator } from "../simulator/simulator.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { memoryStore } from "../simulator/store/memory.ts";
import type { Counterparty, TurnedAway } from "../suites/run/scope.ts";
import { acknowledging } from "./acknowledging.ts";
import { counterpartyTls } from "./counterparty-tls.ts";
import { openDoors } from "./doors.ts";
import type { Doors } from "./doors.ts";
import { AGAIN, listen } from "./listen.ts";
import type { AddressSource } from "./listen.ts";
import { notificationsAnywhere } from "./notification-router.ts";
import { sealingKeysOf } from "../suites/wire/signer.ts";
import { Scripts } from "./scripts.ts";
import type { OpenedStatement } from "./statement.ts";
import { isMeant, withoutStrays } from "./strays.ts";

export interface RunningCounterparty {
  /** Plain data, for the worker that runs the checks. */
  readonly counterparty: Counterparty;
  close(): Promise<void>;
}

/** Where a counterparty of this statement hears notifications, whichever process plays it; undefined without one. */
export const notifyUrlOf = ({ notify }: OpenedStatement["statement"]): string | undefined =>
  notify === undefined ? undefined : notifyUrlAt(notify.publicUrl);

const notifyUrlAt = (publicUrl: string): string => `${publicUrl.replace(/\/$/, "")}/notify`;

/**
 * Plays the SUT's peer during a run, and receives what the SUT sends at the address in the statement. It is the simulator
 * of the other role with its whole pipeline (signature, freshness, schema, journal, faults) and the usual seeds. It
 * acknowledges every sound notification without looking up the order, because the suites placed the orders. It sends no
 * notifications: the SUT learns the outcome of a call from the answer, or by a query. `compiled` is the statement's pack, where
 * the caller has it ready.
 */
export async function startCounterparty(
  opened: OpenedStatement,
  compiled?: Pack,
): Promise<RunningCounterparty | undefined> {
  const { statement, source } = opened;
  if (statement.notify === undefined) return undefined;
  const { listen: place, publicUrl } = statement.notify;
  const runtime = liveRuntime();
  const store = memoryStore();
  const baseUrl = publicUrl.replace(/\/$/, "");
  const notifyUrl = notifyUrlAt(publicUrl);
  const pack = compiled ?? compilePack(source);
  const role = statement.role === "bank" ? "platform" : "bank";
  const router = belowBasePath(new URL(baseUrl).pathname.replace(/\/$/, ""), packRouter(pack, role));
  const scripts = new Scripts(notifyUrl);
  const acknowledger = acknowledging(
    createSimulator({
      pack,
      role,
      router,
      identity: identityOf(opened),
      runtime,
      store,
      baseUrl: () => publicUrl,
      deliver: false,
    }),
    notificationsAnywhere(pack, role, router, sealingKeysOf(opened.signers)),
    notifyUrl,
    scripts,
  );
  const tls =
    statement.notify.tls === undefined ? undefined : counterpartyTls(statement.notify.tls, opened.file, Date.now());
  const { sutPartyId, sutKeys } = statement;
  const serials = sutKeys.map(({ serial }) => serial);
  const simulator = withoutStrays(
    acknowledger,
    isMeant({ policies: source.manifest.policies, notifyUrl, sutPartyId, serials }),
  );
  await simulator.start();
  const token = randomBytes(24).toString("hex");
  const server = await listen(
    { app: simulator.app, hostname: place.host, port: place.port, ...tls?.listening },
    FROM_STATEMENT,
  );
  const doors = await openDoors(simulator.app, { hostname: place.host, publicHost: new URL(baseUrl).hostname });
  const control = controlOf(simulator, { token, doors, scripts, turnedAway: tls?.turnedAway ?? [] });
  const admin = await listen(
    { app: control, hostname: "127.0.0.1", port: 0 },
    { where: "the counterparty's control port", next: AGAIN },
  );
  const visit = tls === undefined ? {} : { visit: tls.visit };
  return {
    counterparty: { notifyUrl, baseUrl, adminUrl: admin.url, token, ...visit },
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

/** Where the address of a counterparty comes from. */
const FROM_STATEMENT: AddressSource = {
  where: "the statement's /notify/listen/port",
  next: {
    en: "stop what uses the port, or correct notify.listen and notify.publicUrl in the statement",
    zh: "请停止占用该端口的程序，或更正声明中的 notify.listen 与 notify.publicUrl",
  },
};

/** What the control plane of a counterparty tells and orders beside that of a simulator. */
interface Controlled {
  readonly token: string;
  readonly doors: Doors;
  readonly scripts: Scripts;
  readonly turnedAway: readonly TurnedAway[];
}

/** The control plane of a simulator, and beside it what is the counterparty's own: its doors, and what it answers. */
function controlOf(simulator: Simulator, { token, doors, scripts, turnedAway }: Controlled): Hono {
  const control = controlApp(simulator, { token });
  control.get("/__admin/doors", (context) => context.json({ ca: doors.ca, doors: doors.doors() }));
  control.get("/__admin/turned-away", (context) => {
    const since = Number(context.req.query("since") ?? 0);
    return context.json({ turnedAway: turnedAway.filter(({ at }) => at >= since) });
  });
  control.post("/__admin/replies", async (context) => {
    const { about, replies } = await context.req.json<{
      readonly about: string;
      readonly replies: readonly string[];
    }>();
    scripts.arrange(about, replies);
    return context.body(null, 204);
  });
  return control;
}

/** The counterparty's party and key, and the SUT as its only peer. */
function identityOf({ statement, source, signers, sutKeys }: OpenedStatement): Identity {
  const [party] = statement.parties;
  const own = {
    serial: party.serial,
    algorithm: party.algorithm,
    publicPem: "",
    effectiveAt: 0,
  };
  const scheme = source.manifest.policies.envelope.algorithms[party.algorithm] ?? "";
  const pairs = "privateKey" in party.key ? [{ ...own, key: pairScheme(scheme).privateKey(party.key.privateKey) }] : [];
  // Ours is the first, with which we seal; what is told to the other parties arrives here too.
  const sealing = sealingKeysOf(signers);
  const sut = {
    // Nothing is delivered; some requests must name a target all the same.
    record: {
      party_id: statement.sutPartyId,
      index: "0001",
      notify_prefixes: statement.role === "platform" ? [`${statement.baseUrl.replace(/\/$/u, "")}/`] : [],
    },
    // What is told to the other parties arrives here too. Ours is signed with the newest secret, so our party's is last.
    keys: sutKeys
      .toSorted((left, right) => Number(left.party === party.partyId) - Number(right.party === party.partyId))
      .map(({ serial, token, key, from, until }) => ({
        serial,
        algorithm: token,
        key,
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
      })),
    ...(sealing.length === 0 ? {} : { sealing }),
  };
  return new Identity(
    party.partyId,
    pairs,
    [sut],
    statement.parties.map(({ partyId }) => partyId),
  );
}
