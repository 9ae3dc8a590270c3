import { parseBounded } from "../../core/json/bounded-parse.ts";
import type { Json } from "../../core/unit/unit.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { Counterparty, TurnedAway } from "../run/scope.ts";
import type { Session } from "../session.ts";
import { decisionOn } from "../session/decisions.ts";
import { fieldsIn } from "./content.ts";
import type { Fields } from "./draft.ts";
import { deliveryOf, peerCallOf } from "./peer-exchange.ts";
import type { Delivery, PeerCall } from "./peer-exchange.ts";
import { peerJournal } from "./peer-journal.ts";
import type { Awaited as Wanted, Moment, PeerJournal, PeerReader } from "./peer-journal.ts";

export type { Delivery, PeerCall } from "./peer-exchange.ts";

/**
 * How the counterparty answers one attempt: `ack` acknowledges, as the notification's interface says; a number is that
 * HTTP status (a redirect leads to `elsewhere`); `reset` cuts the connection; `slow` acknowledges a second too late, `unhurried`
 * when half of the time for it is over; `unsigned` and `wrongly-signed` acknowledge under no signature, or under a wrong one.
 */
export type Reply = "ack" | "reset" | "slow" | "unhurried" | "unsigned" | "wrongly-signed" | "elsewhere" | number;

/** Where notifications are to go, and where a redirect from there would lead. */
export interface Target {
  readonly url: string;
  readonly elsewhere: string;
}

/** What the counterparty is to do wrong: a fault of the catalogue, with settings other than its own. */
export interface FaultOrder {
  readonly name: string;
  readonly settings?: Readonly<Record<string, number>>;
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
  /**
   * What speaks of a number of the run, wherever the SUT sends it: for notifications that go to the target which is
   * registered for the party. Replies as for `target`; its URL leads nowhere, and is good for `deliveries` and `until`.
   */
  about(number: string, ...replies: readonly Reply[]): Promise<Target>;
  /** Now, or a while ago. */
  moment(agoMs?: number): Moment;
  /** What has arrived at a URL, oldest first. */
  deliveries(url: string): Promise<readonly Delivery[]>;
  /** What has arrived anywhere; with a moment not what came earlier. */
  all(since?: Moment): Promise<readonly Delivery[]>;
  /**
   * Waits until so many have arrived, or until what has arrived is as awaited; gives what there is when the time is
   * over.
   */
  until(
    url: string,
    awaited: number | ((arrived: readonly Delivery[]) => boolean),
    withinMs: number,
  ): Promise<readonly Delivery[]>;
  /** Where its interfaces begin: the peer that the SUT is told to call. */
  readonly baseUrl: string;
  /** A situation of its own that the SUT's calls can be about. Source: docs/hooks.md, which it offers too. */
  fixture(scenario: string): Promise<Fields>;
  /** Has its people take a decision about a row of which some fields are known. */
  decide(decision: string, known: Fields): Promise<void>;
  /** Where it shows a right certificate of the authority `ca` (PEM), and where wrong ones; by name. */
  doors(): Promise<{ readonly ca: string; readonly doors: Readonly<Record<string, Door>> }>;
  /** Has the next call of an interface that is about a number meet faults, all of them at once. */
  misbehave(interfaceId: string, number: string, faults: readonly FaultOrder[]): Promise<void>;
  /** Takes back what no call has met. */
  behave(): Promise<void>;
  /** The SUT's calls since, oldest first, reads too. */
  calls(since: Moment): Promise<readonly PeerCall[]>;
  /** Waits until they are as awaited; gives what there is when the time is over. */
  callsUntil(
    since: Moment,
    awaited: (calls: readonly PeerCall[]) => boolean,
    withinMs: number,
  ): Promise<readonly PeerCall[]>;
  /** Makes a further key of the SUT known to it. */
  enrol(
    key: { readonly serial: string; readonly algorithm: string } & (
      | { readonly publicPem: string }
      | { readonly secret: string; readonly from?: string; readonly until?: string }
    ),
  ): Promise<void>;
  /** Sets its clock beside the SUT's, so that neither finds the other's timestamps strange; undefined gives it back. */
  setClock(timeMs: number | undefined): Promise<void>;
}

/** By what the place of a target in the journal is known. */
const placeOf = (url: string): string => {
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
};

/** How long the counterparty may take for an answer, beside what it was asked to wait. */
const ANSWERED_WITHIN_MS = 10_000;

/** A question to the counterparty's control plane, or an order; `waitMs` is how long it was asked to wait with its answer. */
export type ControlCall = (method: string, path: string, body?: Json, waitMs?: number) => Promise<Json | undefined>;

