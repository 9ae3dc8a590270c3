import type { WireExchange } from "../../core/run/finding.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { Counterparty } from "../run/scope.ts";
import type { Session } from "../session.ts";
import { contentOf, fieldsIn } from "./content.ts";
import type { Fields } from "./draft.ts";
import { readRefusal } from "./refusal.ts";

/**
 * How the counterparty answers one attempt: `ack` acknowledges, as the notification's interface says; a number is that
 * HTTP status (a redirect leads to `elsewhere`); `reset` cuts the connection; `slow` acknowledges a second too late, `unhurried` when half of the time for it is over.
 */
export type Reply = "ack" | "reset" | "slow" | "unhurried" | "elsewhere" | number;

/** Where notifications are to go, and where a redirect from there would lead. */
export interface Target {
  readonly url: string;
  readonly elsewhere: string;
}

/** One attempt of the SUT, as the counterparty saw and judged it. */
export interface Delivery {
  /** By the counterparty's clock, milliseconds since the epoch. */
  readonly at: number;
  /** Path and query. */
  readonly target: string;
  /** The notification's interface; absent when nothing was recognised. */
  readonly interface: string | undefined;
  /** Why it was not sound: the code with which it was refused. */
  readonly code: string | undefined;
  readonly detail: string | undefined;
  /** Sensitive values masked. */
  readonly body: Fields;
  /** Whom it says it is from. */
  readonly party: string | undefined;
  readonly nonce: string | undefined;
  readonly timestamp: string | undefined;
  /** Of the key that it says it is signed with. */
  readonly serial: string | undefined;
  readonly wire: WireExchange;
}

/** What the counterparty is to do wrong: a fault of the catalogue, with settings other than its own. */
export interface FaultOrder {
  readonly name: string;
  readonly settings?: Readonly<Record<string, number>>;
}

/** One call of the SUT, and what the counterparty answered. */
export interface PeerCall extends Delivery {
  /** What happened to the answer; empty: it is what the counterparty says. */
  readonly faults: readonly string[];
  /** Of which of the counterparty's doors, by its URL; absent for a call without TLS. */
  readonly door?: string;
  /** Absent when none went out. */
  readonly answer?: { readonly status: number; readonly body: Fields };
}

/** Where the counterparty shows one certificate. */
export interface Door {
  readonly url: string;
  /** How many connections were opened there, those included over which nothing was sent. */
  readonly connections: number;
}

/** Our simulator in the SUT's peer role: it takes what the SUT sends. */
export interface CounterpartyClient {
  /** A new target; one reply for each attempt, the last for all that follow. */
  target(...replies: readonly Reply[]): Target;
  /** What has arrived at a URL, oldest first. */
  deliveries(url: string): Promise<readonly Delivery[]>;
  /** What has arrived anywhere; with `sinceMs` (by its clock) not what came earlier. */
  all(sinceMs?: number): Promise<readonly Delivery[]>;
  /** Waits until so many have arrived; gives what there is when the time is over. */
  until(url: string, count: number, withinMs: number): Promise<readonly Delivery[]>;
  /** Where its interfaces begin: the peer that the SUT is told to call. */
  readonly baseUrl: string;
  /** A situation of its own that the SUT's calls can be about. Source: docs/hooks.md, which it offers too. */
  fixture(scenario: string): Promise<Fields>;
  /** Where it shows a right certificate of the authority `ca` (PEM), and where wrong ones; by name. */
  doors(): Promise<{ readonly ca: string; readonly doors: Readonly<Record<string, Door>> }>;
  /** Has the next call of an interface meet faults, all of them at once. */
  misbehave(interfaceId: string, faults: readonly FaultOrder[]): Promise<void>;
  /** Takes back what no call has met. */
  behave(): Promise<void>;
  /** The SUT's calls since, oldest first, reads too. */
  calls(sinceMs: number): Promise<readonly PeerCall[]>;
  /** Makes a further key of the SUT known to it. */
  enrol(key: { readonly serial: string; readonly algorithm: string; readonly publicPem: string }): Promise<void>;
  /** Sets its clock beside the SUT's, so that neither finds the other's timestamps strange; undefined gives it back. */
  setClock(timeMs: number | undefined): Promise<void>;
}

const POLL_MS = 50;

/** @throws CheckSkipped when no counterparty listens. */
export function counterparty(session: Session): CounterpartyClient {
  const { counterparty: where, runtime } = session.run;
  if (where === undefined)
    throw new CheckSkipped(
      { en: "no counterparty listens (notify in the statement)", zh: "没有监听的对端（声明中的 notify）" },
      "capability",
    );
  const call = (method: string, path: string, body?: Json): Promise<Json | undefined> =>
    control(runtime, where, method, path, body);
  const entries = async (query: string): Promise<readonly Journalled[]> => {
    const { requests } = (await call("GET", `/requests?limit=1000${query}`)) as unknown as {
      readonly requests: readonly Journalled[];
    };
    return requests.filter(({ direction }) => direction === "in");
  };
  const journal = async (query: string): Promise<readonly Delivery[]> =>
    (await entries(query)).filter(({ request }) => request.method !== "GET").map((entry) => delivery(entry, session));
  const deliveries = async (url: string): Promise<readonly Delivery[]> => {
    const { pathname, search } = new URL(url);
    return journal(`&target=${encodeURIComponent(pathname + search)}`);
  };
  return {
    all: (sinceMs) => journal(sinceMs === undefined ? "" : `&since=${sinceMs}`),
    deliveries,
    target: (...replies) => {
      const name = session.fresh();
      return {
        url: `${where.notifyUrl}/${replies.join(".")}/${name}`,
        elsewhere: `${where.notifyUrl}/elsewhere/${name}`,
      };
    },
    until: async (url, count, withinMs) => {
      const deadline = runtime.now() + withinMs;
      for (;;) {
        const found = await deliveries(url);
        if (found.length >= count || runtime.now() >= deadline) return found;
        await session.sleep(POLL_MS);
      }
    },
    baseUrl: where.baseUrl,
    fixture: async (scenario) =>
      fieldsIn(await call("POST", "/hooks/fixtures", { scenario, party_id: session.statement.sutPartyId })),
    doors: async () => (await call("GET", "/doors")) as unknown as Awaited<ReturnType<CounterpartyClient["doors"]>>,
    misbehave: async (interfaceId, faults) => {
      for (const { name, settings = {} } of faults)
        await call("POST", "/faults", { name, settings, interface: interfaceId, times: 1 });
    },
    behave: async () => void (await call("DELETE", "/faults")),
    calls: async (sinceMs) =>
      (await entries(`&since=${sinceMs}`)).map((entry) => peerCall(entry, session, where.baseUrl)),
    enrol: async ({ serial, algorithm, publicPem }) =>
      void (await call("POST", "/hooks/keys", {
        party_id: session.statement.sutPartyId,
        serial,
        algorithm,
        public_key: publicPem,
      })),
    setClock: async (timeMs) =>
      void (await call("POST", "/clock", timeMs === undefined ? { reset: true } : { now: timeMs })),
  };
}

