import type { Bounds, Codec, Decoding } from "../../core/codec/codec.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { carriedBody, openedBodies } from "../../core/sealing/body/carried.ts";
import type { BodySealing } from "../../core/sealing/body/carried.ts";
import type { Peer } from "./identity.ts";

/** Why a body cannot be encrypted for a peer; undefined where it can, or goes in clear. */
export function lackToEncrypt(peer: Peer | undefined, sealing: BodySealing | undefined): string | undefined {
  return sealing === undefined || peer?.sealing?.[0] !== undefined
    ? undefined
    : `there is no secret to encrypt bodies with for ${peer?.record.party_id ?? "a stranger"}; enrol one (sealing_secret)`;
}

/**
 * A body as it goes to a peer: in clear, or encrypted anew.
 *
 * @throws RangeError where the peer has no secret.
 */
export function carriedTo(
  peer: Peer | undefined,
  sealing: BodySealing | undefined,
  plain: Uint8Array,
  random: RandomStream,
): Uint8Array {
  if (sealing === undefined) return plain;
  const key = peer?.sealing?.[0];
  if (key === undefined) throw new RangeError(lackToEncrypt(peer, sealing));
  return carriedBody(sealing, key, plain, (count) => random.bytes(count));
}

/**
 * What the body of a peer's message says. Undefined where it is to be encrypted and cannot be opened or read, whatever the
 * reason: a sender that can tell a wrong padding from a wrong text decrypts what others have sent.
 */
export function decodedFrom(
  { pack, peer }: { readonly pack: Pack; readonly peer: Peer },
  [one, part]: readonly [Interface, "request" | "response"],
  carried: Uint8Array,
  codec: Codec,
  bounds: Bounds,
): Decoding | undefined {
  const sealing = bodySealingOf(pack.source.manifest.policies, one, part);
  if (sealing === undefined) return codec.decode(carried, bounds);
  const bodies = openedBodies(sealing, peer.sealing ?? [], carried, bounds);
  // Something is decoded where nothing was opened too, so that the time tells nothing.
  const decoded = (bodies.length === 0 ? [carried] : bodies).map((body) => codec.decode(body, bounds));
  return bodies.length === 0 ? undefined : decoded.find(({ ok }) => ok);
}

/** The headers that say that a body is encrypted. */
export const encryptionHeaders = (sealing: BodySealing | undefined): readonly (readonly [string, string])[] => {
  const { header } = sealing?.place ?? {};
  return header === undefined ? [] : [[header.name, header.value]];
};
