import { timingSafeEqual, createHash } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { fieldWord, wordsOf } from "../../core/pack/words.ts";
import { maskAccountNumbers, redaction } from "../../core/redaction/redaction.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { signatureScheme } from "../../core/signature/schemes.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import { joinKey, rowCollection } from "../../core/lifecycle/rows.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import type { PeerCall } from "../caller/attempt.ts";
import { FAULTS } from "../faults/index.ts";
import { UnknownFault } from "../faults/switchboard.ts";
import { mayBeNotified } from "../notifier/target.ts";
import type { Simulator } from "../simulator.ts";
import { journalView } from "./journal-view.ts";

/** Most rows that one answer of the control plane gives. */
const LIMIT = 1000;

const OPERATE_STATUS = { done: 200, absent: 404, "not-now": 409, refusal: 409, "bad-input": 400 } as const;

/** A caller's mistake, answered with what is allowed. */
class ControlError extends Error {
  readonly status: ContentfulStatusCode;
  constructor(message: string, status: ContentfulStatusCode = 400) {
    super(message);
    this.status = status;
  }
}

export interface ControlOptions {
  readonly token: string;
  readonly onEnrol?: (key: Enrolment) => void;
  /** Ends the simulator and starts it again over the same store; absent where restarting is impossible. */
  readonly onRestart?: () => Promise<void>;
}

/**
 * The control plane: what a tester may see and do from the simulator's own side. It belongs on a loopback port of its
 * own and asks for a bearer token; the port that peers reach never serves it. Everything it shows is redacted.
 * Names follow WireMock's where they fit. The `hooks` half is the hook protocol that any SUT may offer.
 */
