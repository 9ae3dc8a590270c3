import { mediaTypeIn } from "../codec/codec.ts";
import type { Codec } from "../codec/codec.ts";
import type { BodySealing } from "../sealing/body/carried.ts";
import type { Envelope } from "./envelope.ts";

/** How a body of this codec stands on the wire, encrypted or not; undefined for none. */
export function carrierOf(
  { carrier }: Pick<Envelope, "carrier">,
  codec: Codec | undefined,
  sealing: BodySealing | undefined,
): Codec | undefined {
  return codec === undefined ? undefined : (carrier ?? encryptedCodec(codec, sealing));
}

/** The codec under the media type that its encrypted bodies have. */
export function encryptedCodec(codec: Codec, sealing: BodySealing | undefined): Codec {
  const { mediaType } = sealing?.place ?? {};
  return mediaType === undefined
    ? codec
    : { ...codec, mediaType, contentType: mediaType, accepts: mediaTypeIn(mediaType) };
}
