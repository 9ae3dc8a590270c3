import type { Bilingual } from "../../core/run/verdict.ts";
import { told } from "../expectation.ts";
import { CheckInconclusive } from "../outcome.ts";
import type { Session } from "../session.ts";
import { whyNone } from "../wire/exchange.ts";
import type { Exchange } from "../wire/exchange.ts";

/** What one attempt with `n` simultaneous requests showed: undefined when the requirement held. */
export type Attempt = (n: number) => Promise<Violation | undefined>;

export interface Violation {
  readonly expected: Bilingual;
  readonly seen: Bilingual;
}

/** The fewest simultaneous requests that still showed it, and how often it came back. */
export interface Caught extends Violation {
  readonly n: number;
  readonly reproduced: { readonly tries: number; readonly failures: number };
}

/** Rounds by effort. Two requests at once find nearly every check-then-act race; many find the wide ones. */
const ROUNDS = { smoke: [2, 20], standard: [2, 3, 20, 2], exhaustive: [2, 3, 5, 20, 2, 3, 5, 20, 2, 2, 2, 2] } as const;
/** Widths that are tried first, from below, since most races show at the least; between two of them it is halved. */
const STEPS = [2, 3, 5, 10];
const TRIES_TO_SHRINK = 2;
const TRIES_TO_REPRODUCE = 5;

/**
 * Looks for a race: attempts of several widths, then the smallest width that still shows it, then how many of n tries
 * do. Each attempt must work on things of its own. At most `limits.maxConcurrency` requests at once.
 */
export async function huntRace(session: Session, attempt: Attempt): Promise<Caught | undefined> {
  const widest = session.statement.limits.maxConcurrency;
  for (const n of ROUNDS[session.run.effort]) {
    const violation = await attempt(Math.min(n, widest));
    if (violation !== undefined) return minimised(attempt, Math.min(n, widest), violation);
  }
  session.judged();
  return undefined;
}

async function minimised(attempt: Attempt, caught: number, violation: Violation): Promise<Caught> {
  const attempted = (n: number): Promise<Violation | undefined> => notCounting(() => attempt(n));
  let smallest = { n: caught, violation };
  /** The widest that did not show it, as far as is known. */
  let narrow = 1;
  for (const n of STEPS.filter((each) => each < caught)) {
    const again = await firstOf(attempted, n, TRIES_TO_SHRINK);
    if (again !== undefined) {
      smallest = { n, violation: again };
      break;
    }
    narrow = n;
  }
  while (smallest.n - narrow > 1) {
    const middle = Math.floor((narrow + smallest.n) / 2);
    const again = await firstOf(attempted, middle, TRIES_TO_SHRINK);
    if (again === undefined) narrow = middle;
    else smallest = { n: middle, violation: again };
  }
  let failures = 0;
  for (let round = 0; round < TRIES_TO_REPRODUCE; round += 1)
    if ((await attempted(smallest.n)) !== undefined) failures += 1;
  return { ...smallest.violation, n: smallest.n, reproduced: { tries: TRIES_TO_REPRODUCE, failures } };
}

/** A caught race stays caught: a later attempt without a result counts as one that did not show it again. */
async function notCounting(attempt: () => Promise<Violation | undefined>): Promise<Violation | undefined> {
  try {
    return await attempt();
  } catch (thrown) {
    if (thrown instanceof CheckInconclusive) return undefined;
    throw thrown;
  }
}

async function firstOf(attempt: Attempt, n: number, tries: number): Promise<Violation | undefined> {
  for (let round = 0; round < tries; round += 1) {
    const violation = await attempt(n);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/**
 * For a race without a winner: a violation only where each call was declined for lack of what they all compete for. A call
 * that was lost, turned away or refused for another reason took no part, so the race is then inconclusive.
 */
export function expectAllDeclined(session: Session, exchanges: readonly Exchange[], codes: readonly string[]): void {
  const other = exchanges.find(({ answer }) => !codes.includes(answer?.code ?? ""));
  if (other === undefined) return;
  const seen = other.answer === undefined ? whyNone(other) : told(other);
  session.inconclusive(
    `none of ${exchanges.length} simultaneous calls was carried out, and one came to: ${seen.en}`,
    `${exchanges.length} 个并发请求均未执行，其中一个的结果为：${seen.zh}`,
  );
}

/** Hunts, and fails the check with the minimal case when something was caught. */
export async function expectNoRace(
  session: Session,
  what: { readonly en: string; readonly zh: string; readonly cause: Bilingual },
  attempt: Attempt,
): Promise<void> {
  const caught = await huntRace(session, attempt);
  if (caught === undefined) return;
  session.fail({
    summary: { en: `${what.en} (${caught.n} at once)`, zh: `${what.zh}（${caught.n} 个并发）` },
    expected: caught.expected,
    seen: caught.seen,
    likelyCause: what.cause,
    minimal: {
      description: { en: `${caught.n} simultaneous requests`, zh: `${caught.n} 个并发请求` },
      value: { simultaneous: caught.n },
      reproduced: caught.reproduced,
    },
  });
}
