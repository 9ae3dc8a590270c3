import type { PartyRecord } from "../../core/lifecycle/party.ts";
import type { PrivateKey, PublicKey } from "../../core/signature/scheme.ts";

/** A key this side signs with. `algorithm` is the token of the pack's signature policy. */
export interface OwnKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly key: PrivateKey;
  readonly publicPem: string;
  /** Milliseconds since the epoch. */
  readonly effectiveAt: number;
}

/** A key with which a peer signs. Outside of `from`..`until` it verifies nothing. */
export interface PeerKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly key: PublicKey;
  readonly from?: number;
  readonly until?: number;
}

export interface Peer {
  readonly record: PartyRecord;
  readonly keys: readonly PeerKey[];
}

/** Who we are and whom we know. Enrolment may change while running; the keys themselves are immutable. */
export class Identity {
  readonly partyId: string;
  readonly #own: OwnKey[];
  readonly #peers = new Map<string, Peer>();

  constructor(partyId: string, own: readonly OwnKey[], peers: readonly Peer[]) {
    if (own.length === 0) throw new Error(`${partyId} has no key to sign with; give it at least one`);
    this.partyId = partyId;
    this.#own = [...own];
    for (const peer of peers) this.enrol(peer);
  }

  enrol(peer: Peer): void {
    this.#peers.set(peer.record.party_id, peer);
  }

  peer(partyId: string): Peer | undefined {
    return this.#peers.get(partyId);
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  get ownKeys(): readonly OwnKey[] {
    return this.#own;
  }

  /** The key for an algorithm, or the first: an answer to a request that named none still has to be signed. */
  signingKey(algorithm: string | undefined): OwnKey {
    return this.#own.find((key) => key.algorithm === algorithm) ?? (this.#own[0] as OwnKey);
  }
}
