import { partyIndex } from "../../core/lifecycle/party.ts";
import { validity } from "../../core/signature/certificate.ts";
import { Identity } from "../../simulator/identity/identity.ts";
import type { Peer, PeerKey } from "../../simulator/identity/identity.ts";
import type { NamedPeer } from "../peer.ts";
import type { BoundClient } from "../serving-tls.ts";
import { DEFAULT_PARTIES } from "./default-parties.ts";
import type { State } from "./state.ts";

/**
 * Who a served role is and whom it knows, of its state directory and the peer that the command line named. `registered` is
 * the target that each of its peers is registered with, `clients` the certificates that are bound to
 * them.
 */
export function identityOf(
  state: State,
  prefixes: readonly string[],
  peer: NamedPeer | undefined,
  registered?: string,
  clients: ReadonlyMap<string, BoundClient> = new Map(),
): Identity {
  const own = state.own.map(({ serial, algorithm, privateKey, publicKey, certificate, madeAt }) => ({
    serial,
    algorithm,
    key: privateKey,
    publicPem: publicKey.pem,
    ...(certificate === undefined ? {} : { certificate: certificate.pem }),
    effectiveAt: madeAt,
  }));
  const known = new Map<string, PeerKey[]>(
    state.peers.map(({ partyId, algorithm, keys }) => [
      partyId,
      [
        "secret" in keys
          ? { serial: keys.serial, algorithm, key: keys.secret }
          : { serial: keys.serial, algorithm, key: keys.publicKey, ...validity(keys.certificate?.pem) },
      ],
    ]),
  );
  if (peer?.party !== undefined)
    known.set(peer.party.partyId, [...(known.get(peer.party.partyId) ?? []), ...peer.party.keys]);
  const sealing = new Map(
    state.peers.flatMap(({ partyId, sealing: kept }) => (kept === undefined ? [] : [[partyId, [kept.key]] as const])),
  );
  if (peer?.party?.sealing !== undefined) sealing.set(peer.party.partyId, [peer.party.sealing]);
  const peers = [...known].map(([partyId, keys], at): Peer => ({
    record: {
      party_id: partyId,
      index: partyIndex(at + 1),
      notify_prefixes: prefixes,
      ...(registered === undefined ? {} : { notify_url: registered }),
    },
    keys,
    ...(clients.has(partyId) ? { clientCertificates: [clients.get(partyId)?.digest ?? ""] } : {}),
    ...(sealing.has(partyId) ? { sealing: sealing.get(partyId) ?? [] } : {}),
    ...(peer?.party?.gateway !== undefined && peer.party.partyId === partyId ? { gateway: peer.party.gateway } : {}),
  }));
  return new Identity(DEFAULT_PARTIES[state.role].own, own, peers);
}
