import type { Pack } from "../../core/pack/compile.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Attempt, Fields, PeerCall, Reply } from "./attempt.ts";

/** What the caller holds for true when it is done. `unknown`: nothing was said that it may believe. */
export type Conclusion =
  | { readonly outcome: "answered"; readonly answer: Fields }
  | { readonly outcome: "refused"; readonly code: string }
  | { readonly outcome: "unknown" };

/** Pauses before a call that nothing can be asked about is sent again, where the pack has no schedule of its own for it. Seconds. */
const AGAIN_SECONDS = [1, 2, 5];

/**
 * Calls a peer and follows the matter until the peer has said how it stands, by what the pack says of each interface and
 * each code: what is final is believed; what is not, and what came to nobody's ears, is asked for by query under the same
 * number; what was turned away, and what the peer turns out not to know, is sent again as it was. What stays open after
 * that is told of by the peer itself. Nothing here is about one interface.
 */
export async function callPeer(pack: Pack, runtime: Runtime, attempt: Attempt, call: PeerCall): Promise<Conclusion> {
  const one = pack.interface(call.interface);
  const { success, query } = one.caller;
  const states = pack.triggeredByCall(one.id)?.lifecycle.states ?? {};
  const isFinal = (body: Fields): boolean => states[String(body["state"])]?.final === true;
  // What only reads, and what goes by a number, does nothing when it comes twice.
  const repeatable = one.read !== undefined || one.idempotency !== undefined;
  const matter: {
    /** The answer to the call, believed, which may still change. */ held?: Fields;
    next: "query" | "same";
  } = { next: "same" };

  /** What an answer to the call itself ends in; undefined: it is not over. */
  const ended = (reply: Reply): Conclusion | undefined => {
    if (reply.kind === "success") {
      if (success === "final" || isFinal(reply.body)) return { outcome: "answered", answer: reply.body };
      matter.held = reply.body;
    }
    // Nothing has left, and whoever is there is not asked either.
    if (reply.kind === "stranger") return { outcome: "unknown" };
    if (reply.kind === "refusal" && (reply.class === "final-fail" || reply.class === "fix-and-resend"))
      return { outcome: "refused", code: reply.code };
    matter.next = query === undefined || (reply.kind === "refusal" && reply.class === "retry-same") ? "same" : "query";
    return undefined;
  };

  const first = ended(await attempt(call));
  if (first !== undefined) return first;
  for (const seconds of query?.afterSeconds ?? AGAIN_SECONDS) {
    if (matter.next === "same" && !repeatable) break;
    await runtime.sleep(seconds * 1000);
    if (matter.next === "query" && query !== undefined) {
      const reply = await attempt({ ...call, interface: query.interface, data: { ...matter.held, ...call.data } });
      if (reply.kind === "success") return { outcome: "answered", answer: reply.body };
      // Of what was never believed the peer knows nothing: the call did not get there.
      if (reply.kind !== "refusal" || reply.class !== "final-fail" || matter.held !== undefined || !repeatable)
        continue;
    }
    const again = ended(await attempt(call));
    if (again !== undefined) return again;
  }
  return matter.held === undefined ? { outcome: "unknown" } : { outcome: "answered", answer: matter.held };
}
