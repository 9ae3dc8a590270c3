import type { PartyRecord } from "../../core/lifecycle/party.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import type { PrivateKey, SigningKey, VerifyingKey } from "../../core/signature/scheme.ts";
import type { Gateway } from "./gateway.ts";

/** A key this side signs with. `algorithm` is the token of the pack's signature policy. */
export interface OwnKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly key: PrivateKey;
  readonly publicPem: string;
  /** PEM of its certificate, where it has one. */
  readonly certificate?: string;
  /** Milliseconds since the epoch. */
  readonly effectiveAt: number;
  /** The moment until which its signatures verify; absent: no end is known. */
  readonly expiresAt?: number;
}

/**
 * A key with which a peer signs, and if it is a shared secret we to it. Outside of `from`..`until` it verifies nothing.
 */
export interface PeerKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly key: VerifyingKey;
  readonly from?: number;
  readonly until?: number;
}

/** What one message of ours is signed with. */
export interface SigningAs {
  readonly serial: string;
  readonly algorithm: string;
  readonly key: SigningKey;
  /** PEM of its certificate, where it has one. */
  readonly certificate?: string;
}

export interface Peer {
  readonly record: PartyRecord;
  readonly keys: readonly PeerKey[];
  /** Secrets under which parts of messages are sealed, both ways; we seal with the first. */
  readonly sealing?: readonly SealingKey[];
  /** SHA-256 of the certificates, one of which its connections show in TLS; absent: its signature alone tells who it is. */
  readonly clientCertificates?: readonly string[];
  /** What we pass on the way to it; absent: it is called as it verifies. */
  readonly gateway?: Gateway;
}

/**
 * Our party with its signing keys, and the peers with theirs. Enrolment and rotation change it while running; the keys
 * themselves are immutable.
 */
export class Identity {
  readonly partyId: string;
  /** Names under which a message reaches us: ours, and those of parties whose notifications we take. */
  readonly names: ReadonlySet<string>;
  readonly #own: OwnKey[];
  /** Successors of the first keys, each from its moment on. */
  #successors: readonly OwnKey[] = [];
  #endOfFirst: number | undefined;
  readonly #peers = new Map<string, Peer>();

  constructor(partyId: string, own: readonly OwnKey[], peers: readonly Peer[], others: readonly string[] = []) {
    this.partyId = partyId;
    this.names = new Set([partyId, ...others]);
    this.#own = [...own];
    for (const peer of peers) this.enrol(peer);
  }

  enrol(peer: Peer): void {
    const algorithms = [...new Set(peer.keys.map(({ algorithm }) => algorithm))];
    this.#peers.set(peer.record.party_id, { ...peer, record: { ...peer.record, algorithms } });
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

  /** The key of our own that a caller asks for by its serial, if it is good now. */
  ownKeyNamed(serial: string, now: number): SigningAs | undefined {
    return this.ownKeys.find(
      (key) => key.serial === serial && now >= key.effectiveAt && (key.expiresAt === undefined || now < key.expiresAt),
    );
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
   * The key for a message to a peer: the secret that both have, else our own for the algorithm, else our first, because
   * an answer to a request that named none still has to be signed. Undefined where there are only secrets and the peer
   * has none. `now` in milliseconds since the epoch.
   */
  signingKey(algorithm: string | undefined, now: number, peerId?: string): SigningAs | undefined {
    const shared = peerId === undefined ? undefined : this.#sharedWith(peerId, algorithm, now);
    if (shared !== undefined) return shared;
    const own = this.#own.find((key) => key.algorithm === algorithm) ?? this.#own[0];
    if (own === undefined || this.#successors.length === 0) return own;
    return this.#successors.find((key) => key.algorithm === own.algorithm && now >= key.effectiveAt) ?? own;
  }

  /** The newest secret of a peer that is good now. */
  #sharedWith(peerId: string, algorithm: string | undefined, now: number): SigningAs | undefined {
    const peer = this.peer(peerId);
    if (peer === undefined) return undefined;
    let found: SigningAs | undefined;
    for (const { serial, algorithm: token, key, from, until } of peer.keys)
      if (
        key.kind === "secret" &&
        (algorithm === undefined || token === algorithm) &&
        (from === undefined || now >= from) &&
        (until === undefined || now < until)
      )
        found = { serial, algorithm: token, key };
    return found;
  }
}
