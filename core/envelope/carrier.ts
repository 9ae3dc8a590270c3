import type { Codec } from "../codec/codec.ts";
import type { Envelope } from "./envelope.ts";

/** How a body of this codec stands on the wire; undefined for none. */
export const carrierOf = ({ carrier }: Pick<Envelope, "carrier">, codec: Codec | undefined): Codec | undefined =>
  codec === undefined ? undefined : (carrier ?? codec);
