import { carrierOf } from "../../core/envelope/carrier.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { atPointer } from "../../core/json/pointer.ts";
import { constantsOf } from "../../core/pack/constants.ts";
import { wireStatuses } from "../../core/pack/error-code.ts";
import { interfaceFields } from "../../core/pack/rules/schemas.ts";
import { successMark } from "../../core/pack/success-mark.ts";
import type { ErrorClass, Interface } from "../../core/pack/types.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { carriedTo, decodedFrom, encryptionHeaders } from "../identity/body-sealing.ts";
import { namesReceiverKey, openedFrom, sealedTo } from "../identity/sealing.ts";
import type { Peer } from "../identity/identity.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { answerExplained, doubt } from "./belief.ts";
import type { Doubt } from "./belief.ts";
import { belongs } from "./belonging.ts";
import { sendSigned } from "./outgoing.ts";
import type { Outgoing, Sending } from "./outgoing.ts";

export type Fields = Readonly<Record<string, Json>>;

/** One outgoing call: the interface, the peer, its address and the data. */
export interface PeerCall {
  readonly interface: string;
  readonly party: string;
  /** The peer's base URL. */
  readonly url: string;
  /** Fields of path, query and body in one object, as packs see a request. */
  readonly data: Fields;
  /** The interface whose request the data were, where this call asks what became of it. */
  readonly about?: string;
  /** PEM of the authority that is trusted for it, in place of the usual ones. */
  readonly ca?: string;
}

/** What a peer answered. */
export type Said =
  | { readonly kind: "success"; readonly body: Fields }
  | { readonly kind: "refusal"; readonly code: string; readonly class: ErrorClass };

/**
 * The outcome of one sending. For an answer that is not believed, `said` is what it would have meant, and `doubt` why;
 * `stranger`: another host than the peer answers there, so nothing was sent.
 */
export type Reply =
  | Said
  | { readonly kind: "unknown"; readonly said?: Said; readonly doubt?: Doubt }
  | { readonly kind: "stranger" };

export type Attempt = (call: PeerCall) => Promise<Reply>;

/** No further limit on an answer: the network has bounded it, and a statement has many entries. */
const ANSWER_BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 64, members: Number.POSITIVE_INFINITY };

/** After this long an answer counts as lost. */
const ANSWER_MS = 5_000;

/**
 * Sends a call once, newly signed. Its answer is believed only when the peer signed it, it is fresh, the pack allows it,
 * and it repeats what was sent.
 */
export function attempting(
  sending: Sending,
  peerOf: (partyId: string) => Peer | undefined,
  { testMode }: { readonly testMode: boolean },
): Attempt {
  const { pack, runtime, identity } = sending;
  const redact = redaction(pack.source);
  return async (call) => {
    const one = pack.interface(call.interface);
    const peer = peerOf(call.party);
    if (peer === undefined) throw new RangeError(`no party "${call.party}" is enrolled`);
    const response = await sendSigned(sending, {
      ...written(sending, one, call, peer),
      interface: one.id,
      party: call.party,
      timeoutMs: ANSWER_MS,
      ...(call.ca === undefined ? {} : { ca: call.ca }),
      // A file whose hash was signed instead carries no signature of its own.
      ...(testMode && one.response.signed !== false
        ? {
            explain: (answer, request) =>
              answerExplained({ pack, identity, redact, now: runtime.now() }, peer, answer, request),
          }
        : {}),
    });
    if (response instanceof TransportFailure)
      return { kind: response.kind === "tls" && !response.sent ? "stranger" : "unknown" };
    const said = meaning(sending, one, response, peer);
    if (said === undefined) return { kind: "unknown" };
    // A file whose hash was signed instead carries no signature of its own.
    const unsigned = one.response.signed === false && said.kind === "success";
    const why =
      (unsigned ? undefined : doubt(pack, peer, response, runtime.now())) ??
      (isAnothers(pack, one, call, said) ? "another" : undefined);
    return why === undefined ? said : { kind: "unknown", said, doubt: why };
  };
}

/** Whether an answer was made for another request. */
function isAnothers(pack: Pack, one: Interface, { about, data }: PeerCall, said: Said): boolean {
  if (said.kind !== "success") return false;
  const asked = about === undefined ? one : pack.interface(about);
  return !belongs(pack.source, { asked, data, answering: one, said: said.body });
}

