import { codecsOf } from "../core/codec/codecs.ts";
import type { Policies } from "../core/pack/types.ts";
import { wireApp } from "../simulator/http/app.ts";
import type { RawRequest, RawResponse } from "../simulator/http/raw.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { IDENTIFIER, runNonceOf } from "../suites/data/fresh.ts";
import { notificationEnvelope, wireEnvelope } from "../suites/wire/envelope/wire-envelopes.ts";

/** By what a request is told to be meant for the counterparty. */
export interface Meant {
  readonly policies: Policies;
  /** Where targets of notifications begin. */
  readonly notifyUrl: string;
  readonly sutPartyId: string;
  /** Serials of the SUT's keys. */
  readonly serials: readonly string[];
}

/**
 * Tells what was sent to the counterparty on account of this product from what others send to any open port: health
 * probes, scanners, another system's calls. It went to a target that a check has handed out, says that the SUT signed it,
 * or is about a number that a check has made. A wrong signature of the SUT is for the checks to find, so none is verified
 * here.
 */
export function isMeant({ policies, notifyUrl, sutPartyId, serials }: Meant): (request: RawRequest) => boolean {
  // A notification may be signed like an answer, and then names no party.
  const codecOf = codecsOf(policies);
  const readers = [wireEnvelope(policies.envelope, codecOf), notificationEnvelope(policies, codecOf)];
  const folder = `${new URL(notifyUrl).pathname}/`;
  return ({ target, headers, body }) => {
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    if (target.startsWith(folder) && runNonceOf(target.split(/[/?]/u).at(-1) ?? "") !== undefined) return true;
    const said = readers.map(({ readRequest }) => readRequest({ headers, target, body: bytes }).claims);
    if (said.some(({ party, serial }) => party === sutPartyId || (serial !== undefined && serials.includes(serial))))
      return true;
    return IDENTIFIER.test(target) || IDENTIFIER.test(new TextDecoder().decode(bytes));
  };
}

/**
 * A simulator that turns away what is not meant for it, unsigned and without a line in its journal: a flood of it leaves
 * the journal's room to what the SUT sends.
 */
export function withoutStrays(simulator: Simulator, meant: (request: RawRequest) => boolean): Simulator {
  const handle = (request: RawRequest): Promise<RawResponse> =>
    meant(request) ? simulator.handle(request) : Promise.resolve(NOT_HERE);
  return { ...simulator, handle, app: wireApp(handle, simulator.pack.source.manifest.policies.limits.bodyBytes) };
}

const NOT_HERE: RawResponse = { status: 404, headers: [], body: new Uint8Array() };