export function controlApp(simulator: Simulator, options: ControlOptions): Hono {
  const app = new Hono();
  const redact = redaction(simulator.pack.source);
  const expected = hash(`Bearer ${options.token}`);

  app.onError((error, context) => {
    if (error instanceof ControlError) return context.json({ error: error.message }, error.status);
    if (error instanceof UnknownFault) return context.json({ error: error.message }, 400);
    return context.json({ error: `the simulator failed: ${error.message}` }, 500);
  });
  app.notFound((context) =>
    context.json(
      { error: `there is no ${context.req.method} ${context.req.path}; see /__admin/health for what there is` },
      404,
    ),
  );
  app.use("*", async (context, next) => {
    // Hashing first makes both sides equally long, so that the comparison tells nothing by its time.
    if (!timingSafeEqual(hash(context.req.header("authorization") ?? ""), expected))
      return context.json({ error: "send the control token as: Authorization: Bearer TOKEN" }, 401);
    return next();
  });

  const admin = app.basePath("/__admin");

  admin.get("/health", (context) =>
    context.json({
      status: "ok",
      role: simulator.role,
      party_id: simulator.identity.partyId,
      pack: {
        name: simulator.pack.source.manifest.name,
        version: simulator.pack.source.manifest.version,
        digest: simulator.pack.source.digest,
      },
      now: new Date(simulator.clock.runtime.now()).toISOString(),
      clock_offset_ms: simulator.clock.offsetMs,
      exchanges: simulator.journal.total,
      faults: simulator.switchboard.active,
      memory: { rss_bytes: process.memoryUsage().rss },
      resources: [
        "health",
        "metrics",
        "requests",
        "reset",
        "clock",
        "faults",
        "keys",
        "ledger",
        "notifications",
        "scenarios",
        "rows",
        "operate",
        "hooks",
      ],
    }),
  );

  admin.get("/metrics", (context) => {
    const lines = [
      "# HELP liantiao_exchanges_total Exchanges seen (in) and made (out).",
      "# TYPE liantiao_exchanges_total counter",
    ];
    for (const [label, count] of Object.entries(simulator.journal.counts)) {
      const [direction, id, status, code] = label.split(" ");
      lines.push(
        `liantiao_exchanges_total{direction="${direction}",interface="${id}",status="${status}",code="${code}"} ${count}`,
      );
    }
    lines.push(
      "# TYPE process_resident_memory_bytes gauge",
      `process_resident_memory_bytes ${process.memoryUsage().rss}`,
    );
    return context.text(`${lines.join("\n")}\n`);
  });

  admin.get("/requests", (context) => {
    const limit = Math.min(LIMIT, wholeNumber(context.req.query("limit") ?? "100", "limit"));
    const { interface: wanted, target } = context.req.query();
    const since = wholeNumber(context.req.query("since") ?? "0", "since");
    const entries = simulator.journal
      .entries()
      .filter(
        (entry) =>
          entry.at >= since &&
          (wanted === undefined || entry.interface === wanted) &&
          (target === undefined || entry.request.target === target),
      );
    return context.json({
      total: simulator.journal.total,
      requests: entries.slice(Math.max(0, entries.length - limit)).map((entry) => journalView(entry, redact)),
    });
  });
  admin.delete("/requests", (context) => {
    simulator.journal.clear();
    return context.body(null, 204);
  });

  admin.post("/reset", async (context) => {
    await reset(simulator);
    return context.body(null, 204);
  });

  admin.get("/clock", (context) =>
    context.json({ now: simulator.clock.runtime.now(), offset_ms: simulator.clock.offsetMs }),
  );
  admin.post("/clock", async (context) => context.json(moveClock(simulator, await body(context))));

  admin.get("/faults", (context) =>
    context.json({
      active: simulator.switchboard.active,
      available: FAULTS.map(({ name, title, settings }) => ({ name, title, settings })),
    }),
  );
  admin.post("/faults", async (context) => {
    const order = await body(context);
    if (typeof order["name"] !== "string")
      throw new ControlError(`"name" is missing; faults: ${FAULTS.map(({ name }) => name).join(", ")}`);
    const ids = simulator.pack.source.interfaces.map(({ id }) => id);
    // A fault that waits for an interface which never comes would look like a fault that does nothing.
    if (order["interface"] !== undefined && order["interface"] !== "*" && !ids.includes(String(order["interface"])))
      throw new ControlError(
        `the pack has no interface "${String(order["interface"])}"; it has: ${ids.join(", ")}, or * for all`,
      );
    return context.json(
      simulator.switchboard.switchOn(order as unknown as Parameters<typeof simulator.switchboard.switchOn>[0]),
      201,
    );
  });
  admin.delete("/faults/:name", (context) =>
    context.json({ switched_off: simulator.switchboard.switchOff(context.req.param("name")) }),
  );
  admin.delete("/faults", (context) => context.json({ switched_off: simulator.switchboard.switchOff() }));

  admin.get("/keys", (context) =>
    context.json({
      own: simulator.identity.ownKeys.map(({ serial, algorithm, publicPem }) => ({
        serial,
        algorithm,
        public_key: publicPem,
      })),
      enrolled: simulator.identity.peers.map(({ record, keys }) => ({
        ...record,
        keys: keys.map(({ serial, algorithm, key, from, until }) => ({
          serial,
          algorithm,
          public_key: key.pem,
          ...shownMoment("from", from),
          ...shownMoment("until", until),
        })),
      })),
    }),
  );
  admin.post("/keys", async (context) => {
    const enrolment = readEnrolment(await body(context), simulator);
    await enrol(simulator, enrolment);
    options.onEnrol?.(enrolment);
    return context.json(
      { enrolled: enrolment.party_id, serial: enrolment.serial, scenarios: simulator.scenarios(enrolment.party_id) },
      201,
    );
  });

  admin.get("/ledger", async (context) => {
    const accounts = await rows(simulator, "account");
    const totals: Record<string, number> = {};
    for (const { key, value } of accounts) {
      const [account = "", currency = ""] = key.split("/").map(decodeURIComponent);
      const kind = simulator.pack.source.manifest.accounts[account.slice(0, account.indexOf(":"))];
      const { posted } = value as { posted: number };
      totals[currency] = (totals[currency] ?? 0) + (kind?.normal === "debit" ? posted : -posted);
    }
    return context.json(
      redact.json({
        // Debits less credits: zero for every currency, or the books are wrong.
        balance_of_books: totals,
        accounts: accounts.map(({ key, value }) => ({
          account: maskAccountNumbers(decodeURIComponent(key.split("/")[0] ?? "")),
          currency: key.split("/")[1],
          ...(value as object),
        })),
      }) as Json,
    );
  });

  admin.get("/notifications", async (context) =>
    context.json({
      waiting: (await rows(simulator, "outbox")).map(({ value }) => redact.json(value)) as Json,
      given_up: (await rows(simulator, "outbox-ended")).map(({ value }) => redact.json(value)) as Json,
    }),
  );

  admin.get("/scenarios", (context) =>
    context.json(
      Object.fromEntries(
        simulator.identity.peers.map(({ record }) => [record.party_id, simulator.scenarios(record.party_id)]),
      ),
    ),
  );

  admin.get("/rows/:resource", async (context) => {
    const resource = known(simulator, context.req.param("resource"));
    return context.json({
      rows: (await rows(simulator, rowCollection(resource))).map(({ key, value }) => ({
        key: shownKey(simulator, resource, key, redact),
        row: redact.json(value),
      })) as Json,
    });
  });

  admin.post("/operate", async (context) => {
    const order = await body(context);
    const resource = known(simulator, String(order["resource"]));
    const { key, input } = order;
    if (key !== undefined && !Array.isArray(key))
      throw new ControlError(
        `"key" must be the list of the row's key: [${simulator.pack.lifecycle(resource).key.join(", ")}]; leave it out where the transition makes the row`,
      );
    const result = await simulator.operate({
      resource,
      transition: String(order["transition"]),
      ...(key === undefined ? {} : { key: joinKey(key as string[]) }),
      ...(typeof input === "object" && input !== null ? { input: input as Readonly<Record<string, Json>> } : {}),
    });
    return context.json(redact.json(result) as Json, OPERATE_STATUS[result.kind]);
  });

  const hooks = admin.basePath("/hooks");
  hooks.post("/reset", async (context) => {
    await reset(simulator);
    return context.body(null, 204);
  });
  hooks.post("/clock", async (context) => {
    setClock(simulator, await body(context));
    return context.body(null, 204);
  });
  hooks.post("/restart", async (context) => {
    if (options.onRestart === undefined)
      throw new ControlError("nothing here can restart the simulator; serve it with a store on disk", 404);
    await options.onRestart();
    return context.body(null, 204);
  });
  hooks.post("/sms-code", async (context) => {
    const wanted = await body(context);
    const code = await smsCode(simulator, String(wanted["party_id"]), String(wanted["binding_id"]));
    if (code === undefined)
      throw new ControlError(`party ${String(wanted["party_id"])} has no binding ${String(wanted["binding_id"])}`, 404);
    return context.json({ sms_code: code });
  });
  hooks.post("/fixtures", async (context) => {
    const wanted = await body(context);
    const partyId =
      typeof wanted["party_id"] === "string"
        ? wanted["party_id"]
        : (simulator.identity.peers[0]?.record.party_id ?? "");
    const { copy } = wanted;
    if (copy !== undefined && (typeof copy !== "number" || !Number.isInteger(copy) || copy < 1))
      throw new ControlError(`"copy" is ${JSON.stringify(copy)}; it must be a whole number from 1`);
    const bound = await simulator.situation(partyId, String(wanted["scenario"]), copy);
    if (bound === undefined)
      throw new ControlError(
        `party ${partyId} has no scenario "${String(wanted["scenario"])}"${copy === undefined ? "" : `, or no copy ${copy} of it`}; it has: ${Object.keys(simulator.scenarios(partyId)).join(", ")}`,
        404,
      );
    return context.json(bound);
  });
  hooks.post("/keys", async (context) => {
    // A test's key: it is gone when the server is.
    await enrol(simulator, readEnrolment(await body(context), simulator));
    return context.body(null, 204);
  });
  hooks.post("/rotate", async (context) => {
    rotate(simulator, await body(context));
    return context.body(null, 204);
  });
  hooks.post("/call", async (context) =>
    context.json(redact.json(await simulator.call(readCall(await body(context), simulator))) as Json),
  );
  return app;
}

