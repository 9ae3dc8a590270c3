import { declaredIn } from "../data/comparison.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Broken } from "../expectation.ts";
import { notRefusal, notSuccess, told } from "../expectation.ts";
import type { Failure } from "../outcome.ts";
import type { Answer } from "../wire/answer.ts";
import { restsOnClockOrKey } from "../wire/answer-signature.ts";
import type { Fields } from "../wire/draft.ts";
import { whyNone } from "../wire/exchange.ts";
import type { Exchange } from "../wire/exchange.ts";
import { objectOf } from "./context.ts";
import type { SessionContext } from "./context.ts";

/** Stages that refuse for what stands in the SUT's books, or by its clock, and not for how a message is made. */
const SHARED: readonly string[] = ["freshness", "idempotency", "guards", "system"];

/** Holds an answer against its expectation, and counts what was judged. */
export class Expecting {
  readonly #context: SessionContext;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Holds that the call was carried out; gives what the pack names of the answer. */
  success(exchange: Exchange): Fields {
    const answer = this.answered(exchange);
    const { pack } = this.#context;
    const one = exchange.draft.interface;
    if (!pack.succeeds(one, answer.status)) this.#mustNotBeTurnedAway(one.id, answer);
    this.#hold(exchange, notSuccess(pack, exchange, answer), this.#restsOn(answer, []));
    this.#context.tally.successes += 1;
    return objectOf(declaredIn(pack, one, answer.json));
  }

  refusal(exchange: Exchange, codes: string | readonly string[], likelyCause?: Bilingual): void {
    const { pack, tally } = this.#context;
    const wanted = typeof codes === "string" ? [codes] : codes;
    if (!wanted.some((code) => pack.error(code) !== undefined))
      this.#context.skip(
        `the pack has no code ${wanted.join(" or ")}`,
        `规范包没有错误码 ${wanted.join("、")}`,
        "not-demanded",
      );
    if (exchange.failure?.refused === true) {
      // It was to be refused and was; by whom is told at the end.
      tally.refusedOnTheWay += 1;
      return;
    }
    const answer = this.answered(exchange);
    // One that a guard refused was looked at, and with another code than it should be.
    if (answer.code !== undefined && !wanted.includes(answer.code) && pack.error(answer.code)?.stage !== "guards")
      this.#mustNotBeTurnedAway(exchange.draft.interface.id, answer);
    this.#hold(exchange, notRefusal(pack, answer, wanted), {
      ...(likelyCause === undefined ? {} : { likelyCause }),
      ...this.#restsOn(answer, wanted),
    });
    tally.refusals += 1;
  }

  /** The answer; inconclusive where none came. */
  answered(exchange: Exchange): Answer {
    if (exchange.answer !== undefined) return exchange.answer;
    const why = whyNone(exchange);
    return this.#context.inconclusive(
      `${exchange.label}: no answer (${why.en}), so its outcome is unknown`,
      `“${exchange.label}”未收到应答（${why.zh}），结果未知`,
    );
  }

  /** Why a check proves nothing of the SUT though all was refused that had to be; undefined when the SUT refused some of it. */
  onlyOnTheWay(): Bilingual | undefined {
    const { refusals, refusedOnTheWay } = this.#context.tally;
    return refusedOnTheWay > 0 && refusals === 0
      ? {
          en: "refused by a gateway: everything that this check sends was refused ahead of the SUT, so what the SUT would have answered is unknown; to judge it, give the SUT's own address in baseUrl",
          zh: "被网关拒绝：本检查发送的报文均在到达被测系统之前被拒绝，无法得知被测系统如何应答；如需评判，请在 baseUrl 中填写被测系统自身的地址",
        }
      : undefined;
  }

  /** Why a check that ended well must not count as a pass; undefined when it may. */
  vacuousReason(): string | undefined {
    const { successes, refusals, judgements } = this.#context.tally;
    if (successes + refusals + judgements === 0)
      return "the check ended without having judged anything: use expectSuccess, expectRefusal, expectUnchanged or judged()";
    if (refusals > 0 && successes === 0)
      return "the check saw refusals and no success: give it a positive neighbour that differs in one thing";
    return undefined;
  }

  /**
   * Inconclusive for a call that is to be sent again unchanged (rate limit, overload), because the SUT did not look at
   * it.
   */
  #mustNotBeTurnedAway(interfaceId: string, { code }: Answer): void {
    if (code !== undefined && this.#context.pack.error(code)?.class === "retry-same")
      this.#context.inconclusive(
        `${interfaceId} was turned away with ${code}`,
        `${interfaceId} 被限流或拒绝服务：${code}`,
      );
  }

  /** Fails the check where an answer broke what it was to be. */
  #hold(exchange: Exchange, broken: Broken | undefined, more: Pick<Failure, "likelyCause" | "restsOn">): void {
    if (broken === undefined) return;
    const call = `${exchange.label} (${exchange.draft.interface.id})`;
    this.#context.fail({
      summary: { en: `${call} ${broken.en}`, zh: `“${exchange.label}”（${exchange.draft.interface.id}）${broken.zh}` },
      expected: broken.expected,
      seen: told(exchange),
      ...more,
      ...(broken.breach === undefined
        ? {}
        : { breach: { kind: broken.breach, interface: exchange.draft.interface.id } }),
    });
  }

  /** Whether an answer shows a breach by itself: not where it, or a code that was wanted, speaks of books or clock. */
  #restsOn({ code, signature }: Answer, wanted: readonly string[]): Pick<Failure, "restsOn"> {
    const isShared = [code, ...wanted].some((one) => {
      const stage = one === undefined ? undefined : this.#context.pack.error(one)?.stage;
      return stage !== undefined && SHARED.includes(stage);
    });
    return isShared || restsOnClockOrKey(signature) ? {} : { restsOn: "answer" };
  }
}
