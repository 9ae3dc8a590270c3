import type { Json } from "../../core/unit/unit.ts";
import type { HookName } from "../statement/statement.ts";
import type { Fields } from "../wire/draft.ts";
import { callHook } from "../wire/hook.ts";
import type { Caller, Cleanup } from "./cleanup.ts";
import { objectOf } from "./context.ts";
import type { SessionContext } from "./context.ts";
import { decisionOn } from "./decisions.ts";

const BACK_WITHIN_MS = 60_000;

/** The SUT's control hooks as checks use them. Source: docs/hooks.md. */
export class SutHooks {
  readonly #context: SessionContext;
  readonly #cleanup: (task: Cleanup) => void;

  constructor(context: SessionContext, cleanup: (task: Cleanup) => void) {
    this.#context = context;
    this.#cleanup = cleanup;
  }

  /** Calls a hook; skips the check when the statement does not support it. */
  async call(name: HookName, payload: Fields = {}): Promise<Json | undefined> {
    const { statement, run, signal, check } = this.#context;
    return callHook({ ...run, statement, check }, name, payload, signal);
  }

  /** Data of a situation that no call has met yet, made by the hook `fixtures`. */
  async freshFixture(scenario: string): Promise<Fields> {
    const { party } = this.#context;
    return objectOf(await this.call("fixtures", { scenario, party_id: party.partyId }));
  }

  /**
   * Has the people at the SUT take a decision about a row of which some fields are known. Skips the check when the
   * statement does not support the hook.
   */
  async decide(decision: string, known: Fields): Promise<void> {
    const { key, input } = decisionOn(this.#context.pack, decision, known);
    await this.call("decide", { decision, ...key, input });
  }

  /** Restarts the SUT and waits until it answers again; inconclusive when it stays away for a minute. */
  async restart(how: "kill" | "stop"): Promise<void> {
    const context = this.#context;
    const { runtime } = context.run;
    context.mustBeAlone("restarts the SUT");
    await this.call("restart", { how });
    const deadline = runtime.now() + BACK_WITHIN_MS;
    for (;;) {
      const back = await this.#answers();
      context.signal.throwIfAborted();
      if (back) return;
      if (runtime.now() >= deadline)
        context.inconclusive("the SUT did not answer within 60 s of its restart", "被测系统重启后 60 秒内未应答");
      await context.sleep(200);
    }
  }

  /** Sets the SUT's clock, which runs on from there and is given back to the host after the check. */
  async setClock(timeMs: number): Promise<void> {
    const { run, pack } = this.#context;
    this.#context.mustBeAlone("moves the SUT's clock");
    const { sutClock, runtime } = run;
    const whole = Math.ceil(timeMs / 1000) * 1000;
    this.#cleanup(async (after) => {
      await after.hook("clock", { now: null });
      sutClock.offsetMs = 0;
    });
    const asked = runtime.now();
    await this.call("clock", { now: pack.calendar.rfc3339(whole) });
    // It was set at some moment between question and answer.
    sutClock.uncertainMs = runtime.now() - asked;
    sutClock.offsetMs = whole - runtime.now();
    sutClock.mostMs = Math.max(sutClock.mostMs, sutClock.offsetMs);
  }

  /** Does something while a dependency of the SUT is down, and brings it back whatever becomes of that. */
  async withoutDependency(act: () => Promise<void>): Promise<void> {
    const { run } = this.#context;
    this.#context.mustBeAlone("takes down what the SUT relies on");
    await this.call("dependency", { up: false });
    run.outage.down = true;
    let isBack = false;
    const bringBack = async (hook: Caller["hook"]): Promise<void> => {
      if (isBack) return;
      await hook("dependency", { up: true });
      isBack = true;
      run.outage.down = false;
    };
    this.#cleanup((after) => bringBack(after.hook.bind(after)));
    await act();
    await bringBack(this.call.bind(this));
  }

  /** Whether anything at all comes back from the SUT's address. */
  async #answers(): Promise<boolean> {
    const { run, statement, signal } = this.#context;
    return run.runtime.transport
      .send(
        { method: "GET", url: `${statement.baseUrl}/`, headers: [], body: new Uint8Array(), timeoutMs: 1_000 },
        signal,
      )
      .then(
        () => true,
        () => false,
      );
  }
}
