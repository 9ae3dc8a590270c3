import { named, sayings } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { reasonOf } from "../../../core/text/said-error.ts";
import { CheckInconclusive } from "../../outcome.ts";
import { offersHook } from "../../profile.ts";
import { callHook } from "../../wire/hook.ts";
import type { Beside, CompanionRun, LoadCompanion, RuleJudgement } from "../companion.ts";
import type { Judged } from "../judge-load.ts";
import { LoadError } from "../plan.ts";
import type { LoadRule } from "../rules.ts";
import { judgeLeak } from "./leak.ts";
import type { LeakVerdict } from "./leak.ts";
import type { Reading } from "./trend.ts";
import { VitalsFile } from "./vitals-file.ts";

const LEAK_RULE: LoadRule = {
  check: "load.no-leak",
  requirement: "STB-23",
  title: { en: "Nothing that the process holds grows without end", zh: "进程占用的资源不持续增长" },
  faults: [],
};

/** Figures of one reading that are kept; a hook that tells more has them left out. */
const MOST_FIGURES = 50;

/** Readings that are judged; beyond them every second one is left out, as often as need be. */
const MOST_READINGS = 20_000;

/** Reads the hook `vitals` every so often into the run's folder, and judges that nothing leaks. */
export function vitalsCompanion({ everySeconds }: { readonly everySeconds: number }): LoadCompanion {
  return {
    rules: [LEAK_RULE],
    expectReady: (_pack, statement) => {
      if (offersHook(statement, "vitals")) return;
      throw new LoadError(
        {
          en: "vitals are read through the control hook vitals, which the statement does not offer",
          zh: "读取资源占用需要控制钩子 vitals，而声明未提供",
        },
        {
          where: "/hooks/supports",
          remedy: {
            en: 'offer it as docs/hooks.md says and write "vitals" in hooks.supports of the statement, or leave --vitals out',
            zh: '请按 docs/hooks.zh-CN.md 提供，并在声明的 hooks.supports 中写 "vitals"；或去掉 --vitals',
          },
        },
      );
    },
    start: (beside) => new VitalSigns(beside, everySeconds),
  };
}

class VitalSigns implements CompanionRun {
  readonly #beside: Beside;
  readonly #everySeconds: number;
  readonly #begun = Promise.withResolvers<number>();
  readonly #through: Promise<void>;
  readonly #readings = new Map<string, Reading[]>();
  #lastFailure = { en: "it was never read", zh: "未曾读取" };

  constructor(beside: Beside, everySeconds: number) {
    this.#beside = beside;
    this.#everySeconds = everySeconds;
    beside.signal.addEventListener("abort", () => this.#begun.resolve(Number.NaN), { once: true });
    this.#through = this.#read();
  }

  begun(at: number): void {
    this.#begun.resolve(at);
  }

  ended(): Promise<void> {
    return this.#through;
  }

  judge(): Promise<readonly RuleJudgement[]> {
    return Promise.resolve([[LEAK_RULE, this.#judged()]]);
  }

  #judged(): Judged {
    const figures = [...this.#readings].map(
      ([name, readings]) => [name, judgeLeak(name, readings, this.#everySeconds)] as const,
    );
    const leaks = figures.flatMap(([name, verdict]) => (verdict.kind === "leak" ? [[name, verdict] as const] : []));
    const [first] = leaks;
    if (first !== undefined)
      return {
        verdict: "fail",
        finding: {
          summary: {
            en: `${first[0]} grows over the whole run`,
            zh: `${first[0]} 在整个运行期间持续增长`,
          },
          expected: {
            en: "the least values of its windows do not rise by more than a twentieth in an hour",
            zh: "各窗口最小值每小时上升不超过二十分之一",
          },
          seen: sayings(leaks.map(([name, verdict]) => named(name, growth(verdict)))),
        },
      };
    const short = figures.find(([, { kind }]) => kind === "too-short")?.[1];
    if (figures.length === 0)
      return inconclusive(
        `the hook vitals told no figure (${this.#lastFailure.en})`,
        `控制钩子 vitals 未给出任何数值（${this.#lastFailure.zh}）`,
      );
    if (short?.kind === "too-short")
      return inconclusive(
        `the load is too short to tell a leak; ${short.neededSeconds} s would be enough`,
        `负载时间不足以判断泄漏；${short.neededSeconds} 秒即可`,
      );
    return { verdict: "pass" };
  }

  async #read(): Promise<void> {
    const { signal, scope, outDirectory } = this.#beside;
    const file = new VitalsFile(outDirectory);
    const { runtime } = scope;
    const begin = await this.#begun.promise;
    try {
      while (!signal.aborted) {
        const second = (runtime.now() - begin) / 1000;
        const figures = await this.#once();
        // A reading that the end of the load cut off, or that was lost in a drill, is none.
        if (figures !== undefined) {
          file.append({ second, values: figures });
          for (const [name, value] of Object.entries(figures)) this.#take(name, { second, value });
        }
        await runtime.sleep(1000 * this.#everySeconds, signal).catch(() => {});
      }
    } finally {
      file.close();
    }
  }

  async #once(): Promise<Readonly<Record<string, number>> | undefined> {
    const { scope, signal } = this.#beside;
    try {
      return figuresIn(await callHook({ ...scope, check: LEAK_RULE.check, emit: () => {} }, "vitals", {}, signal));
    } catch (cause) {
      this.#lastFailure = cause instanceof CheckInconclusive ? cause.reason : reasonOf(cause);
      return undefined;
    }
  }

  #take(name: string, reading: Reading): void {
    const known = this.#readings.get(name);
    if (known === undefined) {
      if (this.#readings.size < MOST_FIGURES) this.#readings.set(name, [reading]);
      return;
    }
    known.push(reading);
    if (known.length >= MOST_READINGS)
      this.#readings.set(
        name,
        known.filter((_one, index) => index % 2 === 0),
      );
  }
}

/** The numbers of a flat object; anything else is no vital sign. */
function figuresIn(said: Json | undefined): Readonly<Record<string, number>> {
  if (typeof said !== "object" || said === null || Array.isArray(said)) return {};
  return Object.fromEntries(Object.entries(said).filter((one): one is [string, number] => typeof one[1] === "number"));
}

const growth = ({ perHour, held }: Extract<LeakVerdict, { readonly kind: "leak" }>): string =>
  `${Math.round(perHour)} an hour, of ${Math.round(held)} held`;

const inconclusive = (en: string, zh: string): Judged => ({ verdict: "inconclusive", reason: { en, zh } });
