import type { Bounds } from "../../core/codec/codec.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { OpenWith, PublicHalf, SealWith } from "../../core/sealing/part.ts";
import type { ReceiverSealingPolicy, SealedPlace } from "../../core/sealing/policy.ts";
import { sealingScheme } from "../../core/sealing/schemes.ts";
import { openParts, sealParts } from "../../core/sealing/sealed-parts.ts";
import type { OpenedParts } from "../../core/sealing/sealed-parts.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Identity, Peer } from "./identity.ts";

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Between whom messages go, and when. */
export interface Between {
  readonly pack: Pack;
  readonly identity: Identity;
  readonly peer: Peer | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether a message of this interface names the key under which it is sealed: answers, and what is signed like them, do not. */
export const namesReceiverKey = ({ source }: Pick<Pack, "source">, one: Interface): boolean =>
  one.notification === undefined || source.manifest.policies.notification.signedAs !== "answer";

/** A message as it is sent, and the headers that say how it is sealed. */
export interface SealedMessage {
  readonly value: Json;
  readonly headers: Headers;
}

/**
 * A message to a peer with its sealed parts sealed, each anew. `named`: whether it names the key of the peer.
 *
 * @throws RangeError where the peer has no key to seal with.
 */
export function sealedTo(
  between: Between,
  places: readonly SealedPlace[],
  message: Json,
  { random, named }: { readonly random: RandomStream; readonly named: boolean },
): SealedMessage {
  if (places.length === 0) return { value: message, headers: [] };
  const { receiverSealing } = between.pack.source.manifest.policies;
  const lack = lackToSeal(between, places);
  if (lack !== undefined) throw new RangeError(lack);
  const to = receiverKeyOf(between);
  const keys: SealWith = {
    ...secretOf(between, random),
    ...(receiverSealing === undefined || to === undefined ? {} : { receiver: { policy: receiverSealing, to } }),
  };
  const value = sealParts(keys, places, message);
  const serial = named && places.some(({ key }) => key === "receiver") ? receiverSealing?.serial : undefined;
  if (serial === undefined || to === undefined) return { value, headers: [] };
  return "header" in serial
    ? { value, headers: [[serial.header, to.serial]] }
    : { value: { ...(value as Readonly<Record<string, Json>>), [serial.field]: to.serial }, headers: [] };
}

/** Why a message to a peer cannot be sealed; undefined where it can. */
export function lackToSeal(between: Between, places: readonly SealedPlace[]): string | undefined {
  const { peer } = between;
  const name = peer?.record.party_id ?? "a stranger";
  if (places.some(({ key }) => key !== "receiver") && peer?.sealing?.[0] === undefined)
    return `there is no secret to seal with for ${name}; enrol one (sealing_secret)`;
  return places.some(({ key }) => key === "receiver") && receiverKeyOf(between) === undefined
    ? `no public key of ${name} is enrolled for /policies/receiverSealing/algorithms of the pack; enrol one`
    : undefined;
}

function secretOf({ pack, peer }: Between, random: RandomStream): Pick<SealWith, "secret"> {
  const { sealing: policy } = pack.source.manifest.policies;
  const key = peer?.sealing?.[0];
  if (policy === undefined || key === undefined) return {};
  const length = sealingScheme(policy).scheme.nonceBytes;
  const nonce = (): string => Array.from({ length }, () => SIGNS.charAt(random.below(SIGNS.length))).join("");
  return { secret: { policy, key, nonce } };
}

/** The newest key of the peer that seals, of the algorithm that we sign with where it has one. */
function receiverKeyOf({ pack, identity, peer, now }: Between): PublicHalf | undefined {
  const { algorithms } = pack.source.manifest.policies.receiverSealing ?? { algorithms: {} };
  const fitting = (peer?.keys ?? []).flatMap(({ serial, algorithm, key, from, until }): readonly PublicHalf[] =>
    key.kind === "public" &&
    algorithms[algorithm] !== undefined &&
    (from === undefined || now >= from) &&
    (until === undefined || now < until)
      ? [{ serial, algorithm, publicPem: key.pem }]
      : [],
  );
  const ours = identity.signingKey(undefined, now, peer?.record.party_id)?.algorithm;
  return fitting.findLast(({ algorithm }) => algorithm === ours) ?? fitting.at(-1);
}

/** A message of a peer with its sealed parts opened. `named` is the message where it names the key of ours. */
export function openedFrom(
  between: Between,
  places: readonly SealedPlace[],
  message: Json,
  { bounds, named }: { readonly bounds: Bounds; readonly named?: { readonly headers: Headers } },
): OpenedParts {
  if (places.length === 0) return { value: message };
  const { sealing, receiverSealing } = between.pack.source.manifest.policies;
  const keys: OpenWith = {
    ...(sealing === undefined ? {} : { secret: { policy: sealing, keys: between.peer?.sealing ?? [] } }),
    ...(receiverSealing === undefined
      ? {}
      : { receiver: { policy: receiverSealing, keys: openingKeys(between, receiverSealing, message, named) } }),
  };
  return openParts(keys, places, message, bounds);
}

/** Keys of ours that are good now and that the message may mean: the one it names, where it has to name one. */
function openingKeys(
  { identity, now }: Between,
  { algorithms, serial: where }: ReceiverSealingPolicy,
  message: Json,
  named: { readonly headers: Headers } | undefined,
): NonNullable<OpenWith["receiver"]>["keys"] {
  const known = identity.ownKeys.filter(
    ({ algorithm, effectiveAt, expiresAt }) =>
      algorithms[algorithm] !== undefined && now >= effectiveAt && (expiresAt === undefined || now < expiresAt),
  );
  const meant =
    where === undefined || named === undefined
      ? known
      : known.filter(({ serial }) => serial === serialIn(where, message, named.headers));
  return meant.map(({ algorithm, key }) => ({ kind: "receiver", algorithm, privatePem: key.pem }));
}

function serialIn(
  where: NonNullable<ReceiverSealingPolicy["serial"]>,
  message: Json,
  headers: Headers,
): string | undefined {
  if ("field" in where) {
    const value = (message as Readonly<Record<string, Json>> | null)?.[where.field];
    return typeof value === "string" ? value : undefined;
  }
  const [value, second] = headerValues(headers, where.header.toLowerCase());
  return second === undefined ? value : undefined;
}