/** One call of the counterparty's control plane. @throws CheckInconclusive when it refuses. */
async function control(
  { transport }: Runtime,
  where: Counterparty,
  method: string,
  path: string,
  body: Json | undefined,
): Promise<Json | undefined> {
  const answer = await transport.send({
    method,
    url: `${where.adminUrl}/__admin${path}`,
    headers: [
      ["Authorization", `Bearer ${where.token}`],
      ["Content-Type", "application/json"],
    ],
    body: body === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body)),
    timeoutMs: 10_000,
  });
  const text = new TextDecoder().decode(answer.body);
  if (answer.status > 299)
    throw new CheckInconclusive({
      en: `our counterparty answered ${answer.status} to ${method} ${path}: ${text}`,
      zh: `对端对 ${method} ${path} 返回 ${answer.status}`,
    });
  return text === "" ? undefined : (JSON.parse(text) as Json);
}

/** A journal entry, as `/__admin/requests` shows it. */
interface Journalled {
  readonly direction: "in" | "out";
  readonly at: number;
  readonly duration_ms: number;
  readonly interface?: string;
  readonly code?: string;
  readonly faults: readonly string[];
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
  };
  readonly response?: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    readonly wire?: string;
  };
}

function peerCall(entry: Journalled, session: Session, baseUrl: string): PeerCall {
  const { response, faults, request } = entry;
  // Every door has a port of its own, and the caller names it.
  const host = request.headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const behind = host === undefined || host === new URL(baseUrl).host ? {} : { door: `https://${host}` };
  const made = delivery(entry, session);
  // An answer that the wire swallowed was never heard.
  const heard =
    response === undefined || response.wire !== undefined
      ? undefined
      : {
          ...heardRefusal(response.status, said(entry, session, "response", response.body), session),
        };
  return {
    ...made,
    ...behind,
    wire: { ...made.wire, label: `call ${entry.interface ?? "(not recognised)"}, as it arrived` },
    faults,
    ...(heard === undefined ? {} : { answer: heard }),
  };
}

/** What the SUT was told, a refusal in the form that suites read. */
function heardRefusal(
  status: number,
  body: Fields,
  { pack }: Session,
): { readonly status: number; readonly body: Fields } {
  const refusal = readRefusal(status, body, pack);
  return refusal === undefined ? { status, body } : { status: refusal.status, body: fieldsIn(refusal.json) };
}

function delivery(entry: Journalled, session: Session): Delivery {
  const { request, response } = entry;
  const { claims, body } = session.pack.envelope.readRequest({
    headers: request.headers,
    body: new TextEncoder().encode(request.body),
  });
  const one =
    entry.interface !== undefined && session.pack.hasInterface(entry.interface)
      ? session.pack.interface(entry.interface)
      : undefined;
  const detail = fieldsIn(said(entry, session, "response", response?.body)["detail"]);
  return {
    at: entry.at,
    target: request.target,
    interface: entry.interface,
    code: entry.code,
    detail: typeof detail["issue"] === "string" ? `${String(detail["field"] ?? "")}: ${detail["issue"]}` : undefined,
    body: fieldsIn(contentOf(body, one?.request.representation ?? "json")),
    party: claims.party,
    nonce: claims.nonce,
    timestamp: claims.timestamp,
    serial: claims.serial,
    wire: {
      label: `notification ${entry.interface ?? "(not recognised)"}, as it arrived`,
      request: {
        method: request.method,
        url: request.target,
        headers: request.headers,
        body: request.body,
        bodyEncoding: "utf8",
      },
      ...(response === undefined
        ? {}
        : {
            response: {
              status: response.status,
              headers: response.headers,
              body: response.body,
              bodyEncoding: "utf8" as const,
            },
          }),
      startedAt: entry.at,
      durationMs: entry.duration_ms,
    },
  };
}

/** The fields of a body as the journal shows it, in the format that its interface has for it. */
function said(entry: Journalled, session: Session, part: "request" | "response", text: string | undefined): Fields {
  const one =
    entry.interface !== undefined && session.pack.hasInterface(entry.interface)
      ? session.pack.interface(entry.interface)
      : undefined;
  return fieldsIn(contentOf(new TextEncoder().encode(text ?? ""), one?.[part].representation ?? "json"));
}
