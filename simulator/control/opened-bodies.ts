import type { Pack } from "../../core/pack/compile.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import { openedBodies } from "../../core/sealing/body/carried.ts";
import type { Identity } from "../identity/identity.ts";
import type { JournalEntry } from "../journal/journal.ts";

/** The bodies of an exchange before they were encrypted; absent for what goes in clear or no secret opens. */
export interface OpenedBodies {
  readonly request?: Uint8Array;
  readonly response?: Uint8Array;
}

const NO_BOUNDS = { bytes: Number.POSITIVE_INFINITY, depth: 64, members: Number.POSITIVE_INFINITY };

/** Decrypts the bodies of exchanges, so that whoever plays a party reads what was said. Nothing of them is believed. */
export function bodyOpener(pack: Pack, identity: Identity): (entry: JournalEntry) => OpenedBodies {
  const { policies } = pack.source.manifest;
  if (policies.bodySealing === undefined) return () => ({});
  return ({ interface: id, party, request, response }) => {
    if (id === undefined) return {};
    const one = pack.interface(id);
    const peers = party === undefined ? identity.peers : [identity.peer(party)];
    const keys = peers.flatMap((peer) => peer?.sealing ?? []);
    const opened = (part: "request" | "response", carried: Uint8Array | undefined): Uint8Array | undefined => {
      const sealing = bodySealingOf(policies, one, part);
      if (sealing === undefined || carried === undefined) return undefined;
      const codec = pack.codecOf(one[part].representation);
      const bodies = openedBodies(sealing, keys, carried, NO_BOUNDS);
      return bodies.find((body) => codec?.decode(body, NO_BOUNDS).ok === true) ?? bodies[0];
    };
    const asked = opened("request", payloadOf(pack, id, request));
    const answered = response === undefined ? undefined : opened("response", answerOf(pack, response));
    return {
      ...(asked === undefined ? {} : { request: asked }),
      ...(answered === undefined ? {} : { response: answered }),
    };
  };
}

function payloadOf(pack: Pack, id: string, request: JournalEntry["request"]): Uint8Array | undefined {
  const { body } = request;
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined;
  const opened = pack.requestEnvelope(pack.interface(id)).openRequest({ ...request, body }, NO_BOUNDS);
  return opened.ok ? opened.body : body;
}

function answerOf(pack: Pack, response: NonNullable<JournalEntry["response"]>): Uint8Array {
  const opened = pack.envelope.openAnswer(response);
  return opened.ok ? opened.body : response.body;
}
