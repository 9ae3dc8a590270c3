import type { Bilingual } from "../../core/run/verdict.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { NoAnswer } from "../wire/exchange.ts";

/**
 * A SUT that restarts is back by then; one that is not has died, and every further check would only find that out
 * again.
 */
const GIVEN_UP_AFTER_MS = 60_000;
const LOOKED_FOR_EVERY_MS = 1_000;

/** How to look for a SUT that has gone. */
export interface Looking {
  readonly runtime: Pick<Runtime, "now" | "sleep">;
  /** Makes one call and reports its end to `noticed`. */
  readonly ask: () => Promise<void>;
  readonly stop: AbortSignal;
  /** Milliseconds since the epoch by the harness's clock; nothing is waited for beyond it. */
  readonly deadline?: number | undefined;
}

/**
 * Whether the SUT is there, as far as its calls tell: noticed by each call that ends, and asked ahead of each check. One
 * that has gone is waited for, so that a restart in the middle costs the checks that it met and no others; one that
 * stays away is given up, so that the run ends in time that can be told.
 */
export class Presence {
  /** Why the last call got no answer, and when the first of those in a row was over. */
  #missed: { readonly since: number; readonly why: Bilingual } | undefined;
  #looking: Promise<void> | undefined;
  #gone: Bilingual | undefined;

  /** Takes in how a call ended: without a failure it was answered. */
  noticed(at: number, failure?: NoAnswer): void {
    if (failure === undefined) this.#missed = undefined;
    // We gave it up ourselves, so it tells nothing.
    else if (failure.kind !== "aborted") this.#missed = { since: this.#missed?.since ?? at, why: whyOf(failure) };
  }

  /** Waits for a SUT that has gone; says why there is no use in asking it anything when it stays away. */
  async absence(looking: Looking): Promise<Bilingual | undefined> {
    if (this.#missed === undefined || this.#gone !== undefined) return this.#gone;
    // Lanes look together.
    this.#looking ??= this.#look(looking).finally(() => (this.#looking = undefined));
    await this.#looking;
    return this.#gone;
  }

  async #look({ runtime, ask, stop, deadline = Infinity }: Looking): Promise<void> {
    const began = runtime.now();
    for (;;) {
      await ask();
      if (stop.aborted || this.#missed === undefined) return;
      const { since, why } = this.#missed;
      if (runtime.now() >= deadline) return;
      if (runtime.now() - began >= GIVEN_UP_AFTER_MS) {
        const clock = new Date(since).toISOString();
        this.#gone = {
          en: `the system under test has not answered since ${clock}, and was waited for ${GIVEN_UP_AFTER_MS / 1000} s; the last call came to: ${why.en}. Start it again and run verify again.`,
          zh: `被测系统自 ${clock} 起无应答，已等待 ${GIVEN_UP_AFTER_MS / 1000} 秒；最近一次调用：${why.zh}。请重新启动被测系统后再次运行 verify。`,
        };
        return;
      }
      await runtime.sleep(LOOKED_FOR_EVERY_MS, stop).catch(() => {});
    }
  }
}

/** Why a call got no answer, without the point at its end. */
const whyOf = ({ message, said }: NoAnswer): Bilingual => ({ en: message.replace(/\.$/, ""), zh: said.zh });
