import { toldOfFirst } from "../resources/told-of-first.ts";
import type { Session } from "../session.ts";
import type { Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";

/*
 * How a request that comes again may be answered: like the first, or by what became of it.
 */

/**
 * Whether a repetition was answered with a code that says what became of the first: where the pack decides repetitions
 * anew, or has a code for them. It is no refusal of what was asked for.
 */
export function saysWhatBecame({ pack }: Session, { draft, answer }: Exchange): boolean {
  return answer?.code !== undefined && toldOfFirst(pack, draft.interface, answer.code);
}

/** What a repetition was answered; undefined where a code says what became of the first. */
export function answeredAgain(session: Session, exchange: Exchange): Fields | undefined {
  if (!saysWhatBecame(session, exchange)) return session.expectSuccess(exchange);
  session.judged();
  return undefined;
}
