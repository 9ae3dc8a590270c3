import { constantsOf } from "../../core/pack/constants.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import { alike } from "../../core/text/alike.ts";
import type { Json } from "../../core/unit/unit.ts";
import { buildRequest } from "../data/request-builder.ts";
import type { Given } from "../data/request-builder.ts";
import { situationFor } from "../data/situation.ts";
import type { Circumstances } from "../data/situation.ts";
import { CheckInconclusive } from "../outcome.ts";
import type { PackView } from "../pack-view.ts";
import { fieldNames, offersHook } from "../profile.ts";
import { lastBilled } from "../resources/bill.ts";
import { valueAt } from "../resources/meant.ts";
import { fieldsOf, picked } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { whyNone } from "../wire/exchange.ts";
import type { Signer } from "../wire/signer.ts";
import { objectOf } from "./context.ts";
import type { SessionContext } from "./context.ts";
import { decisionTo } from "./decisions.ts";
import type { SutHooks } from "./hooks.ts";
import { keyField } from "./sealing.ts";
import type { Sending } from "./sending.ts";

/** How a request is made up. */
export interface Making {
  /** Whose request it is; default the first party of the statement. */
  readonly signer?: Signer;
  /** The scenario whose values fill the request; default the ordinary one. */
  readonly scenario?: string;
  /** Values for fields by what they are; see `Session.make`. */
  readonly given?: Given;
  /** What was made before, by the interface that made it; what is not here is made anew. */
  readonly priors?: Readonly<Record<string, Fields>>;
  /** How many requests are built upon this one; set by the session. */
  readonly depth?: number;
}

/** Between two looks at a prior that is to come into a state. */
const PRIOR_PAUSE_MS = 200;

/** Top-level fields to set; `undefined` leaves one out. */
export type Changes = Readonly<Record<string, Json | undefined>>;

/** Makes valid requests, and what they build on first. */
export class RequestMaking {
  readonly #context: SessionContext;
  readonly #hooks: SutHooks;
  readonly #sending: Sending;

  constructor(context: SessionContext, hooks: SutHooks, sending: Sending) {
    this.#context = context;
    this.#hooks = hooks;
    this.#sending = sending;
  }

  async request(interfaceId: string, fields: Changes, making: Making): Promise<Draft> {
    const context = this.#context;
    const { pack, run, party, statement, random } = context;
    const one = pack.interface(interfaceId);
    this.#mustClaim(interfaceId);
    this.#mustTake(one, making.given ?? {});
    const signer = making.signer ?? party;
    const now = context.sutNow();
    const today = pack.calendar.businessDate(now);
    const circumstances = { ...making, strange: signer.partyId !== party.partyId };
    const priors = new Map<string, Promise<Fields>>();
    // A notification uses its order up, so each has one of its own where the SUT can make it.
    const situation = this.#situations(one.notification !== undefined && offersHook(statement, "fixtures"));
    return buildRequest(
      one,
      { ...keyField(context, one), ...fields },
      {
        pack,
        fresh: run.fresh,
        random,
        // A notification is about the receiver's own business.
        party: one.notification === undefined ? signer.partyId : statement.sutPartyId,
        now,
        today,
        yesterday: lastBilled(pack, now),
        notifyUrl: run.notifyUrl,
        ...(making.given === undefined ? {} : { given: making.given }),
        scenario: (name) => this.#scenarioValue(name, circumstances, situation),
        gives: (name) => situationFor(name, circumstances, pack, statement) !== undefined,
        prior: (id, state) => {
          const before = making.priors?.[id];
          if (before !== undefined) return Promise.resolve(before);
          const name = `${id}@${state ?? ""}`;
          const made = priors.get(name) ?? this.#prior(id, state, withRoom(pack, one, making));
          priors.set(name, made);
          return made;
        },
      },
    );
  }

