import type { Bilingual } from "../../core/run/verdict.ts";
import type { Making, Session } from "../session.ts";
import type { Draft } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import type { Tamper } from "../wire/sealed-request.ts";
import type { Signer } from "../wire/signer.ts";

/** One wrong form of a request that is otherwise right. */
export interface WrongForm {
  readonly name: string;
  readonly tamper: Tamper;
  readonly codes: string | readonly string[];
}

export interface Corpus {
  readonly draft: Draft;
  readonly forms: readonly WrongForm[];
  /** What the forms have in common, for the finding: "a malformed signature". */
  readonly what: Bilingual;
  readonly likelyCause: Bilingual;
  readonly signer?: Signer;
  readonly making?: Making;
}

/** How many wrong forms are under way at once. */
const TOGETHER = 4;

/**
 * Holds that every form is refused and none has an effect. The right form comes last and must be accepted: it differs
 * from each of the others in one thing.
 */
export async function expectEachRefused(session: Session, corpus: Corpus, right: Tamper = {}): Promise<Exchange> {
  const { draft, signer } = corpus;
  const as = signer === undefined ? {} : { signer };
  const making = corpus.making ?? as;
  const before = await session.observe(draft, making);
  // A few at a time: none may have an effect, so their order means nothing, and waiting for each alone takes twice as long.
  const together = Math.min(TOGETHER, session.statement.limits.maxConcurrency);
  for (let from = 0; from < corpus.forms.length; from += together) {
    const forms = corpus.forms.slice(from, from + together);
    const exchanges = await Promise.all(
      forms.map(({ name, tamper }) => session.send(draft, { label: name, tamper, ...as })),
    );
    for (const [index, exchange] of exchanges.entries())
      session.expectRefusal(exchange, (forms[index] as WrongForm).codes, corpus.likelyCause);
  }
  await session.expectUnchanged(before, corpus.what);
  const exchange = await session.send(draft, {
    label: "the same request in its right form",
    tamper: { ...right, mayKeep: true },
    ...as,
  });
  session.expectSuccess(exchange);
  return exchange;
}
