import { meaningsOfInterface } from "../../core/pack/meaning.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Attempt, Fields, PeerCall, Reply } from "./attempt.ts";

/** The caller's conclusion. `unknown`: no answer was believable. */
export type Conclusion =
  | { readonly outcome: "answered"; readonly answer: Fields }
  | { readonly outcome: "refused"; readonly code: string }
  | { readonly outcome: "unknown" };

/** So long, in seconds, a conclusion is awaited (docs/hooks.md); the caller goes on asking after it has told one. */
const AWAITED_SECONDS = 60;

/** Pauses, in seconds, before a call that has no query is sent again, where the pack names no schedule for it. */
const AGAIN_SECONDS = [1, 2, 5];

/**
 * Calls a peer and follows the call until its outcome is known, by the pack's rules for each interface and code. A final
 * answer is believed; an open one, or a lost one, is queried under the same number; a call that was turned away, or that
 * the query does not find, is sent again unchanged. What is still open after that the peer will notify. The code knows no
 * single interface. `meanwhile` is told the conclusion so far where the pack asks again later than one is awaited.
 */
export async function callPeer(
  pack: Pack,
  runtime: Runtime,
  attempt: Attempt,
  call: PeerCall,
  meanwhile: (soFar: Conclusion) => void = () => {},
): Promise<Conclusion> {
  const one = pack.interface(call.interface);
  const { success, query } = one.caller;
  const states = pack.triggeredByCall(one.id)?.lifecycle.states ?? {};
  const state = meaningsOfInterface(pack.source, one).answer.find(({ meaning }) => meaning === "state")?.path ?? [];
  const isFinal = (body: Fields): boolean => states[String(at(body, state))]?.final === true;
  // A read, or a call with a number, is safe to repeat.
  const repeatable = one.read !== undefined || one.idempotency !== undefined;
  const matter: {
    /** The believed answer so far, which may still change. */ held?: Fields;
    next: "query" | "same";
  } = { next: "same" };

  /** The conclusion from an answer to the call itself; undefined while it is open. */
  const ended = (reply: Reply): Conclusion | undefined => {
    if (reply.kind === "success") {
      if (success === "final" || isFinal(reply.body)) return { outcome: "answered", answer: reply.body };
      matter.held = reply.body;
    }
    // Nothing was sent, and a stranger is not queried either.
    if (reply.kind === "stranger") return { outcome: "unknown" };
    if (reply.kind === "refusal" && (reply.class === "final-fail" || reply.class === "fix-and-resend"))
      return { outcome: "refused", code: reply.code };
    matter.next = query === undefined || (reply.kind === "refusal" && reply.class === "retry-same") ? "same" : "query";
    return undefined;
  };

  const soFar = (): Conclusion =>
    matter.held === undefined ? { outcome: "unknown" } : { outcome: "answered", answer: matter.held };

  const first = ended(await attempt(call));
  if (first !== undefined) return first;
  let passed = 0;
  for (const seconds of query?.afterSeconds ?? AGAIN_SECONDS) {
    if (matter.next === "same" && !repeatable) break;
    passed += seconds;
    if (passed > AWAITED_SECONDS) meanwhile(soFar());
    await runtime.sleep(seconds * 1000);
    if (matter.next === "query" && query !== undefined) {
      const data = { ...matter.held, ...call.data };
      const reply = await attempt({ ...call, interface: query.interface, about: one.id, data });
      if (reply.kind === "success") return { outcome: "answered", answer: reply.body };
      // The peer knows no such number, so the call never arrived.
      if (reply.kind !== "refusal" || reply.class !== "final-fail" || matter.held !== undefined || !repeatable)
        continue;
    }
    const again = ended(await attempt(call));
    if (again !== undefined) return again;
  }
  return soFar();
}

/** What stands at a path of names; undefined where nothing does. */
const at = (body: Fields, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, name) => (value as Fields | null | undefined)?.[name], body);