const shownMoment = (name: string, ms: number | undefined): Readonly<Record<string, string>> =>
  ms === undefined ? {} : { [name]: new Date(ms).toISOString() };

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The rotate hook of docs/hooks.md: a successor for each key that we sign with, or the first ones again. */
function rotate({ identity, pack, clock }: Simulator, order: Readonly<Record<string, Json>>): void {
  const { from, until } = order;
  if (from === null) return identity.rotate([]);
  const moment = (name: string, value: Json | undefined): number => {
    const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms))
      throw new ControlError(
        `"${name}" must be a moment such as 2026-11-22T23:59:50+08:00${name === "from" ? ", or null for the first keys again" : ""}`,
      );
    return ms;
  };
  const effectiveAt = moment("from", from);
  const end = until === undefined ? undefined : moment("until", until);
  if (effectiveAt < clock.runtime.now())
    throw new ControlError(`"from" is ${String(from)}, which is past; a key is listed before it signs`);
  // Earlier successors are removed first; otherwise a successor would follow a key that is no longer listed.
  identity.rotate([]);
  identity.rotate(
    identity.ownKeys.map(({ algorithm }) => {
      const scheme = signatureScheme(pack.source.manifest.policies.envelope.algorithms[algorithm] ?? "");
      const { privatePem, publicPem } = scheme.generate();
      return {
        serial: `${identity.partyId}-${hash(publicPem).toString("hex").slice(0, 16)}`,
        algorithm,
        key: scheme.privateKey(privatePem),
        publicPem,
        effectiveAt,
      };
    }),
    end,
  );
}

