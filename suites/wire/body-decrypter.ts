import type { CodecOf } from "../../core/codec/codecs.ts";
import type { Interface } from "../../core/pack/types.ts";
import { openedBodies } from "../../core/sealing/body/carried.ts";
import type { BodySealing } from "../../core/sealing/body/carried.ts";
import { contentOf } from "./content.ts";
import type { PartKey } from "./sealed-parts.ts";

/** The payload as it was before it was encrypted; as it came where it goes in clear, undefined where no key decrypts it. */
export type BodyDecrypter = (
  one: Interface,
  part: "request" | "response",
  payload: Uint8Array,
) => Uint8Array | undefined;

const NO_BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 64, members: Number.POSITIVE_INFINITY };

/** Decrypts with whichever of the keys gives a body that can be read: the judge knows the secrets of all its parties. */
export function bodyDecrypter(
  encryption: (one: Interface, part: "request" | "response") => BodySealing | undefined,
  codecOf: CodecOf,
  keys: readonly PartKey[],
): BodyDecrypter {
  const secrets = keys.filter((key) => key.kind === "sealing");
  return (one, part, payload) => {
    const sealing = encryption(one, part);
    if (sealing === undefined) return payload;
    const bodies = openedBodies(sealing, secrets, payload, NO_BOUNDS);
    return bodies.find((body) => contentOf(body, one[part].representation, codecOf) !== undefined) ?? bodies[0];
  };
}
