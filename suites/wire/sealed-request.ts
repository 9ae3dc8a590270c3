import type { CodecOf } from "../../core/codec/codecs.ts";
import { carrierOf } from "../../core/envelope/carrier.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import { selectingHeaders } from "../../core/pack/selection.ts";
import type { Times } from "../../core/envelope/times.ts";
import { MAX_FILE_BYTES, requestTarget } from "../../core/runtime/wire.ts";
import { isDeepStrictEqual } from "node:util";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import { encrypted, placed } from "../../core/sealing/body/carried.ts";
import type { BodySealing } from "../../core/sealing/body/carried.ts";
import type { SealWith } from "../../core/sealing/part.ts";
import type { SealedPlace } from "../../core/sealing/policy.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { calledPrefix, signedPrefix } from "../statement/prefix.ts";
import { bodyOf, targetOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Claims, WireEnvelope } from "./envelope/wire-envelope.ts";
import { sealedBody } from "./sealed-parts.ts";
import type { Signer } from "./signer.ts";

/**
 * Where a check departs from a right request. The layers are applied in this order, each seeing what the one before
 * made; a check changes exactly one of them.
 *
 *   signer                                    another identity, signing for itself
 *   target                                    the path and query below the statement's base path, signed so
 *   body, clock, timestamp, nonce, identity   said otherwise and *signed so*: the signature is right for what is sent
 *   sealed                                    a part that the message carries sealed
 *   payload                                   the body with its parts sealed
 *   ciphertext                                a whole body encrypted, with what goes ahead of it
 *   carried                                   the same as it is spelled and sent
 *   signed                                    the signature covers something else than what is sent
 *   sign                                      the bytes signed, or how they are signed
 *   signature                                 the signature's own bytes
 *   claims                                    what is carried besides the payload; undefined leaves out one, or all
 *   headers                                   any header
 *   wire                                      the finished request
 */
export interface Tamper {
  readonly signer?: Signer;
  readonly target?: (target: string) => string;
  /** The payload's bytes, before the envelope adds to them. */
  readonly body?: (body: Uint8Array) => Uint8Array;
  /** The time of signing, in seconds since the epoch. */
  readonly clock?: (seconds: number) => number;
  /** The same as the message writes it. */
  readonly timestamp?: (timestamp: string) => string;
  readonly nonce?: (nonce: string) => string;
  readonly identity?: (identity: ClaimedIdentity) => ClaimedIdentity;
  readonly sealed?: (sealed: Json, place: SealedPlace) => Json;
  readonly payload?: (payload: Uint8Array) => Uint8Array;
  readonly ciphertext?: (ciphertext: Uint8Array) => Uint8Array;
  readonly carried?: (carried: Uint8Array) => Uint8Array;
  readonly signed?: (message: RequestMessage) => RequestMessage;
  /** Makes the signature from the signature base, or from the message, in place of `signer.sign`. */
  readonly sign?: (base: Uint8Array, signer: Signer, message: RequestMessage) => Uint8Array;
  readonly signature?: (signature: Uint8Array) => Uint8Array;
  readonly claims?: (claims: Claims) => Claims | undefined;
  readonly headers?: (headers: readonly (readonly [string, string])[]) => readonly (readonly [string, string])[];
  readonly wire?: (request: HttpRequest) => HttpRequest;
  /** Marks a tamper that may leave its layer unchanged, for right requests. */
  readonly mayKeep?: true;
}

/** Whose request it says it is, and by which key. */
export type ClaimedIdentity = Pick<RequestMessage, "party" | "serial" | "algorithm">;

/**
 * A tamper left its layer as it was: a right request would have been sent in place of a wrong one. An error of the
 * harness.
 */
export class TamperWithoutEffect extends Error {
  constructor(layer: keyof Tamper, id: string) {
    super(
      `the tamper of "${layer}" changed nothing in a request of ${id}, so that nothing would be judged: choose a value that differs, skip the form where there is none, or say mayKeep where the request is to be right (suites/wire/sealed-request.ts)`,
    );
    this.name = "TamperWithoutEffect";
  }
}

export interface Sealing {
  readonly envelope: WireEnvelope;
  readonly codecOf: CodecOf;
  readonly baseUrl: string;
  readonly signedPrefix?: string;
  readonly signer: Signer;
  readonly timestampSeconds: number;
  readonly times: Times;
  readonly nonce: string;
  readonly timeoutMs: number;
  /** The parts of a body that are sealed. */
  readonly places: readonly SealedPlace[];
  /** What they are sealed with, for a signer with this secret. */
  keys(secret: SealingKey | undefined): SealWith;
  /** Seals for a signer without a secret of its own, as one that a check makes up is. */
  readonly secret: SealingKey | undefined;
  /** How the whole body is encrypted; undefined: it goes in clear. */
  readonly encryption: BodySealing | undefined;
  /** As many bytes, new for each message. */
  fresh(count: number): Uint8Array;
  /** Headers that name the key under which parts are sealed. */
  readonly sealedUnder: readonly (readonly [string, string])[];
}

/**
 * The bytes that go out for a draft: body, signature base, signature, headers. Pure.
 *
 * @throws TamperWithoutEffect
 */
