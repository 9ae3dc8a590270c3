import type { Bounds } from "../../core/codec/codec.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { SealedPlace } from "../../core/sealing/policy.ts";
import { sealingScheme } from "../../core/sealing/schemes.ts";
import { openParts, sealParts } from "../../core/sealing/sealed-parts.ts";
import type { OpenedParts } from "../../core/sealing/sealed-parts.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Peer } from "./identity.ts";

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A message to a peer with its sealed parts sealed, each under a nonce of its own.
 *
 * @throws RangeError where the peer has no secret to seal with.
 */
export function sealedTo(
  pack: Pack,
  peer: Peer | undefined,
  places: readonly SealedPlace[],
  message: Json,
  random: RandomStream,
): Json {
  const { sealing } = pack.source.manifest.policies;
  if (sealing === undefined || places.length === 0) return message;
  const key = peer?.sealing?.[0];
  if (key === undefined)
    throw new RangeError(
      `there is no secret to seal with for ${peer?.record.party_id ?? "a stranger"}; enrol one (sealing_secret)`,
    );
  const length = sealingScheme(sealing).scheme.nonceBytes;
  return sealParts(sealing, key, places, message, () =>
    Array.from({ length }, () => SIGNS.charAt(random.below(SIGNS.length))).join(""),
  );
}

/** A message of a peer with its sealed parts opened. */
export function openedFrom(
  pack: Pack,
  peer: Peer,
  places: readonly SealedPlace[],
  message: Json,
  bounds: Bounds,
): OpenedParts {
  const { sealing } = pack.source.manifest.policies;
  if (sealing === undefined || places.length === 0) return { value: message };
  return openParts(sealing, peer.sealing ?? [], places, message, bounds);
}
