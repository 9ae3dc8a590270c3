import { alike, asJson } from "../../core/text/alike.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { declaredIn, steady } from "../data/comparison.ts";
import { changed, readingsOf, showsState } from "../data/observed-state.ts";
import type { View } from "../data/observed-state.ts";
import { told } from "../expectation.ts";
import type { PackView } from "../pack-view.ts";
import type { Resource } from "../resources/resource.ts";
import { shownIn } from "../resources/shown.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import type { SessionContext } from "./context.ts";
import { mustBeBilingual, objectOf } from "./context.ts";
import type { Expecting } from "./expecting.ts";
import type { Making, RequestMaking } from "./making.ts";
import type { Sending } from "./sending.ts";

/** What the SUT shows of a request's resources, to be compared before and after. */
export interface State {
  readonly draft: Draft;
  readonly making: Making;
  readonly views: readonly View[];
}

const QUERY_PAUSES_MS = [50, 100, 150, 200, 250, 300, 500, 1_000];
/** Looks at a state that has changed, to see whether it changes still. */
const STILL_FOR_MS = [50, 150, 300];

/** Reads what the SUT shows, to tell effects by state and not by answers. */
export class Observing {
  readonly #context: SessionContext;
  readonly #making: RequestMaking;
  readonly #sending: Sending;
  readonly #expecting: Expecting;

  constructor(context: SessionContext, making: RequestMaking, sending: Sending, expecting: Expecting) {
    this.#context = context;
    this.#making = making;
    this.#sending = sending;
    this.#expecting = expecting;
  }

  async observe(draft: Draft, making: Making): Promise<State> {
    const { pack, statement } = this.#context;
    const queries: Draft[] = [];
    for (const one of readingsOf(pack, statement, draft))
      queries.push(await this.#making.request(one.interface, one.given, making));
    // Reads do not disturb each other, so they are asked together.
    const exchanges = await Promise.all(
      queries.map((query) =>
        this.#sending.sendUntilTaken(query, {
          label: `observe: ${query.interface.id}`,
          ...(making.signer === undefined ? {} : { signer: making.signer }),
        }),
      ),
    );
    return { draft, making, views: exchanges.map((exchange) => this.#viewOf(exchange)) };
  }

  async expectUnchanged(before: State, what: Bilingual): Promise<void> {
    const context = this.#context;
    mustBeBilingual(what, "what expectUnchanged was sent");
    const after = await this.observe(before.draft, before.making);
    context.tally.judgements += 1;
    const change = changed(before.views, after.views);
    if (change === undefined) return;
    const { view, now } = change;
    const evidence = context.latest();
    await this.#mustStandStill(after);
    context.fail({
      evidence,
      summary: {
        en: `${what.en} had an effect: ${view.interface} shows something else than before`,
        zh: `${what.zh}产生了影响：${view.interface} 的结果与之前不同`,
      },
      expected: shownBy(view),
      seen: shownBy(now),
    });
  }

  async settle(interfaceId: string, fields: Fields, done?: (body: Fields) => boolean): Promise<Fields> {
    return this.settleDraft(await this.#making.request(interfaceId, fields, {}), done);
  }

  async settleDraft(query: Draft, done = this.#isFinal(query.interface.id)): Promise<Fields> {
    const context = this.#context;
    const { runtime } = context.run;
    const { settleWithinSeconds } = context.statement.limits;
    const interfaceId = query.interface.id;
    const deadline = runtime.now() + settleWithinSeconds * 1000;
    for (let turn = 0; ; turn += 1) {
      const exchange = await this.#sending.sendUntilTaken(query, { label: `settle: ${interfaceId}` });
      if (exchange.answer?.status === query.interface.response.status) {
        const body = objectOf(exchange.answer.json);
        if (done(body)) return body;
      }
      if (runtime.now() >= deadline) {
        const last = lastSeen(context.pack, exchange);
        context.inconclusive(
          `${interfaceId} did not settle within ${settleWithinSeconds} s (last seen: ${last.en})`,
          `${interfaceId} 在 ${settleWithinSeconds} 秒内未达终态（最近：${last.zh}）`,
        );
      }
      await context.sleep(QUERY_PAUSES_MS[Math.min(turn, QUERY_PAUSES_MS.length - 1)] as number);
    }
  }

  /** Whether a resource has reached a state that it stays in. */
  #isFinal(interfaceId: string): (body: Fields) => boolean {
    const { pack } = this.#context;
    const one = pack.interface(interfaceId);
    const resource = pack.resources.about(one)?.resource;
    return (body) => {
      const { outcome, state } = shownIn(pack, one, body);
      return outcome !== "open" || resource?.isFinal(state) === true || !this.#settlesSoon(resource, state);
    };
  }

  /** Whether the pack has a state end by itself within the time that the statement gives: a hold waits for its caller. */
  #settlesSoon(resource: Resource | undefined, state: string | undefined): boolean {
    const { settleWithinSeconds } = this.#context.statement.limits;
    return (
      resource === undefined ||
      resource.lifecycle.transitions.some(
        ({ from, on }) =>
          from.includes(state ?? "") &&
          "after" in on &&
          (typeof on.after !== "number" || on.after <= settleWithinSeconds),
      )
    );
  }

  #viewOf(exchange: Exchange): View {
    const answer = this.#expecting.answered(exchange);
    if (!showsState(this.#context.pack, exchange.draft.interface, answer))
      this.#context.inconclusive(
        `${exchange.label} was answered ${told(exchange).en}, which shows no state to compare`,
        `“${exchange.label}”返回 ${told(exchange).zh}，未反映任何可比对的状态`,
      );
    const { pack } = this.#context;
    const one = exchange.draft.interface;
    // Of a refusal its code is all that tells of a state: what else stands there may be about the request.
    const json = answer.code === undefined ? steady(pack, one, answer.json) : { code: answer.code };
    return {
      interface: one.id,
      draft: exchange.draft,
      status: answer.status,
      json,
      declared: answer.code === undefined ? declaredIn(pack, one, json) : json,
    };
  }

  /**
   * Inconclusive where the state changes while nothing is sent, as when another run or a person uses the same
   * customers.
   */
  async #mustStandStill(now: State): Promise<void> {
    for (const pauseMs of STILL_FOR_MS) {
      await this.#context.sleep(pauseMs);
      const moved = changed(now.views, (await this.observe(now.draft, now.making)).views);
      if (moved !== undefined) {
        this.#context.run.others.noticed({
          en: `${moved.view.interface} showed another state`,
          zh: `${moved.view.interface} 显示的状态已变`,
        });
        this.#context.inconclusive(
          `${moved.view.interface} changes while this run sends nothing: another run or a person seems to use the customers of the statement, which only one run may use at a time`,
          `${moved.view.interface} 在本次运行未发送任何请求时仍在变化：声明中的客户正被他人（或另一次运行）使用，同一时间只能供一次运行使用`,
        );
      }
    }
  }
}

function lastSeen(pack: PackView, { draft, answer }: Exchange): Bilingual {
  if (answer === undefined) return { en: "no answer", zh: "无应答" };
  const { state } = shownIn(pack, draft.interface, objectOf(answer.json));
  return alike(`${answer.status} ${answer.code ?? state ?? ""}`.trim());
}

/** What a view shows: its body, or its status where it has none. */
function shownBy({ json, status }: View): Bilingual {
  return json === undefined ? alike(`HTTP ${status}`) : asJson(json);
}