/** @throws CheckSkipped when no counterparty listens. */
export function counterparty(session: Session): CounterpartyClient {
  const { counterparty: where, runtime, peerPlaces } = session.run;
  if (where === undefined)
    throw new CheckSkipped(
      { en: "no counterparty listens (notify in the statement)", zh: "没有监听的对端（声明中的 notify）" },
      "capability",
      { kind: "counterparty" },
    );
  const call = controlOf(session, where);
  const began = runtime.now();
  const journal = unlessKeptOut(session, began, peerJournal(call, runtime, peerPlaces));
  const deliveries = journal.reading((one) =>
    one.direction === "in" && one.request.method !== "GET" ? deliveryOf(one, session) : undefined,
  );
  const calls = journal.reading((one) =>
    one.direction === "in" ? peerCallOf(one, session, where.baseUrl) : undefined,
  );
  return {
    moment: (agoMs = 0) => ({ ms: runtime.now() - agoMs, after: peerPlaces.read }),
    all: (since) => deliveries(since === undefined ? {} : { since }),
    ...targets(session, where, call, deliveries),
    baseUrl: where.baseUrl,
    fixture: async (scenario) =>
      fieldsIn(await call("POST", "/hooks/fixtures", { scenario, party_id: session.statement.sutPartyId })),
    decide: async (decision, known) => {
      const { key, input } = decisionOn(session.pack, decision, { party_id: session.statement.sutPartyId, ...known });
      await call("POST", "/hooks/decide", { decision, ...key, input });
    },
    doors: async () => (await call("GET", "/doors")) as unknown as Awaited<ReturnType<CounterpartyClient["doors"]>>,
    misbehave: async (interfaceId, number, faults) => {
      for (const { name, settings = {} } of faults)
        await call("POST", "/faults", { name, settings, interface: interfaceId, about: number, times: 1 });
    },
    behave: async () => void (await call("DELETE", "/faults")),
    calls: (since) => calls({ since }),
    callsUntil: (since, awaited, withinMs) => calls({ since }, { awaited, withinMs }),
    enrol: async ({ serial, algorithm, ...key }) =>
      void (await call("POST", "/hooks/keys", {
        party_id: session.statement.sutPartyId,
        serial,
        algorithm,
        ...("secret" in key ? key : { public_key: key.publicPem }),
      })),
    setClock: async (timeMs) =>
      void (await call("POST", "/clock", timeMs === undefined ? { reset: true } : { now: timeMs })),
  };
}

/**
 * Why connections could carry no request since a moment (milliseconds since the epoch); none where the counterparty speaks
 * plain HTTP.
 */
export async function turnedAway(session: Session, since: number): Promise<readonly TurnedAway[]> {
  const where = session.run.counterparty;
  if (where?.visit === undefined) return [];
  const said = await controlOf(session, where)("GET", `/turned-away?since=${since}`);
  return (said as unknown as { readonly turnedAway: readonly TurnedAway[] }).turnedAway;
}

/**
 * A journal that has a check end undecided where nothing of what it waits for came, and connections were turned away
 * meanwhile: then both sides' TLS is to be set up, and the SUT is not to blame.
 */
const unlessKeptOut = (session: Session, began: number, journal: PeerJournal): PeerJournal => ({
  reading: (read) => {
    const inner = journal.reading(read);
    return async (question, until) => {
      const seen = await inner(question, until);
      if (until === undefined || seen.length > 0 || until.awaited(seen)) return seen;
      const away = (await turnedAway(session, began)).at(-1);
      if (away === undefined) return seen;
      return session.inconclusive(
        `nothing came to our counterparty, and a connection to it was turned away: ${away.reason.en}`,
        `对端未收到任何请求，且有连接被拒绝：${away.reason.zh}`,
      );
    };
  },
});

/** The part of the client that is about targets. */
function targets(
  session: Session,
  { notifyUrl }: Counterparty,
  call: ControlCall,
  deliveries: PeerReader<Delivery>,
): Pick<CounterpartyClient, "target" | "about" | "deliveries" | "until"> {
  const { peerPlaces } = session.run;
  const arrivals = async (url: string, until?: Wanted<Delivery>): Promise<readonly Delivery[]> => {
    const number = new URL(url).hash.slice(1);
    if (number === "") return deliveries({ target: placeOf(url) }, until);
    const about = (all: readonly Delivery[]): readonly Delivery[] =>
      all.filter(({ wire }) => wire.request.body.includes(number));
    const since = { ms: 0, after: peerPlaces.of(placeOf(url)) };
    return about(
      await deliveries(
        { since },
        until === undefined ? undefined : { ...until, awaited: (seen) => until.awaited(about(seen)) },
      ),
    );
  };
  return {
    deliveries: (url) => arrivals(url),
    until: (url, awaited, withinMs) =>
      arrivals(url, {
        awaited: typeof awaited === "number" ? ({ length }) => length >= awaited : awaited,
        withinMs,
      }),
    about: async (number, ...replies) => {
      await call("POST", "/replies", { about: number, replies: replies.map(String) });
      const made = { url: `${notifyUrl}#${number}`, elsewhere: `${notifyUrl}/elsewhere/${number}` };
      for (const url of Object.values(made)) peerPlaces.made(placeOf(url));
      return made;
    },
    target: (...replies) => {
      const name = session.run.fresh.identifier();
      const made = {
        url: `${notifyUrl}/${replies.join(".")}/${name}`,
        elsewhere: `${notifyUrl}/elsewhere/${name}`,
      };
      for (const url of Object.values(made)) peerPlaces.made(placeOf(url));
      return made;
    },
  };
}

/** Calls of the counterparty's control plane; they end with the check. */
export function controlOf(session: Session, { adminUrl, token }: Counterparty): ControlCall {
  return async (method, path, body, waitMs = 0) => {
    const answer = await session.run.runtime.transport.send(
      {
        method,
        url: `${adminUrl}/__admin${path}`,
        headers: [
          ["Authorization", `Bearer ${token}`],
          ["Content-Type", "application/json"],
          // A connection that was kept might be closed just now, and an order is not sent twice.
          ["Connection", "close"],
        ],
        body: body === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body)),
        timeoutMs: ANSWERED_WITHIN_MS + waitMs,
      },
      // What only waits is given up; an order is carried out, for a check that ends gives back what it had moved.
      waitMs > 0 ? session.signal : undefined,
    );
    const text = new TextDecoder().decode(answer.body);
    if (answer.status > 299)
      throw new CheckInconclusive({
        en: `our counterparty answered ${answer.status} to ${method} ${path}: ${text}`,
        zh: `对端对 ${method} ${path} 返回 ${answer.status}`,
      });
    return parseBounded(text);
  };
}