export function seal(draft: Draft, sealing: Sealing, tamper: Tamper = {}): HttpRequest {
  const { envelope } = sealing;
  const signer = otherSigner(draft, sealing.signer, tamper);
  const layer = layersOf(draft, tamper);
  const { places } = sealing;
  const { sealed: tampered } = tamper;
  let sealedAny = false;
  const change = (sealed: Json, place: SealedPlace): Json => {
    sealedAny = true;
    return tampered === undefined
      ? sealed
      : layersOf(draft, { ...tamper, sealed: (before) => tampered(before, place) })("sealed", sealed);
  };
  const written = layer("body", bodyOf(draft, sealing.codecOf));
  const payload = sealedBody(written, { places, keys: sealing.keys(signer.sealing ?? sealing.secret), change });
  if (tamper.sealed !== undefined && !sealedAny) throw new TamperWithoutEffect("sealed", draft.interface.id);
  for (const name of ["ciphertext", "carried"] as const)
    if (tamper[name] !== undefined && sealing.encryption === undefined && tamper.mayKeep !== true)
      throw new TamperWithoutEffect(name, draft.interface.id);
  const target = layer("target", targetOf(draft));
  const message: RequestMessage = {
    method: draft.interface.http.method,
    target: signedPrefix(sealing) + target,
    body: encryptedBody(draft, layer("payload", payload), sealing, signer, layer),
    timestamp: layer("timestamp", sealing.times.write(layer("clock", sealing.timestampSeconds) * 1000)),
    nonce: layer("nonce", sealing.nonce),
    ...(signer.certificate === undefined ? {} : { certificate: signer.certificate }),
    ...layer("identity", { party: signer.partyId, serial: signer.serial, algorithm: signer.token }),
  };
  const base = envelope.requestBase(layer("signed", message));
  const { sign } = tamper;
  const signature = layer(
    "signature",
    sign === undefined
      ? signer.sign(base)
      : layersOf(draft, { ...tamper, signature: () => sign(base, signer, message) })("signature", signer.sign(base)),
  );
  const { algorithm, party, serial, timestamp, nonce } = message;
  const carried = envelope.carry(
    message,
    layer<Claims | undefined>("claims", {
      algorithm,
      party,
      serial,
      timestamp,
      nonce,
      signature: envelope.writeSignature(signature),
    }),
  );
  const codec = sealing.codecOf(draft.interface.request.representation);
  const media = carrierOf(envelope, codec, sealing.encryption)?.mediaType;
  const request: HttpRequest = {
    method: message.method,
    url: new URL(sealing.baseUrl).origin + calledPrefix(sealing) + target,
    headers: layer("headers", headersOf(draft, sealing, media, carried.headers)),
    body: carried.body,
    timeoutMs: sealing.timeoutMs,
    ...(draft.interface.response.table !== undefined ? { mostAnswerBytes: MAX_FILE_BYTES } : {}),
    ...(signer.client === undefined ? {} : { client: signer.client }),
  };
  if (requestTarget(request.url) !== calledPrefix(sealing) + target)
    throw new TypeError(`the target ${JSON.stringify(target)} cannot be sent as it was signed`);
  return layer("wire", request);
}

/** The headers of a request, those of its envelope last. */
function headersOf(
  draft: Draft,
  { sealedUnder, encryption }: Sealing,
  media: string | undefined,
  carried: HttpRequest["headers"],
): HttpRequest["headers"] {
  const { header } = encryption?.place ?? {};
  return [
    ["Accept", media ?? "application/json"],
    ...(draft.body === undefined || media === undefined ? [] : [["Content-Type", media] as const]),
    ...selectingHeaders(draft.interface),
    ...(draft.body === undefined ? [] : sealedUnder),
    ...(draft.body === undefined || header === undefined ? [] : [[header.name, header.value] as const]),
    ...carried,
  ];
}

/** The payload as it is carried: in clear, or encrypted for the SUT. */
function encryptedBody(
  draft: Draft,
  plain: Uint8Array,
  { encryption, secret, fresh }: Sealing,
  signer: Signer,
  layer: Layers,
): Uint8Array {
  if (encryption === undefined || draft.body === undefined) return plain;
  const key = signer.sealing ?? secret;
  if (key === undefined)
    throw new TypeError(`no secret is known to encrypt requests of ${draft.interface.id} with (sealingSecret)`);
  const ciphertext = layer("ciphertext", encrypted(encryption.policy, key, plain, fresh));
  return layer("carried", placed(encryption, ciphertext));
}

type Layers = <T>(name: keyof Tamper, before: T) => T;

/** Applies a layer of a tamper to what stands there. */
function layersOf(draft: Draft, tamper: Tamper): Layers {
  return <T>(name: keyof Tamper, before: T): T => {
    const change = tamper[name] as ((before: T) => T) | undefined;
    if (change === undefined) return before;
    const after = change(before);
    if (tamper.mayKeep !== true && isDeepStrictEqual(plainBytes(before), plainBytes(after)))
      throw new TamperWithoutEffect(name, draft.interface.id);
    return after;
  };
}

function otherSigner(draft: Draft, own: Signer, { signer, mayKeep }: Tamper): Signer {
  if (signer === undefined) return own;
  if (mayKeep !== true && signer.partyId === own.partyId && signer.serial === own.serial && signer.token === own.token)
    throw new TamperWithoutEffect("signer", draft.interface.id);
  return signer;
}

/** Bytes are compared as bytes, whatever kind of array holds them. */
function plainBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value !== "object" || value === null || !("body" in value)) return value;
  return { ...value, body: plainBytes(value.body) };
}
