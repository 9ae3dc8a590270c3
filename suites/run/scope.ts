import type { HandshakeOffer, HandshakeOutcome } from "../../core/runtime/handshake.ts";
import type {
  HttpRequest,
  HttpResponse,
  RandomStream,
  Runtime,
  TlsSettings,
  TransportFailure,
} from "../../core/runtime/runtime.ts";
import type { RunEvent, RunNoted } from "../../core/run/event.ts";
import type { Json } from "../../core/unit/unit.ts";
import { digitsOfNumbers, freshIdentifiers } from "../data/fresh.ts";
import type { Fresh } from "../data/fresh.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import type { Known, Redaction } from "../../core/redaction/redaction.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { FailedCalls } from "../evidence/failed-calls.ts";
import { Incidents } from "../evidence/incidents.ts";
import { recorder } from "../evidence/recorder.ts";
import type { Recorder } from "../evidence/recorder.ts";
import { RunHistory } from "../evidence/run-history.ts";
import type { Effort } from "../effort.ts";
import { leaves } from "../generators/fields.ts";
import type { SchemaObject } from "../generators/schema-source.ts";
import type { PackView } from "../pack-view.ts";
import { seededStream } from "../random.ts";
import type { Statement } from "../statement/statement.ts";
import { Canaries } from "../wire/canaries.ts";
import { Door } from "../wire/door.ts";
import { RefusalsOfRun } from "../wire/on-the-way.ts";
import { PeerPlaces } from "../wire/peer-places.ts";
import { sensitiveValues } from "../wire/inspection.ts";
import type { Lane } from "./lane.ts";
import { OtherUse } from "./other-use.ts";
import { Pieces } from "./pieces.ts";
import { Presence } from "./presence.ts";
import { ServerFailures } from "./root.ts";
import { shownEvent } from "./shown-event.ts";
import type { Signer, VerifyingKey } from "../wire/signer.ts";

/** What all checks of one run share. Made once; what grows in it (history, incidents) is judged at the end of the run. */
export interface RunScope {
  readonly pack: PackView;
  readonly statement: Statement;
  readonly statementFile: string;
  /** Its transport is the `door`. */
  readonly runtime: Runtime;
  /** Counts and paces what goes to the SUT. */
  readonly door: Door;
  /** Releases requests at once, each over a warm connection of its own. */
  readonly race: (requests: readonly HttpRequest[]) => Promise<readonly (HttpResponse | TransportFailure)[]>;
  /** One TLS handshake with the SUT; for checks of what it takes. */
  readonly handshake: (offer: HandshakeOffer) => Promise<HandshakeOutcome>;
  readonly seed: number;
  readonly effort: Effort;
  readonly signers: readonly Signer[];
  readonly sutKeys: readonly VerifyingKey[];
  /** Further keys of the SUT, which it has told of itself in a list that was signed with a known one. */
  readonly learnedKeys: VerifyingKey[];
  readonly fresh: Fresh;
  /** Request nonces: never repeated, whatever the seed, because the SUT remembers those of earlier runs. */
  readonly nonces: RandomStream;
  /** Masks people's data by the pack's fields, and the values of the statement's fixtures wherever they stand. */
  readonly redact: Redaction;
  readonly recorder: Recorder;
  readonly notifyUrl: string | undefined;
  readonly counterparty: Counterparty | undefined;
  /** How far the counterparty's journal was read. */
  readonly peerPlaces: PeerPlaces;
  /** The first has the statement's own customers; further ones are opened when the checks begin (`lanes.ts`). */
  readonly lanes: [Lane, ...Lane[]];
  /** Answers of the SUT so far. */
  readonly tally: { answers: number };
  /** What the laws judge: made of each answer as it comes, and of the statements and bills that checks put together. */
  readonly history: RunHistory;
  readonly incidents: Incidents;
  /** What of the pack has been seen to work. */
  readonly pieces: Pieces;
  /** How far the SUT's clock has been moved from the harness's (hook `clock`), now and at most in this run, and to what precision. */
  readonly sutClock: { offsetMs: number; mostMs: number; uncertainMs: number };
  /** Whether a dependency of the SUT is down by its hook `dependency`; its failures are none of its own then. */
  readonly outage: { down: boolean };
  /** What several checks judge and one of them has made, by name; see `Session.shared`. */
  readonly shared: Map<string, Promise<unknown>>;
  readonly canaries: Canaries;
  readonly presence: Presence;
  /** By what a refusal of a server on the way is told from the SUT's. */
  readonly refusals: RefusalsOfRun;
  /** Which interfaces answer everything with 5xx. */
  readonly servers: ServerFailures;
  /** What the SUT itself ended with a 5xx. */
  readonly failedCalls: FailedCalls;
  /** Whether others use the SUT's data meanwhile. */
  readonly others: OtherUse;
  /** Says something of the whole run, once. */
  note(name: RunNoted["note"], message: Bilingual): void;
  emit(event: RunEvent): void;
}

/** Our simulator playing the SUT's peer: where the SUT reaches it, and where we control it. */
export interface Counterparty {
  readonly notifyUrl: string;
  /** Where its interfaces begin. */
  readonly baseUrl: string;
  readonly adminUrl: string;
  readonly token: string;
  /** What is trusted and shown at its addresses, where it speaks TLS itself. */
  readonly visit?: TlsSettings;
}

