import { Workspace } from "../../core/unit/workspace.ts";
import { outboxKey } from "../../core/lifecycle/engine.ts";
import type { OutboxRow } from "../../core/lifecycle/engine.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import { encodeBase64, formatAuthorization, requestBase } from "../../core/signature/message.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import type { Identity } from "../identity/identity.ts";
import { freshNonce } from "../identity/nonce.ts";
import type { Journal } from "../journal/journal.ts";
import type { Switchboard } from "../faults/switchboard.ts";
import type { Store } from "../store/store.ts";
import { mayBeNotified } from "./target.ts";

const utf8 = new TextEncoder();

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

  constructor(parts: { readonly pack: Pack; readonly identity: Identity; readonly runtime: Runtime; readonly store: Store; readonly journal: Journal; readonly switchboard: Switchboard }) {
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
    const sent = await Promise.all(delays.map(async (delayMs) => {
      if (delayMs > 0) await this.#runtime.sleep(delayMs);
      return this.#send(row);
    }));
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

  /** True when acknowledged. */
  async #send(row: OutboxRow): Promise<boolean> {
    const { signature: policy, notification } = this.#pack.source.manifest.policies;
    const startedAt = this.#runtime.now();
    const body = utf8.encode(JSON.stringify(row.body));
    const peer = this.#identity.peer(row.party_id);
    if (peer === undefined || !mayBeNotified(row.target, peer.record.notify_prefixes)) {
      const failure = `blocked: ${row.party_id} has not registered ${row.target}`;
      this.#journal.record({ direction: "out", at: startedAt, durationMs: 0, interface: row.interface, party: row.party_id, faults: [], request: { method: "POST", url: row.target, target: row.target, headers: [], body }, failure });
      return false;
    }
    const url = new URL(row.target);
    const key = this.#identity.signingKey(undefined);
    const timestamp = String(Math.floor(startedAt / 1000));
    const nonce = freshNonce(this.#runtime.random("nonce"));
    const base = requestBase(policy, { method: "POST", pathAndQuery: url.pathname + url.search, timestamp, nonce, body });
    const signature = encodeBase64(await this.#runtime.offload.sign(key.key, base));
    const headers: (readonly [string, string])[] = [
      ["Content-Type", "application/json; charset=utf-8"],
      [policy.authorization.header, formatAuthorization(policy, key.algorithm, { party: this.#identity.partyId, nonce, timestamp, serial: key.serial, signature })],
    ];
    const request = { method: "POST", url: row.target, headers, body };
    let response: HttpResponse | undefined;
    let failure: string | undefined;
    try {
      response = await this.#runtime.transport.send({ ...request, timeoutMs: notification.acknowledgeWithinSeconds * 1000 });
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      failure = `${error.kind}: ${error.message}`;
    }
    this.#journal.record({
      direction: "out", at: startedAt, durationMs: this.#runtime.now() - startedAt, interface: row.interface, party: row.party_id, faults: [],
      request: { method: "POST", url: row.target, target: url.pathname + url.search, headers, body },
      ...(response === undefined ? {} : { response }),
      ...(failure === undefined ? {} : { failure }),
    });
    return response !== undefined && notification.acknowledgeStatus.includes(response.status);
  }
}

function* settling(key: string, next: (OutboxRow & { readonly ended?: true }) | undefined): Unit<undefined> {
  const work = new Workspace();
  work.put("outbox", key, undefined);
  // What nobody ever acknowledged is kept apart: an operator may want to see it, the queue never again.
  if (next !== undefined) work.put(next.ended === true ? "outbox-ended" : "outbox", outboxKey(next), next as unknown as Json);
  return work.outcome(undefined);
}
