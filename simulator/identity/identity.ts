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
  /** The moment until which its signatures verify; absent: no end is known. */
  readonly expiresAt?: number;
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

/**
 * Our party with its signing keys, and the peers with theirs. Enrolment and rotation change it while running; the keys
 * themselves are immutable.
 */
export class Identity {
  readonly partyId: string;
  readonly #own: OwnKey[];
  /** Successors of the first keys, each from its moment on. */
  #successors: readonly OwnKey[] = [];
  #endOfFirst: number | undefined;
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

  /** All keys that verify our signatures: past, present and future ones. */
  get ownKeys(): readonly OwnKey[] {
    const end = this.#endOfFirst;
    return [
      ...(end === undefined ? this.#own : this.#own.map((key) => ({ ...key, expiresAt: end }))),
      ...this.#successors,
    ];
  }

  /**
   * Rotates to these keys, each from its moment on for its algorithm; the first keys are good until `until`. An empty
   * list undoes a rotation.
   */
  rotate(successors: readonly OwnKey[], until?: number): void {
    this.#successors = [...successors];
    this.#endOfFirst = successors.length === 0 ? undefined : until;
  }

  /**
   * The key for an algorithm, or the first: an answer to a request that named none still has to be signed. `now` in
   * milliseconds since the epoch.
   */
  signingKey(algorithm: string | undefined, now: number): OwnKey {
    const own = this.#own.find((key) => key.algorithm === algorithm) ?? (this.#own[0] as OwnKey);
    if (this.#successors.length === 0) return own;
    return this.#successors.find((key) => key.algorithm === own.algorithm && now >= key.effectiveAt) ?? own;
  }
}
