import type { Pack } from "../../core/pack/compile.ts";
import { selectingHeaders } from "../../core/pack/selection.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import type { Json } from "../../core/unit/unit.ts";
import { gatewayHeaders, signedTarget } from "../identity/gateway.ts";
import type { Identity } from "../identity/identity.ts";
import { nonceWithin } from "../identity/nonce.ts";
import type { Journal } from "../journal/journal.ts";

/** The parts that sign, send and journal outgoing requests. */
export interface Sending {
  readonly pack: Pack;
  readonly identity: Identity;
  readonly runtime: Runtime;
  readonly journal: Journal;
}

/** An outgoing request before it is signed. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  /** Absent for a request without a body. */
  readonly body?: Uint8Array;
  /** Of the body. */
  readonly contentType?: string;
  /** Further headers, such as that of the key under which parts are sealed. */
  readonly headers?: Headers;
  readonly interface: string;
  /** The receiving party. */
  readonly party: string;
  readonly timeoutMs: number;
  /** PEM of the authority that is trusted for it, in place of the usual ones. */
  readonly ca?: string;
  /** Explains the answer where it is not believed; the journal shows it. */
  readonly explain?: (response: HttpResponse, request: RequestMessage) => Json | undefined;
}

const NONE = new Uint8Array();

/** Signs a request anew, sends it and records it in the journal. */
export async function sendSigned(
  { pack, identity, runtime, journal }: Sending,
  { method, url, body, contentType, headers: further = [], interface: id, party, timeoutMs, ca, explain }: Outgoing,
): Promise<HttpResponse | TransportFailure> {
  const envelope = pack.requestEnvelope(pack.interface(id));
  const at = runtime.now();
  // As the check of registered targets reads it: `..` leads nowhere else.
  const { href } = new URL(url);
  const target = requestTarget(href);
  const gateway = identity.peer(party)?.gateway;
  const key = identity.signingKey(undefined, at, party);
  if (key === undefined) throw new RangeError(`there is no key to sign with for ${party}; enrol a secret of it`);
  const { nonce } = pack.source.manifest.policies.freshness;
  const message: RequestMessage = {
    method,
    target: signedTarget(gateway, href, target),
    party: identity.partyId,
    serial: key.serial,
    algorithm: key.algorithm,
    timestamp: pack.times.write(at),
    nonce: nonce === undefined ? "" : nonceWithin(nonce, runtime.random("nonce")),
    body: body ?? NONE,
    ...(key.certificate === undefined ? {} : { certificate: key.certificate }),
  };
  const signature = await runtime.offload.sign(key.key, envelope.requestBase(message));
  const sealed = envelope.sealRequest(message, signature);
  const headers = [
    ...(contentType === undefined ? [] : [["Content-Type", contentType] as const]),
    ...selectingHeaders(pack.interface(id)),
    ...further,
    ...sealed.headers,
  ];
  const more = gatewayHeaders(gateway, href, headers);
  const request = { method, url: href, body: sealed.body };
  const outcome = await runtime.transport
    .send({ ...request, headers: [...headers, ...more.sent], timeoutMs, ...(ca === undefined ? {} : { ca }) })
    .catch((error: unknown) => {
      if (error instanceof TransportFailure) return error;
      throw error;
    });
  journal.record({
    direction: "out",
    at,
    durationMs: runtime.now() - at,
    interface: id,
    party,
    faults: [],
    // The key of a gateway is no part of the exchange.
    request: { ...request, headers: [...headers, ...more.shown], target },
    ...(outcome instanceof TransportFailure
      ? { failure: `${outcome.kind}: ${outcome.message}` }
      : { response: outcome, ...explained(explain?.(outcome, message)) }),
  });
  return outcome;
}

const explained = (explanation: Json | undefined): { readonly explanation?: Json } =>
  explanation === undefined ? {} : { explanation };