/** The call as a request; fields outside path and query make the body. */
function written(
  { pack, identity, runtime }: Sending,
  one: Interface,
  { url, data: given }: PeerCall,
  peer: Peer,
): Pick<Outgoing, "method" | "url" | "body" | "contentType" | "headers"> {
  const { method, path } = one.http;
  // What is known of a call may be that of another interface, and each says its own name.
  const data = { ...given, ...constantsOf(pack.source, one) };
  const inPath = interfaceFields(pack.source, one, "path");
  const inQuery = interfaceFields(pack.source, one, "query").filter((name) => data[name] !== undefined);
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(text(data[name])));
  const query = inQuery.map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(text(data[name]))}`).join("&");
  const target = `${url}${filled}${query === "" ? "" : `?${query}`}`;
  const codec = pack.codecOf(one.request.representation);
  if (codec === undefined) return { method, url: target };
  // A query is asked with what is known of the call, of which it takes its own fields.
  const inBody = one.read === undefined ? undefined : interfaceFields(pack.source, one, "body");
  const body = Object.fromEntries(
    Object.entries(data).filter(
      ([name]) => !inPath.includes(name) && !inQuery.includes(name) && inBody?.includes(name) !== false,
    ),
  );
  const { sealedInBody } = pack.validators(one.id);
  const sealed = sealedTo({ pack, identity, peer, now: runtime.now() }, sealedInBody, body, {
    random: runtime.random("sealing"),
    named: namesReceiverKey(pack, one),
  });
  const sealing = bodySealingOf(pack.source.manifest.policies, one, "request");
  const { contentType } = carrierOf(pack.requestEnvelope(one), codec, sealing) ?? codec;
  return {
    method,
    url: target,
    body: carriedTo(peer, sealing, codec.encode(sealed.value), runtime.random("sealing")),
    contentType,
    headers: [...sealed.headers, ...encryptionHeaders(sealing)],
  };
}

const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);

/** A refusal with a code of the pack and a status that it may have; undefined for anything else. */
function refusalIn(pack: Pack, { status }: HttpResponse, body: Uint8Array): Said | undefined {
  const { policies } = pack.source.manifest;
  if (status < 400 && status !== policies.refusal?.status) return undefined;
  const decoded = pack.envelope.codec.decode(body, ANSWER_BOUNDS);
  const code = decoded.ok ? atPointer(decoded.value, policies.refusal?.code ?? "/code") : undefined;
  const error = pack.source.errors.find((one) => one.code === code && wireStatuses(one, policies).includes(status));
  return error === undefined ? undefined : { kind: "refusal", code: error.code, class: error.class };
}

/** The meaning of an answer; undefined for one that the interface never gives. */
function meaning(
  { pack, identity, runtime }: Sending,
  one: Interface,
  response: HttpResponse,
  peer: Peer,
): Said | undefined {
  const { success } = pack.source.manifest.policies;
  const opened = pack.envelope.openAnswer(response);
  const body = opened.ok ? opened.body : response.body;
  const refusal = refusalIn(pack, response, body);
  if (refusal !== undefined) return refusal;
  if (response.status === one.response.status) {
    const codec = pack.codecOf(one.response.representation);
    if (codec === undefined) return { kind: "success", body: {} };
    const decoded = decodedFrom({ pack, peer }, [one, "response"], body, codec, ANSWER_BOUNDS);
    const { readResponse, sealedInResponse, response: problemOf } = pack.validators(one.id);
    const unsealed =
      decoded?.ok === true
        ? openedFrom({ pack, identity, peer, now: runtime.now() }, sealedInResponse, decoded.value, {
            bounds: ANSWER_BOUNDS,
          })
        : undefined;
    const said = unsealed === undefined ? undefined : readResponse(unsealed.value);
    if (said === undefined || unsealed?.fault !== undefined) return undefined;
    if (problemOf(successMark(pack.source, one)(said)) !== undefined) return undefined;
    const fields = objectOf(said);
    return success !== undefined && fields[success.field] !== success.value
      ? undefined
      : { kind: "success", body: fields };
  }
  return undefined;
}

function objectOf(value: Json): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
