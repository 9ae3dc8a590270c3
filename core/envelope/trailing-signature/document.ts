import type { Bounds, Codec, Decoding } from "../../codec/codec.ts";
import type { Json } from "../../unit/unit.ts";
import type { AnswerMessage } from "../message.ts";
import type { TrailingSignaturePolicy } from "./policy.ts";

export type Fields = Readonly<Record<string, Json>>;
/** The part of a policy that says what the envelope adds to a document. */
type Carrying = Pick<TrailingSignaturePolicy, "fields">;

export type SignedMessage = AnswerMessage & { readonly party?: string };

/** In the order in which they are written where the codec has none. */
export const CARRIED = ["party", "serial", "algorithm", "timestamp", "nonce"] as const;

export const NO_BOUNDS: Bounds = {
  bytes: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  members: Number.POSITIVE_INFINITY,
};

/** What the envelope adds to a document. */
export function carriedBy(
  { fields }: Carrying,
  message: { readonly [id in (typeof CARRIED)[number]]?: string | undefined },
): Fields {
  return Object.fromEntries(
    CARRIED.flatMap((id) => {
      const [name, value] = [fields[id], message[id]];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The fields of a payload; an empty one has none. */
function payloadIn(codec: Codec, body: Uint8Array): Decoding {
  return body.length === 0 ? { ok: true, value: {} } : codec.decode(body, NO_BOUNDS);
}

/**
 * The document that is signed: the payload with what the envelope adds; `more` are attributes of its root.
 *
 * @throws RangeError for what is no payload, or has a field of the envelope's.
 */
export function documentOf(policy: Carrying, codec: Codec, message: SignedMessage, more: Fields = {}): Uint8Array {
  const decoded = payloadIn(codec, message.body);
  if (!decoded.ok)
    throw new RangeError(`the payload is no ${codec.title}: ${decoded.message.en} (byte ${decoded.offset})`);
  const payload = decoded.value as Fields;
  const own = [...Object.values(policy.fields), ...Object.keys(more)].find((name) => Object.hasOwn(payload, name));
  if (own !== undefined) throw new RangeError(`the payload has a field ${own}, which the envelope adds itself`);
  return codec.encode({ ...more, ...carriedBy(policy, message), ...payload });
}

/** A body cut into its document and the text of its signature; undefined where nothing like a signature stands at its end. */
export function cut(
  { before, behind }: TrailingSignaturePolicy,
  body: Uint8Array,
): { readonly document: Uint8Array; readonly signature: string } | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const end = bytes.length - Buffer.byteLength(behind);
  const start = bytes.lastIndexOf(before);
  if (start < 0 || end < start + Buffer.byteLength(before) || bytes.subarray(end).toString("latin1") !== behind)
    return undefined;
  return {
    document: body.subarray(0, start),
    signature: bytes.subarray(start + Buffer.byteLength(before), end).toString("latin1"),
  };
}

/** A document with a signature behind it. */
export function signed(
  { before, behind }: TrailingSignaturePolicy,
  document: Uint8Array,
  signature: string,
): Uint8Array {
  return Buffer.concat([document, Buffer.from(before + signature + behind)]);
}
