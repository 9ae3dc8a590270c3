import type { PublicKey, VerifyingKey } from "../../../core/signature/scheme.ts";
import { Identity } from "../../identity/identity.ts";
import type { Peer, PeerKey, SigningAs } from "../../identity/identity.ts";

/** An identity with other views of its peers; enrolments still reach the wrapped identity. */
export class OtherPeers extends Identity {
  readonly #inner: Identity;
  readonly #see: (peer: Peer, all: readonly Peer[]) => Peer;

  constructor(inner: Identity, see: (peer: Peer, all: readonly Peer[]) => Peer) {
    super(inner.partyId, inner.ownKeys, []);
    this.#inner = inner;
    this.#see = see;
  }

  override enrol(peer: Peer): void {
    this.#inner.enrol(peer);
  }

  override peer(partyId: string): Peer | undefined {
    const peer = this.#inner.peer(partyId);
    return peer === undefined ? undefined : this.#see(peer, this.#inner.peers);
  }

  override get peers(): readonly Peer[] {
    const all = this.#inner.peers;
    return all.map((peer) => this.#see(peer, all));
  }
}

/** An identity that never changes the key of its calls and notifications, whatever its answers are signed with. */
export class UnrotatedCalls extends Identity {
  override signingKey(algorithm: string | undefined, now: number, peerId?: string): SigningAs | undefined {
    return super.signingKey(algorithm, algorithm === undefined ? 0 : now, peerId);
  }
}

type Verify = (base: Uint8Array, signature: Uint8Array, key: VerifyingKey) => boolean;

/** Peers' keys also verify what `verify` accepts; it is asked only where the key itself refuses. */
export function alsoVerifying(identity: Identity, verify: Verify): Identity {
  const lax = (one: PeerKey): PeerKey => ({
    ...one,
    key: {
      ...one.key,
      verify: (base, signature) => one.key.verify(base, signature) || verify(base, signature, one.key),
    },
  });
  return new OtherPeers(identity, (peer) => ({ ...peer, keys: peer.keys.map(lax) }));
}

/** The same for public keys alone: mistakes with key pairs. */
export function alsoVerifyingPairs(
  identity: Identity,
  verify: (base: Uint8Array, signature: Uint8Array, key: PublicKey) => boolean,
): Identity {
  return alsoVerifying(identity, (base, signature, key) => key.kind === "public" && verify(base, signature, key));
}
