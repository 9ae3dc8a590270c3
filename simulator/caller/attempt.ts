import { codecOf } from "../../core/codec/codecs.ts";
import { json } from "../../core/codec/json.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { interfaceFields } from "../../core/pack/rules/schemas.ts";
import type { ErrorClass, Interface } from "../../core/pack/types.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Peer } from "../identity/identity.ts";
import { doubt } from "./belief.ts";
import { sendSigned } from "./outgoing.ts";
import type { Sending } from "./outgoing.ts";

export type Fields = Readonly<Record<string, Json>>;

/** One call of ours: which interface of which peer, where it answers, and what is said. */
export interface PeerCall {
  readonly interface: string;
  readonly party: string;
  /** The peer's base URL. */
  readonly url: string;
  /** Fields of path, query and body in one object, as packs see a request. */
  readonly data: Fields;
  /** PEM of the authority that is trusted for it, in place of the usual ones. */
  readonly ca?: string;
}

/** What a peer said. */
export type Said =
  | { readonly kind: "success"; readonly body: Fields }
  | { readonly kind: "refusal"; readonly code: string; readonly class: ErrorClass };

/** What one sending came to. Of an answer that is not believed, `said` is what it would have meant; `stranger`: whoever answers there is not the peer, so nothing was sent. */
export type Reply = Said | { readonly kind: "unknown"; readonly said?: Said } | { readonly kind: "stranger" };

export type Attempt = (call: PeerCall) => Promise<Reply>;

/** An answer may be as long as it is: the network has bounded it, and a statement has many entries. */
const ANSWER_BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 64, members: Number.POSITIVE_INFINITY };

/** After this long an answer counts as lost. */
const ANSWER_MS = 5_000;

/** Sends a call once, as any client does: signed anew, and its answer believed only if it is the peer's, of now, and what the pack says that it may be. */
export function attempting(sending: Sending, peerOf: (partyId: string) => Peer | undefined): Attempt {
  const { pack, runtime } = sending;
  return async (call) => {
    const one = pack.interface(call.interface);
    const peer = peerOf(call.party);
    if (peer === undefined) throw new RangeError(`no party "${call.party}" is enrolled`);
    const response = await sendSigned(sending, {
      ...written(pack, one, call),
      interface: one.id,
      party: call.party,
      timeoutMs: ANSWER_MS,
      ...(call.ca === undefined ? {} : { ca: call.ca }),
    });
    if (response instanceof TransportFailure)
      return { kind: response.kind === "tls" && !response.sent ? "stranger" : "unknown" };
    const said = meaning(pack, one, response);
    if (said === undefined) return { kind: "unknown" };
    // A file whose hash was signed instead carries no signature of its own.
    const unsigned = one.response.signed === false && said.kind === "success";
    return unsigned || doubt(pack, peer, response, runtime.now()) === undefined ? said : { kind: "unknown", said };
  };
}

/** The call as a request: what the path and the query do not take is the body. */
function written(
  pack: Pack,
  one: Interface,
  { url, data }: PeerCall,
): { readonly method: string; readonly url: string; readonly body?: Uint8Array; readonly contentType?: string } {
  const { method, path } = one.http;
  const inPath = interfaceFields(pack.source, one, "path");
  const inQuery = interfaceFields(pack.source, one, "query").filter((name) => data[name] !== undefined);
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(text(data[name])));
  const query = inQuery.map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(text(data[name]))}`).join("&");
  const target = `${url}${filled}${query === "" ? "" : `?${query}`}`;
  const codec = codecOf(one.request.representation);
  if (codec === undefined) return { method, url: target };
  const body = Object.fromEntries(
    Object.entries(data).filter(([name]) => !inPath.includes(name) && !inQuery.includes(name)),
  );
  return { method, url: target, body: codec.encode(body), contentType: codec.contentType };
}

const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);

/** What an answer says by itself; undefined for what the interface never answers. */
function meaning(pack: Pack, one: Interface, { status, body }: HttpResponse): Said | undefined {
  const codec = codecOf(one.response.representation) ?? json;
  const decoded = codec.decode(body, ANSWER_BOUNDS);
  if (status === one.response.status) {
    if (codecOf(one.response.representation) === undefined) return { kind: "success", body: {} };
    const said = decoded.ok ? pack.validators(one.id).readResponse(decoded.value) : undefined;
    return said === undefined || pack.validators(one.id).response(said) !== undefined
      ? undefined
      : { kind: "success", body: objectOf(said) };
  }
  const fields = decoded.ok ? objectOf(decoded.value) : {};
  const error = pack.source.errors.find(({ code, status: stated }) => code === fields["code"] && stated === status);
  return error === undefined ? undefined : { kind: "refusal", code: error.code, class: error.class };
}

function objectOf(value: Json): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
