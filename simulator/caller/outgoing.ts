import type { Pack } from "../../core/pack/compile.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import { encodeBase64, formatAuthorization, requestBase } from "../../core/signature/message.ts";
import type { Identity } from "../identity/identity.ts";
import { freshNonce } from "../identity/nonce.ts";
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
  readonly interface: string;
  /** The receiving party. */
  readonly party: string;
  readonly timeoutMs: number;
  /** PEM of the authority that is trusted for it, in place of the usual ones. */
  readonly ca?: string;
}

const NONE = new Uint8Array();

/** Signs a request anew, sends it and records it in the journal. */
export async function sendSigned(
  { pack, identity, runtime, journal }: Sending,
  { method, url, body, contentType, interface: id, party, timeoutMs, ca }: Outgoing,
): Promise<HttpResponse | TransportFailure> {
  const { signature: policy } = pack.source.manifest.policies;
  const at = runtime.now();
  // As the check of registered targets reads it: `..` leads nowhere else.
  const { href } = new URL(url);
  const target = requestTarget(href);
  const key = identity.signingKey(undefined, at);
  const timestamp = String(Math.floor(at / 1000));
  const nonce = freshNonce(runtime.random("nonce"));
  const base = requestBase(policy, { method, pathAndQuery: target, timestamp, nonce, body: body ?? NONE });
  const signature = encodeBase64(await runtime.offload.sign(key.key, base));
  const headers: (readonly [string, string])[] = [
    ...(contentType === undefined ? [] : [["Content-Type", contentType] as const]),
    [
      policy.authorization.header,
      formatAuthorization(policy, key.algorithm, {
        party: identity.partyId,
        nonce,
        timestamp,
        serial: key.serial,
        signature,
      }),
    ],
  ];
  const request = { method, url: href, headers, body: body ?? NONE };
  const outcome = await runtime.transport
    .send({ ...request, timeoutMs, ...(ca === undefined ? {} : { ca }) })
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
    request: { ...request, target },
    ...(outcome instanceof TransportFailure
      ? { failure: `${outcome.kind}: ${outcome.message}` }
      : { response: outcome }),
  });
  return outcome;
}