/** The call hook of docs/hooks.md. */
function readCall(order: Readonly<Record<string, Json>>, { pack, role, identity }: Simulator): PeerCall {
  const { interface: id, party_id: party, url, data, ca } = order;
  const callable = pack.source.interfaces
    .filter((one) => one.provider !== role && one.notification === undefined)
    .map((one) => one.id);
  if (typeof id !== "string" || !callable.includes(id))
    throw new ControlError(
      `"interface" must be one that the peer provides and that no event sends by itself: ${callable.join(", ")}`,
    );
  if (typeof party !== "string" || identity.peer(party) === undefined)
    throw new ControlError(
      `"party_id" must be an enrolled party: ${identity.peers.map(({ record }) => record.party_id).join(", ")}`,
    );
  if (typeof url !== "string" || !/^https?:\/\/[^/?#]+(?:\/[^?#]*[^/?#])?$/.test(url) || !URL.canParse(url))
    throw new ControlError(`"url" must be the peer's base URL, without a slash at its end`);
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new ControlError(`"data" must be an object: the fields of path, query and body`);
  if (ca !== undefined && (typeof ca !== "string" || !ca.includes("-----BEGIN CERTIFICATE-----")))
    throw new ControlError(`"ca" must be a certificate in PEM`);
  return { interface: id, party, url, data: data as PeerCall["data"], ...(ca === undefined ? {} : { ca }) };
}

/** A party's key as it is enrolled from outside. */
export interface Enrolment {
  readonly party_id: string;
  readonly serial: string;
  readonly algorithm: string;
  readonly public_key: string;
  /** The moments between which the key is good, RFC 3339; absent: always. */
  readonly from?: string;
  readonly until?: string;
  readonly notify_prefixes: readonly string[];
  readonly notify_url?: string;
}

function readEnrolment(order: Readonly<Record<string, Json>>, simulator: Simulator): Enrolment {
  const text = (name: string): string => {
    const value = order[name];
    if (typeof value !== "string" || value === "")
      throw new ControlError(
        `"${name}" is missing; an enrolment has party_id, serial, algorithm, public_key (PEM), and may have from, until, notify_prefixes and notify_url`,
      );
    return value;
  };
  if (!/^[0-9A-Za-z_.-]{1,64}$/.test(text("party_id")))
    throw new ControlError(
      `"party_id" is "${text("party_id")}"; allowed are up to 64 letters, digits, "_", "." and "-"`,
    );
  // It stands in quotes in a header.
  if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text("serial")))
    throw new ControlError(
      `"serial" must be up to 128 visible ASCII characters without quotes, blanks and backslashes`,
    );
  const { algorithms } = simulator.pack.source.manifest.policies.envelope;
  const algorithm = text("algorithm");
  if (algorithms[algorithm] === undefined)
    throw new ControlError(`algorithm "${algorithm}" is not one of the pack's: ${Object.keys(algorithms).join(", ")}`);
  const moment = (name: "from" | "until"): { readonly [key in typeof name]?: string } => {
    const value = order[name];
    if (value === undefined) return {};
    if (typeof value !== "string" || Number.isNaN(Date.parse(value)))
      throw new ControlError(`"${name}" must be a moment such as 2026-11-22T23:59:50+08:00`);
    return { [name]: value };
  };
  const prefixes = order["notify_prefixes"] ?? [];
  if (!Array.isArray(prefixes) || !prefixes.every((one) => typeof one === "string" && URL.canParse(one)))
    throw new ControlError(`"notify_prefixes" must be a list of absolute URLs`);
  const target = order["notify_url"];
  const registered = [
    ...(simulator.identity.peer(text("party_id"))?.record.notify_prefixes ?? []),
    ...(prefixes as string[]),
  ];
  if (target !== undefined && (typeof target !== "string" || !mayBeNotified(target, registered))) {
    throw new ControlError(
      `"notify_url" must be an http or https URL under one of "notify_prefixes" (${registered.join(", ") || "none given"}); nothing else is ever notified`,
    );
  }
  return {
    party_id: text("party_id"),
    serial: text("serial"),
    algorithm,
    public_key: text("public_key"),
    notify_prefixes: prefixes as string[],
    ...moment("from"),
    ...moment("until"),
    ...(typeof order["notify_url"] === "string" ? { notify_url: order["notify_url"] } : {}),
  };
}