  /** Makes and sends a request that the check only builds on: when it does not succeed the check is inconclusive. */
  async perform(
    interfaceId: string,
    fields: Changes,
    making: Making,
  ): Promise<{ readonly draft: Draft; readonly body: Fields }> {
    const draft = await this.request(interfaceId, fields, making);
    const exchange = await this.#sending.sendUntilTaken(draft, {
      label: `arrange: ${interfaceId}`,
      ...(making.signer === undefined ? {} : { signer: making.signer }),
    });
    const { answer } = exchange;
    if (answer === undefined || !this.#context.pack.succeeds(draft.interface, answer.status)) {
      const seen = answer === undefined ? whyNone(exchange) : alike(`${answer.status} ${answer.code ?? ""}`.trim());
      throw new CheckInconclusive({
        en: `${interfaceId}, on which this check builds, was answered ${seen.en}`,
        zh: `本检查所依赖的 ${interfaceId} 返回 ${seen.zh}`,
      });
    }
    return { draft, body: objectOf(answer.json) };
  }

  /** Skips a check that gives what no field of the request is: left out in silence, it would judge something else. */
  #mustTake(one: Interface, given: Given): void {
    const meanings = this.#context.pack.meanings(one);
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined || meanings.asked(name as Meaning).length > 0) continue;
      this.#context.skip(
        `no field of a request of ${one.id} is a ${name} (x-is)`,
        `${one.id} 的请求中没有字段声明为 ${name}（x-is）`,
        "not-demanded",
      );
    }
  }

  /** Skips a check that builds on an interface outside of the profile. */
  #mustClaim(interfaceId: string): void {
    const context = this.#context;
    const about = context.pack.resources.about(context.pack.interface(interfaceId));
    // What is put in force can only be given back by ending it, and a customer has one of it: without that the next check would rightly be refused.
    const end = about?.verb === "confirms" ? about.resource?.ends?.id : undefined;
    const needed = [interfaceId, ...(end === undefined ? [] : [end])];
    const absent = needed.find((id) => !context.claims(id));
    if (absent !== undefined)
      context.skip(
        `the interface ${absent}, on which this check builds, is not in the profile`,
        `本检查所依赖的接口 ${absent} 不在声明范围内`,
        "not-demanded",
      );
  }

  /** The values of scenarios, each the same for all fields of one request. */
  #situations(usedUp: boolean): (id: string) => Promise<Fields> {
    const found = new Map<string, Promise<Fields>>();
    return (id) => {
      const situation =
        found.get(id) ?? (usedUp ? this.#hooks.freshFixture(id) : Promise.resolve(this.#context.fixture(id)));
      found.set(id, situation);
      return situation;
    };
  }

  async #scenarioValue(
    name: string,
    circumstances: Circumstances,
    situation: (id: string) => Promise<Fields>,
  ): Promise<Json> {
    const context = this.#context;
    const id = situationFor(name, circumstances, context.pack, context.statement);
    if (id === undefined)
      return context.skip(`no scenario of the pack gives "${name}"`, `规范包中没有场景提供 "${name}"`, "fixture");
    context.fixture(id);
    return (
      (await situation(id))[name] ??
      context.skip(`the fixture of ${id} lacks "${name}"`, `场景 ${id} 的测试数据缺少 "${name}"`, "fixture")
    );
  }

  async #prior(id: string, state: string | undefined, { given: _given, ...making }: Making): Promise<Fields> {
    const { pack, random } = this.#context;
    const depth = making.depth ?? 0;
    // What others are built upon is given room: a refund of any ordinary amount must fit into it.
    const one = pack.interface(id);
    const given =
      pack.meanings(one).asked("amount").length > 0 ? { amount: 1_000 * 10 ** depth + random.below(100) } : {};
    const scenario = making.scenario ?? (state === undefined ? undefined : this.#scenarioOf(one, state, making.signer));
    const made = await this.perform(
      id,
      {},
      {
        ...making,
        given,
        depth: depth + 1,
        ...(scenario === undefined ? {} : { scenario }),
      },
    );
    const fields = { ...fieldsOf(made.draft), ...made.body };
    return state === undefined || stateOf(pack, one, fields) === state
      ? fields
      : this.#inState(one, fields, state, making);
  }

  /** The scenario with which what an interface makes is in a state and stays there: for an open one that ordinary data do not leave open. */
  #scenarioOf(one: Interface, state: string, signer: Signer | undefined): string | undefined {
    const { pack, party } = this.#context;
    const resource = pack.resources.about(one)?.resource;
    if (resource?.outcome(state) !== "open" || (signer ?? party).partyId !== party.partyId) return undefined;
    return pack.resources.scenarios(resource.name, "stays-open")[0]?.id;
  }

  /** What a query tells of a prior once it has come into a state; inconclusive where it does not in time, or cannot any more. */
  async #inState(one: Interface, prior: Fields, state: string, making: Making): Promise<Fields> {
    const context = this.#context;
    const { pack, statement, run } = context;
    const lifecycle = pack.resources.about(one)?.resource?.lifecycle;
    const decision = lifecycle === undefined ? undefined : decisionTo(lifecycle, stateOf(pack, one, prior), state);
    if (decision !== undefined) await this.#hooks.decide(decision, prior);
    const query = one.caller.query?.interface;
    if (query === undefined)
      return context.inconclusive(
        `${one.id} was answered with the state ${stateOf(pack, one, prior)}, and the pack names no query by which it could be seen to become ${state}`,
        `${one.id} 应答状态为 ${stateOf(pack, one, prior)}，而规范包未指明可观察其变为 ${state} 的查询接口`,
      );
    const constants = constantsOf(pack.source, pack.interface(query));
    const asked = (["path", "query", "body"] as const)
      .flatMap((part) => fieldNames(pack, pack.interface(query), part))
      .filter((name) => !Object.hasOwn(constants, name));
    const draft = await this.request(query, picked(prior, asked), making);
    const deadline = run.runtime.now() + statement.limits.settleWithinSeconds * 1000;
    for (;;) {
      const { answer } = await this.#sending.send(draft, {
        label: `arrange: ${one.id} in the state ${state}`,
        ...(making.signer === undefined ? {} : { signer: making.signer }),
      });
      const body = answer?.status === draft.interface.response.status ? objectOf(answer.json) : {};
      const seen = stateOf(pack, pack.interface(query), body);
      if (seen === state) return { ...prior, ...body };
      if (run.runtime.now() >= deadline)
        return context.inconclusive(
          `what ${one.id} made did not come into the state ${state} within ${statement.limits.settleWithinSeconds} s (last seen: ${seen ?? answer?.status ?? "no answer"})`,
          `${one.id} 所建对象在 ${statement.limits.settleWithinSeconds} 秒内未变为 ${state}（最近：${seen ?? answer?.status ?? "无应答"}）`,
        );
      await context.sleep(PRIOR_PAUSE_MS);
    }
  }
}

/** Where an interface finds small amounts too small its own are large (`request-builder.ts`), and what it builds on is larger. */
function withRoom(pack: PackView, one: Interface, making: Making): Making {
  return pack.resources.codes(one, "amount").length === 0 ? making : { ...making, depth: (making.depth ?? 0) + 2 };
}

/** The state that an answer shows, wherever the pack has it; undefined where it shows none. */
function stateOf(pack: PackView, one: Interface, body: Fields): string | undefined {
  const state = valueAt(body, pack.meanings(one).shown("state"));
  return typeof state === "string" ? state : undefined;
}
