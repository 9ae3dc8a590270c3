import { Workspace } from "../../core/unit/workspace.ts";
import { outboxKey } from "../../core/lifecycle/outbox.ts";
import type { OutboxRow } from "../../core/lifecycle/outbox.ts";
import { carrierOf } from "../../core/envelope/carrier.ts";
import { acknowledges } from "../../core/pack/acknowledgement.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { atPointer } from "../../core/json/pointer.ts";
import type { Interface } from "../../core/pack/types.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { doubt } from "../caller/belief.ts";
import { sendSigned } from "../caller/outgoing.ts";
import { carriedTo, encryptionHeaders, lackToEncrypt } from "../identity/body-sealing.ts";
import { lackToSeal, namesReceiverKey, sealedTo } from "../identity/sealing.ts";
import type { Identity, Peer } from "../identity/identity.ts";
import type { Journal } from "../journal/journal.ts";
import type { Switchboard } from "../faults/switchboard.ts";
import type { Store } from "../store/store.ts";
import { mayBeNotified } from "./target.ts";

/**
 * Sends what commits have put into the outbox: signed anew at each attempt, on the pack's schedule, until acknowledged
 * or until the schedule ends. Only to targets that the party's registration allows, checked again at each attempt, and
 * never along a redirect.
 */
export class Notifier {
  readonly #pack: Pack;
  readonly #identity: Identity;
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #switchboard: Switchboard;

  constructor(parts: {
    readonly pack: Pack;
    readonly identity: Identity;
    readonly runtime: Runtime;
    readonly store: Store;
    readonly journal: Journal;
    readonly switchboard: Switchboard;
  }) {
    this.#pack = parts.pack;
    this.#identity = parts.identity;
    this.#runtime = parts.runtime;
    this.#store = parts.store;
    this.#journal = parts.journal;
    this.#switchboard = parts.switchboard;
  }

  /** Takes up one row that is due: one attempt, then the row is gone or due later. */
  async attempt(key: string, row: OutboxRow): Promise<void> {
    const delays = this.#switchboard.deliveries(row.interface);
    const sent = await Promise.all(
      delays.map(async (delayMs) => {
        if (delayMs > 0) await this.#runtime.sleep(delayMs);
        return this.#send(row);
      }),
    );
    return this.#settle(key, sent.includes(true) ? undefined : this.#next(row));
  }

  /** The row as it waits for its next attempt; without a due time when the schedule has ended. */
  #next(row: OutboxRow): OutboxRow & { readonly ended?: true } {
    const wait = this.#pack.source.manifest.policies.notification.retrySeconds[row.attempts];
    return wait === undefined
      ? { ...row, attempts: row.attempts + 1, ended: true }
      : { ...row, attempts: row.attempts + 1, due: this.#runtime.now() + wait * 1000 };
  }

  async #settle(key: string, next: (OutboxRow & { readonly ended?: true }) | undefined): Promise<void> {
    await this.#store.transact(() => settling(key, next));
  }

  /** Why a notification cannot be sent; undefined where it can. */
  #blocked(row: OutboxRow, peer: Peer | undefined): string | undefined {
    if (peer === undefined || !mayBeNotified(row.target, peer.record.notify_prefixes))
      return `blocked: ${row.party_id} has not registered ${row.target}`;
    const between = { pack: this.#pack, identity: this.#identity, peer, now: this.#runtime.now() };
    const lack =
      lackToSeal(between, this.#pack.validators(row.interface).sealedInBody) ??
      lackToEncrypt(peer, this.#encryption(row));
    return lack === undefined ? undefined : `blocked: ${lack}`;
  }

  /** How the body of a notification is carried. */
  #encryption(row: OutboxRow): ReturnType<typeof bodySealingOf> {
    return bodySealingOf(this.#pack.source.manifest.policies, this.#pack.interface(row.interface), "request");
  }

  /** True when acknowledged. */
  async #send(row: OutboxRow): Promise<boolean> {
    const { notification } = this.#pack.source.manifest.policies;
    const one = this.#pack.interface(row.interface);
    const codec = this.#pack.codecOf(one.request.representation) ?? this.#pack.envelope.codec;
    const { bodyForms, sealedInBody } = this.#pack.validators(row.interface);
    const said = bodyForms.write(row.body);
    const peer = this.#identity.peer(row.party_id);
    const failure = this.#blocked(row, peer);
    const between = { pack: this.#pack, identity: this.#identity, peer, now: this.#runtime.now() };
    const sealed =
      failure === undefined
        ? sealedTo(between, sealedInBody, said, {
            random: this.#runtime.random("sealing"),
            named: namesReceiverKey(this.#pack, one),
          })
        : { value: said, headers: [] };
    const plain = codec.encode(sealed.value);
    if (failure !== undefined) {
      this.#journal.record({
        direction: "out",
        at: this.#runtime.now(),
        durationMs: 0,
        interface: row.interface,
        party: row.party_id,
        faults: [],
        request: { method: "POST", url: row.target, target: row.target, headers: [], body: plain },
        failure,
      });
      return false;
    }
    const encryption = this.#encryption(row);
    const response = await sendSigned(
      { pack: this.#pack, identity: this.#identity, runtime: this.#runtime, journal: this.#journal },
      {
        method: "POST",
        url: row.target,
        body: carriedTo(peer, encryption, plain, this.#runtime.random("sealing")),
        contentType: carrierOf(this.#pack.requestEnvelope(one), codec, encryption)?.contentType ?? codec.contentType,
        headers: [...sealed.headers, ...encryptionHeaders(encryption)],
        interface: row.interface,
        party: row.party_id,
        timeoutMs: notification.acknowledgeWithinSeconds * 1000,
      },
    );
    return (
      !(response instanceof TransportFailure) &&
      acknowledges(notification, response) &&
      (notification.acknowledgeSigned === undefined || this.#isSigned(one, peer, response))
    );
  }

  /** Whether a peer signed its acknowledgement, and says in it what every good answer says. */
  #isSigned(one: Interface, peer: Peer | undefined, response: HttpResponse): boolean {
    const envelope = this.#pack.answerEnvelope(one);
    if (peer === undefined || doubt(this.#pack, peer, response, this.#runtime.now(), envelope) !== undefined)
      return false;
    const { success, limits } = this.#pack.source.manifest.policies;
    const codec = this.#pack.codecOf(one.response.representation);
    const opened = envelope.openAnswer(response);
    if (success === undefined || codec === undefined || !opened.ok) return opened.ok;
    const bounds = { bytes: limits.bodyBytes, depth: limits.depth, members: limits.members };
    const said = codec.decode(opened.body, bounds);
    return said.ok && atPointer(said.value, `/${success.field}`) === success.value;
  }
}

function* settling(key: string, next: (OutboxRow & { readonly ended?: true }) | undefined): Unit<undefined> {
  const work = new Workspace();
  work.put("outbox", key, undefined);
  // A notification that was never acknowledged is kept apart, for an operator to see, outside the queue.
  if (next !== undefined)
    work.put(next.ended === true ? "outbox-ended" : "outbox", outboxKey(next), next as unknown as Json);
  return work.outcome(undefined);
}
