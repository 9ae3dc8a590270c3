import type { Lack, SkipCause } from "../../core/run/event.ts";
import type { WireExchange } from "../../core/run/finding.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { Failure } from "../outcome.ts";
import type { PackView } from "../pack-view.ts";
import { inProfile } from "../profile.ts";
import { seededStream } from "../random.ts";
import type { RunScope } from "../run/scope.ts";
import type { Statement } from "../statement/statement.ts";
import type { Fields } from "../wire/draft.ts";
import type { Signer } from "../wire/signer.ts";

/** Where a check runs. */
export interface Place {
  /** The run's, with the customers of the check's lane; default the run's own. */
  readonly statement?: Statement;
  /** Others may run beside it. */
  readonly isolated?: boolean;
}

const MAX_EVIDENCE = 12;

/** What the parts of a session share: the run, the place, and what the check has seen so far. */
export class SessionContext {
  readonly pack: PackView;
  readonly statement: Statement;
  readonly random: RandomStream;
  readonly run: RunScope;
  readonly check: string;
  readonly signal: AbortSignal;
  readonly place: Place;
  readonly exchanges: WireExchange[] = [];
  /** What the check has judged, so that one that judged nothing is no pass. */
  readonly tally = { successes: 0, refusals: 0, judgements: 0, refusedOnTheWay: 0 };

  constructor(run: RunScope, check: string, signal: AbortSignal, place: Place) {
    this.run = run;
    this.pack = run.pack;
    this.statement = place.statement ?? run.statement;
    this.check = check;
    this.signal = signal;
    this.place = place;
    this.random = seededStream(run.seed, `check/${check}`);
  }

  get party(): Signer {
    return this.run.signers[0] as Signer;
  }

  /** The statement's second party; skips the check where there is one only. */
  get stranger(): Signer {
    return (
      this.run.signers[1] ??
      this.skip("the statement has one party only", "声明中只有一个参与方", "capability", { kind: "party" })
    );
  }

  claims(interfaceId: string): boolean {
    if (!this.pack.hasInterface(interfaceId)) return false;
    return this.pack.interface(interfaceId).provider !== this.statement.role || inProfile(this.statement, interfaceId);
  }

  /** The values of a scenario; skips the check when the statement binds none. */
  fixture(scenario: string): Fields {
    const bound = this.statement.fixtures[scenario];
    if (bound === undefined)
      return this.skip(`no fixture is bound to the scenario ${scenario}`, `场景 ${scenario} 未绑定测试数据`, "fixture");
    if ("none" in bound)
      return this.skip(
        `the SUT has no ${scenario}: ${bound.none}`,
        `被测系统没有场景 ${scenario}：${bound.none}`,
        "capability",
      );
    return bound.values;
  }

  /** Now by the SUT's clock, as far as the hook `clock` has moved it. */
  sutNow(): number {
    return this.run.runtime.now() + this.run.sutClock.offsetMs;
  }

  /** Waits by the harness's clock. */
  async sleep(ms: number): Promise<void> {
    await this.run.runtime.sleep(ms, this.signal);
  }

  /** Throws for a check that says it is isolated and would make others fail, which is an error of the harness. */
  mustBeAlone(does: string): void {
    if (this.place.isolated === true)
      throw new TypeError(`${this.check} ${does}: take "isolated" away from its check (suites/check.ts)`);
  }

  /** The last exchanges of the check. */
  latest(): readonly WireExchange[] {
    return this.exchanges.slice(-MAX_EVIDENCE);
  }

  fail(failure: Failure): never {
    for (const part of ["summary", "expected", "seen"] as const) mustBeBilingual(failure[part], `"${part}" of a fail`);
    throw new CheckFailed({ evidence: this.latest(), ...failure });
  }

  inconclusive(en: string, zh: string): never {
    throw new CheckInconclusive({ en, zh });
  }

  skip(en: string, zh: string, cause: SkipCause, lacks?: Lack): never {
    throw new CheckSkipped({ en, zh }, cause, lacks);
  }
}

/** Throws for what a check in JavaScript, where no compiler looks, says in one language alone: an error of the check. */
export function mustBeBilingual(said: Bilingual, name: string): void {
  if (typeof said.en !== "string" || typeof said.zh !== "string")
    throw new TypeError(`${name} is said in both languages: { en: "...", zh: "..." }`);
}

/** A value as an object; an empty one when it is none. */
export function objectOf(json: Json | undefined): Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Fields) : {};
}
