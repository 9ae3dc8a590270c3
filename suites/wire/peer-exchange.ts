import { formatOf } from "../../core/codec/codecs.ts";
import { atPointer } from "../../core/json/pointer.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { WireExchange } from "../../core/run/finding.ts";
import type { Session } from "../session.ts";
import { contentOf, fieldsIn } from "./content.ts";
import type { Fields } from "./draft.ts";
import { readRefusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-parts.ts";

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
  /** Its sealed parts, each with the nonce under which it was sealed. */
  readonly sealed: readonly SealedUnder[];
  readonly wire: WireExchange;
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

/** A journal entry, as `/__admin/requests` shows it. */
export interface PeerExchange {
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
    /** The payload before it was encrypted. */
    readonly opened?: string;
  };
  readonly response?: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    readonly opened?: string;
    readonly wire?: string;
  };
}

/** An exchange as a call of the SUT, and what it was answered. */
export function peerCallOf(entry: PeerExchange, session: Session, baseUrl: string): PeerCall {
  const { response, faults, request } = entry;
  // Every door has a port of its own, and the caller names it.
  const host = request.headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const behind = host === undefined || host === new URL(baseUrl).host ? {} : { door: `https://${host}` };
  const made = deliveryOf(entry, session);
  // An answer that the wire swallowed was never heard.
  const heard =
    response === undefined || response.wire !== undefined
      ? undefined
      : {
          ...heardRefusal(
            response.status,
            said(entry, session, "response", response),
            session,
            interfaceOf(entry, session),
          ),
        };
  return {
    ...made,
    ...behind,
    wire: { ...made.wire, label: `call ${entry.interface ?? "(not recognised)"}, as it arrived` },
    faults,
    ...(heard === undefined ? {} : { answer: heard }),
  };
}

/** The interface that an exchange was recognised as. */
function interfaceOf({ interface: id }: PeerExchange, { pack }: Session): Interface | undefined {
  return id !== undefined && pack.hasInterface(id) ? pack.interface(id) : undefined;
}

/** What a refusal says was wrong, in a line. */
function detailIn(refusal: Fields, { policies }: Session["pack"]): string | undefined {
  const { field, issue } = fieldsIn(refusal["detail"]);
  if (typeof issue === "string") return `${String(field ?? "")}: ${issue}`;
  const { message } = policies.refusal ?? {};
  const told = message === undefined ? undefined : atPointer(refusal, message);
  return typeof told === "string" ? told : undefined;
}

/** What the SUT was told, a refusal in the form that suites read. */
function heardRefusal(
  status: number,
  body: Fields,
  { pack }: Session,
  one: Interface | undefined,
): { readonly status: number; readonly body: Fields } {
  const refusal = readRefusal(status, body, pack, formatOf(one?.response.representation ?? "") !== undefined);
  return refusal === undefined ? { status, body } : { status: refusal.status, body: fieldsIn(refusal.json) };
}

/** An exchange as an attempt of the SUT. */
export function deliveryOf(entry: PeerExchange, session: Session): Delivery {
  const { request, response } = entry;
  const one = interfaceOf(entry, session);
  const envelope = one === undefined ? session.pack.envelope : session.pack.requestEnvelope(one);
  const { claims, body } = envelope.readRequest({
    headers: request.headers,
    target: request.target,
    body: new TextEncoder().encode(request.body),
  });
  if (one !== undefined) session.run.pieces.cover({ told: one.id });
  const detail = detailIn(said(entry, session, "response", response), session.pack);
  return {
    at: entry.at,
    target: request.target,
    interface: entry.interface,
    code: entry.code,
    detail,
    body: fieldsIn(
      one === undefined
        ? undefined
        : session.pack.readBody(
            one,
            "request",
            // What is masked in a ciphertext is decrypted no more.
            request.opened === undefined ? body : new TextEncoder().encode(request.opened),
          ),
    ),
    party: claims.party,
    nonce: claims.nonce,
    timestamp: claims.timestamp,
    serial: claims.serial,
    sealed:
      one === undefined
        ? []
        : session.pack.sealedParts(one, "request", contentOf(body, "json", session.pack.codecOf) ?? null),
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
function said(
  entry: PeerExchange,
  session: Session,
  part: "request" | "response",
  message: PeerExchange["response"],
): Fields {
  const one = interfaceOf(entry, session);
  if (one !== undefined && message?.opened !== undefined)
    return fieldsIn(session.pack.readBody(one, part, new TextEncoder().encode(message.opened)));
  const payload = new TextEncoder().encode(message?.body ?? "");
  return fieldsIn(
    one === undefined
      ? contentOf(payload, session.pack.envelope.codec.name, session.pack.codecOf)
      : session.pack.readBody(one, part, session.pack.envelope.readAnswer({ headers: [], body: payload }).body),
  );
}
