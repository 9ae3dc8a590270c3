import type { Entry } from "../laws/history.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { runNonceOf } from "../data/fresh.ts";

/** How far the clocks of harness and SUT may differ where neither was moved. */
const MARGIN_MS = 5_000;

/** How another use of the SUT's data showed itself, and what to do about it. */
export const OTHER_USE_REMEDY: Bilingual = {
  en: "Only one run may use the customers of a statement at a time: end the other use and run verify again, or give this run customers of its own.",
  zh: "同一声明中的客户同一时间只能供一次运行使用：请结束其他使用后重新运行 verify，或为本次运行提供专用客户。",
};

/**
 * Whether others use the SUT's data during a run, as far as its books tell: entries under numbers that this run neither
 * sent nor was told of. What depends on balances and states cannot be judged then.
 */
export class OtherUse {
  readonly #since: number;
  readonly #nonces: ReadonlySet<string>;
  readonly #note: (message: Bilingual) => void;
  /** Numbers and ids of this run: sent in its calls, and told in the answers to them. */
  readonly #own = new Set<string>();
  #seen: Bilingual | undefined;

  /** `since`: when the run began, in milliseconds by the harness's clock; `nonces`: what its own numbers carry. */
  constructor(since: number, nonces: readonly string[], note: (message: Bilingual) => void) {
    this.#since = since;
    this.#nonces = new Set(nonces);
    this.#note = note;
  }

  /** What was seen of it; undefined where nothing was. */
  get seen(): Bilingual | undefined {
    return this.#seen;
  }

  /** Takes in numbers and ids of this run's own calls. */
  own(texts: readonly (string | undefined)[]): void {
    for (const text of texts) if (text !== undefined) this.#own.add(text);
  }

  /**
   * Takes in entries of a statement: one under a number of another run, booked while this one ran, tells of another use.
   * What is dated ahead of `now`, by the harness's clock, may be of an earlier run that had moved the SUT's clock.
   */
  listed(entries: readonly Entry[], now: number): void {
    const other = entries.find(({ reference, bookedAt }) => {
      const nonce = runNonceOf(reference);
      return (
        nonce !== undefined &&
        !this.#nonces.has(nonce) &&
        bookedAt !== undefined &&
        bookedAt >= this.#since - MARGIN_MS &&
        bookedAt <= now + MARGIN_MS
      );
    });
    if (other !== undefined) this.noticed(bookedOf(other));
  }

  /** Takes in entries that came about while this run sent nothing but queries. */
  appeared(entries: readonly Entry[]): void {
    const other = entries.find(({ reference }) => !this.#own.has(reference) && !this.#isNumbered(reference));
    if (other !== undefined) this.noticed(bookedOf(other));
  }

  /** Says what another use has shown, once for the run. */
  noticed(what: Bilingual): void {
    if (this.#seen !== undefined) return;
    this.#seen = what;
    this.#note({
      en: `Others used the SUT's data while this run judged it (${what.en}, which this run did not cause), so whatever depends on balances or states and did not hold is inconclusive. ${OTHER_USE_REMEDY.en}`,
      zh: `本次运行期间被测系统的数据被他人使用（${what.zh}，并非本次运行所致），因此依赖余额或状态且未通过的检查均无法判定。${OTHER_USE_REMEDY.zh}`,
    });
  }

  #isNumbered(reference: string): boolean {
    const nonce = runNonceOf(reference);
    return nonce !== undefined && this.#nonces.has(nonce);
  }
}

const bookedOf = ({ reference, type }: Pick<Entry, "reference" | "type">): Bilingual => ({
  en: `${reference} was booked (${type})`,
  zh: `${reference} 已记账（${type}）`,
});