/** A connection to the counterparty over which no request could come: when (milliseconds since the epoch) and why. */
export interface TurnedAway {
  readonly at: number;
  /** Sentences without a full stop, of the SUT as "it". */
  readonly reason: Bilingual;
}

/**
 * One call as the history of the laws is made of it; nothing keeps it. Status 0: no answer came, so its outcome is
 * unknown.
 */
export interface Seen {
  /** When it was sent; what is told by a call that began before another ended is not later than that. */
  readonly began: number;
  /** When its answer was there. */
  readonly at: number;
  readonly check: string;
  readonly interface: string;
  readonly party: string;
  readonly fields: Readonly<Record<string, Json>>;
  /** Whether method, target and body went out as the fields say; false where a check sent something else on purpose. */
  readonly faithful: boolean;
  readonly status: number;
  readonly json: Json | undefined;
  /** The code of a refusal. */
  readonly code?: string;
}

export interface ScopeSettings extends Pick<
  RunScope,
  | "pack"
  | "statement"
  | "statementFile"
  | "runtime"
  | "race"
  | "handshake"
  | "seed"
  | "effort"
  | "signers"
  | "sutKeys"
  | "counterparty"
  | "emit"
> {
  /** When the run began; with the seed it makes the run's nonce. */
  readonly startedAt: number;
  /** Where the SUT is to tell of orders, when another process is the counterparty. */
  readonly notifyUrl?: string | undefined;
  /** Preflight and checks run in different threads; neither may repeat a nonce or number of the other. */
  readonly part: "preflight" | "checks";
  /** Run nonces of other threads of this run and of earlier ones, so that what they did is not taken for another's. */
  readonly nonces?: readonly string[];
}

/** What the identifiers of one part of a run have in common. */
export function runNonce(seed: number, part: ScopeSettings["part"], startedAt: number): string {
  return seededStream(seed, `run/${part}/${startedAt}`)
    .below(36 ** 7)
    .toString(36)
    .toUpperCase()
    .padStart(7, "0");
}

/** The fields of a pack in which callers give numbers of their own. */
function numbersOf({ source, schemas }: PackView): readonly SchemaObject[] {
  return source.interfaces
    .flatMap(({ request }) => [request.path, request.query, request.body].flatMap((part) => leaves(part, schemas)))
    .flatMap(({ schema }) => (schema["x-is"] === "number" && schema["x-from"] === "fresh" ? [schema] : []));
}

export function runScope(settings: ScopeSettings): RunScope {
  const { startedAt, part, nonces = [], notifyUrl, ...rest } = settings;
  const noted = new Set<RunNoted["note"]>();
  const door = new Door(settings.runtime, settings.statement);
  const redact = redaction(settings.pack.source, knownOf(settings));
  const nonceOf = (one: ScopeSettings["part"]): string => runNonce(settings.seed, one, startedAt);
  const note: RunScope["note"] = (name, message) => {
    if (noted.has(name)) return;
    noted.add(name);
    settings.emit({ type: "run.noted", at: settings.runtime.now(), note: name, message });
  };
  const pieces = new Pieces((piece) => settings.emit({ type: "piece.covered", at: settings.runtime.now(), piece }));
  return {
    ...rest,
    door,
    runtime: { ...settings.runtime, transport: { send: (request, signal) => door.send(request, signal) } },
    race: (requests) => door.race(requests, settings.race),
    fresh: freshIdentifiers(nonceOf(part), digitsOfNumbers(numbersOf(settings.pack))),
    nonces: seededStream(settings.seed, `nonces/${part}/${startedAt}`),
    redact,
    // What a check says of its finding may quote an answer; it is masked as the answer itself is.
    emit: (event) => settings.emit(shownEvent(event, redact)),
    recorder: recorder(redact),
    notifyUrl: settings.counterparty?.notifyUrl ?? notifyUrl,
    lanes: [{ statement: settings.statement }],
    tally: { answers: 0 },
    history: new RunHistory(),
    incidents: new Incidents(),
    pieces,
    peerPlaces: new PeerPlaces(),
    shared: new Map(),
    learnedKeys: [],
    sutClock: { offsetMs: 0, mostMs: 0, uncertainMs: 0 },
    outage: { down: false },
    presence: new Presence(),
    refusals: new RefusalsOfRun(),
    servers: new ServerFailures(),
    failedCalls: new FailedCalls(),
    note,
    others: new OtherUse(startedAt, [nonceOf("preflight"), nonceOf("checks"), ...nonces], (message) =>
      note("foreign-movement", message),
    ),
    canaries: new Canaries(
      Object.values(settings.statement.fixtures).flatMap((fixture) =>
        "values" in fixture ? sensitiveValues(fixture.values, settings.pack.sensitiveFields) : [],
      ),
    ),
  };
}

/** The people of the statement's own fixtures, and the values of its own headers. */
function knownOf({ statement, pack }: ScopeSettings): Known {
  const bound = Object.values(statement.fixtures).flatMap((fixture) => ("values" in fixture ? [fixture.values] : []));
  const secrets = (statement.headers ?? []).map(([, value]) => [value, "secret"] as const);
  return new Map([...redaction(pack.source).values(JSON.stringify(bound)), ...secrets]);
}