/** Enrols a key: a new party, or one more key of a party that is known. Throws with what is wrong with the key. */
export async function enrol(simulator: Simulator, enrolment: Enrolment): Promise<void> {
  const scheme = signatureScheme(
    simulator.pack.source.manifest.policies.envelope.algorithms[enrolment.algorithm] ?? "",
  );
  let key;
  try {
    key = scheme.publicKey(enrolment.public_key);
  } catch (error) {
    throw new ControlError(`the public key cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
  const before = simulator.identity.peer(enrolment.party_id);
  const index = before?.record.index ?? String(simulator.identity.peers.length + 1).padStart(2, "0");
  await simulator.enrol({
    record: {
      party_id: enrolment.party_id,
      index,
      notify_prefixes: [...new Set([...(before?.record.notify_prefixes ?? []), ...enrolment.notify_prefixes])],
      ...((enrolment.notify_url ?? before?.record.notify_url)
        ? { notify_url: enrolment.notify_url ?? before?.record.notify_url ?? "" }
        : {}),
    },
    keys: [
      ...(before?.keys ?? []).filter(({ serial }) => serial !== enrolment.serial),
      {
        serial: enrolment.serial,
        algorithm: enrolment.algorithm,
        key,
        ...(enrolment.from === undefined ? {} : { from: Date.parse(enrolment.from) }),
        ...(enrolment.until === undefined ? {} : { until: Date.parse(enrolment.until) }),
      },
    ],
  });
}

async function body(context: Context): Promise<Readonly<Record<string, Json>>> {
  const value: unknown = await context.req.json().catch(() => undefined);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError("the body must be a JSON object");
  return value as Readonly<Record<string, Json>>;
}

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ControlError(`"${name}" must be a whole number, not "${text}"`);
  return Number(text);
}

function known(simulator: Simulator, resource: string): string {
  const names = simulator.pack.source.lifecycles.map((lifecycle) => lifecycle.resource);
  if (!names.includes(resource))
    throw new ControlError(`there is no resource "${resource}"; the pack has: ${names.join(", ")}`, 404);
  return resource;
}

function moveClock(simulator: Simulator, order: Readonly<Record<string, Json>>): { now: number; offset_ms: number } {
  const { clock } = simulator;
  if (typeof order["advance_seconds"] === "number") clock.advance(order["advance_seconds"] * 1000);
  else if (typeof order["now"] === "number") clock.advance(order["now"] - clock.runtime.now());
  else if (order["reset"] === true) clock.reset();
  else throw new ControlError(`say {"advance_seconds": N}, {"now": MILLISECONDS} or {"reset": true}`);
  return { now: clock.runtime.now(), offset_ms: clock.offsetMs };
}

/** The clock hook of docs/hooks.md: a moment, a step forward, or back to the host's clock. */
function setClock(simulator: Simulator, order: Readonly<Record<string, Json>>): void {
  const { clock } = simulator;
  const { now, advanceSeconds } = order;
  if (typeof advanceSeconds === "number" && Number.isFinite(advanceSeconds)) clock.advance(advanceSeconds * 1000);
  else if (now === null) clock.reset();
  else if (typeof now === "string" && !Number.isNaN(Date.parse(now)))
    clock.advance(Date.parse(now) - clock.runtime.now());
  else throw new ControlError(`say {"now": "2026-11-22T23:59:50+08:00"}, {"advanceSeconds": N} or {"now": null}`);
}

/** Switches off faults and clears the journal; money and orders stay, as they would at a bank. */
async function reset(simulator: Simulator): Promise<void> {
  simulator.switchboard.switchOff();
  simulator.journal.clear();
  simulator.clock.reset();
}

async function rows(
  simulator: Simulator,
  collection: string,
): Promise<readonly { readonly key: string; readonly value: Json }[]> {
  return simulator.store.transact(function* (): Unit<{ key: string; value: Json }[]> {
    const work = new Workspace();
    const found = yield* work.scan({ collection, from: "", below: "~", limit: LIMIT });
    return work.outcome(found.keys.map((key, index) => ({ key, value: found.values[index] as Json })));
  });
}

/** A row's key with those of its parts masked that are sensitive fields. */
function shownKey(simulator: Simulator, resource: string, key: string, redact: Redaction): string {
  const names = simulator.pack.lifecycle(resource).key;
  const parts = key.split("/").map((part, index) => [names[index] ?? String(index), decodeURIComponent(part)]);
  return Object.values(redact.json(Object.fromEntries(parts)) as Record<string, string>).join("/");
}

async function smsCode(simulator: Simulator, partyId: string, bindingId: string): Promise<string | undefined> {
  const row = await simulator.store.transact(function* (): Unit<Json | undefined> {
    const work = new Workspace();
    return work.outcome(yield* work.get(rowCollection("binding"), joinKey([partyId, bindingId])));
  });
  const code = (row as Readonly<Record<string, Json>> | undefined)?.[
    fieldWord(wordsOf(simulator.pack.source.manifest), "sms_code")
  ];
  return typeof code === "string" ? code : undefined;
}
