import { addDays } from "../core/calendar/calendar.ts";
import type { SkipCause } from "../core/run/event.ts";
import type { WireExchange } from "../core/run/finding.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { TransportFailure } from "../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse, RandomStream } from "../core/runtime/runtime.ts";
import { encodeBase64 } from "../core/signature/message.ts";
import type { Json } from "../core/unit/unit.ts";
import { steady } from "./data/comparison.ts";
import { changed, readingsOf, showsState } from "./data/observed-state.ts";
import type { View } from "./data/observed-state.ts";
import { buildRequest } from "./data/request-builder.ts";
import { situationFor } from "./data/situation.ts";
import type { Circumstances } from "./data/situation.ts";
import { notRefusal, notSuccess, told } from "./expectation.ts";
import type { Broken } from "./expectation.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "./outcome.ts";
import type { Failure } from "./outcome.ts";
import type { PackView } from "./pack-view.ts";
import { fieldNames, inProfile, offersHook } from "./profile.ts";
import { seededStream } from "./random.ts";
import type { RunScope } from "./run/scope.ts";
import { witness } from "./run/witness.ts";
import type { HookName, Statement } from "./statement/statement.ts";
import type { Answer } from "./wire/answer.ts";
import { fieldsOf } from "./wire/draft.ts";
import type { Draft, Fields } from "./wire/draft.ts";
import { whyNone } from "./wire/exchange.ts";
import type { Exchange } from "./wire/exchange.ts";
import { callHook } from "./wire/hook.ts";
import { seal } from "./wire/sealed-request.ts";
import type { Tamper } from "./wire/sealed-request.ts";
import type { Signer } from "./wire/signer.ts";

/** How a request is made up. */
export interface Making {
  /** Whose request it is; default the first party of the statement. */
  readonly signer?: Signer;
  /** The scenario whose values fill the request; default the ordinary one. */
  readonly scenario?: string;
  /** How many requests are built upon this one; set by the session. */
  readonly depth?: number;
}

/** What the SUT shows of a request's resources, to be compared before and after. */
export interface State {
  readonly draft: Draft;
  readonly making: Making;
  readonly views: readonly View[];
}

const QUERY_PAUSES_MS = [50, 100, 150, 200, 250, 300, 500, 1_000];
const MAX_EVIDENCE = 12;
/** Looks at a state that has changed, to see whether it changes still. */
const STILL_FOR_MS = [50, 150, 300];

/** Where a check runs. */
export interface Place {
  /** The run's, with the customers of the check's lane; default the run's own. */
  readonly statement?: Statement;
  /** Others may run beside it. */
  readonly isolated?: boolean;
}

/**
 * What a check works with. One for each instance; draws from a stream of its own, so that a check does the same alone
 * and in a whole run.
 */
export class Session {
  readonly pack: PackView;
  /** The run's, with the customers of the check's lane. */
  readonly statement: Statement;
  readonly random: RandomStream;
  /** The whole run, for checks that judge it at its end. */
  readonly run: RunScope;
  readonly check: string;
  readonly #place: Place;
  readonly #signal: AbortSignal;
  readonly #exchanges: WireExchange[] = [];
  readonly #cleanups: ((after: Session) => Promise<void>)[] = [];
  #successes = 0;
  #refusals = 0;
  #judgements = 0;

  constructor(scope: RunScope, check: string, signal: AbortSignal, place: Place = {}) {
    this.run = scope;
    this.pack = scope.pack;
    this.statement = place.statement ?? scope.statement;
    this.check = check;
    this.#place = place;
    this.random = seededStream(scope.seed, `check/${check}`);
    this.#signal = signal;
  }

  // ---- who and what ----------------------------------------------------------------------------------------------

  /** The first enrolled party. */
  get party(): Signer {
    return this.run.signers[0] as Signer;
  }

  /** The second; skips the check where the statement has one only. */
  get stranger(): Signer {
    const second = this.run.signers[1];
    if (second === undefined)
      throw new CheckSkipped({ en: "the statement has one party only", zh: "声明中只有一个参与方" }, "capability");
    return second;
  }

  /** An identifier no run has used before. */
  fresh(): string {
    return this.run.fresh.identifier();
  }

  /** Whether the pack has an interface and the SUT, where it is the one to provide it, claims it in its profile. */
  claims(interfaceId: string): boolean {
    if (!this.pack.hasInterface(interfaceId)) return false;
    return this.pack.interface(interfaceId).provider !== this.statement.role || inProfile(this.statement, interfaceId);
  }

  /** The values of a scenario. Skips the check when the statement binds none. */
  fixture(scenario: string): Fields {
    const bound = this.statement.fixtures[scenario];
    if (bound === undefined)
      throw new CheckSkipped(
        { en: `no fixture is bound to the scenario ${scenario}`, zh: `场景 ${scenario} 未绑定测试数据` },
        "fixture",
      );
    if ("none" in bound)
      throw new CheckSkipped(
        { en: `the SUT has no ${scenario}: ${bound.none}`, zh: `被测系统没有场景 ${scenario}：${bound.none}` },
        "capability",
      );
    return bound.values;
  }

  /** Data of a situation that no call has met yet, made by the hook `fixtures`. Skips the check when the statement does not support it. */
  async freshFixture(scenario: string): Promise<Fields> {
    return objectOf(
      this.pack.dialect.read(objectOf(await this.hook("fixtures", { scenario, party_id: this.party.partyId }))),
    );
  }

  /** The code with which the pack has a stage ahead of the guards refuse. */
  code(stage: keyof PackView["policies"]["stages"]): string {
    return this.pack.policies.stages[stage];
  }

  /** Whether the SUT offers a control hook: for a check that does more, or is quicker, with it. */
  offers(name: HookName): boolean {
    return offersHook(this.statement, name);
  }

  /** Calls a control hook; skips the check when the statement does not support it. Source: docs/hooks.md. */
  async hook(name: HookName, payload: Fields = {}): Promise<Json | undefined> {
    return callHook({ statement: this.statement, runtime: this.run.runtime }, name, payload, this.#signal);
  }

  /** Restarts the SUT through its hook and waits until it answers again; inconclusive when it stays away for a minute. */
  async restart(how: "kill" | "stop" = "kill"): Promise<void> {
    this.mustBeAlone("restarts the SUT");
    await this.hook("restart", { how });
    const deadline = this.run.runtime.now() + 60_000;
    for (;;) {
      const back = await this.run.runtime.transport
        .send(
          { method: "GET", url: `${this.statement.baseUrl}/`, headers: [], body: new Uint8Array(), timeoutMs: 1_000 },
          this.#signal,
        )
        .then(
          () => true,
          () => false,
        );
      this.#signal.throwIfAborted();
      if (back) return;
      if (this.run.runtime.now() >= deadline)
        this.inconclusive("the SUT did not answer within 60 s of its restart", "被测系统重启后 60 秒内未应答");
      await this.sleep(200);
    }
  }

  /** Now by the SUT's clock, as far as the hook `clock` has moved it. */
  sutNow(): number {
    return this.run.runtime.now() + this.run.sutClock.offsetMs;
  }

  /**
   * Sets the SUT's clock through its hook; it runs on from there and is given back to the host after the check. Dates
   * and timestamps of requests follow it. Skips the check when the statement does not support the hook.
   */
  async setClock(timeMs: number): Promise<void> {
    this.mustBeAlone("moves the SUT's clock");
    const { sutClock, runtime } = this.run;
    const whole = Math.ceil(timeMs / 1000) * 1000;
    this.cleanup(async (after) => {
      await after.hook("clock", { now: null });
      sutClock.offsetMs = 0;
    });
    await this.hook("clock", { now: this.pack.calendar.rfc3339(whole) });
    sutClock.offsetMs = whole - runtime.now();
    sutClock.mostMs = Math.max(sutClock.mostMs, sutClock.offsetMs);
  }

  // ---- making and sending ----------------------------------------------------------------------------------------

  /**
   * A valid request, filled as the pack's schemas say (`x-from`), what it builds on being made first. `fields` are
   * top-level fields to set; `undefined` leaves one out. Skips the check where the statement does not claim the
   * interface: nobody answers for what he never said he has.
   */
  async request(
    interfaceId: string,
    fields: Readonly<Record<string, Json | undefined>> = {},
    making: Making = {},
  ): Promise<Draft> {
    const one = this.pack.interface(interfaceId);
    this.#mustClaim(interfaceId);
    const signer = making.signer ?? this.party;
    const now = this.sutNow();
    const priors = new Map<string, Promise<Fields>>();
    const situations = new Map<string, Promise<Fields>>();
    // A notification uses its order up, so each has one of its own where the SUT can make it.
    const used = one.notification !== undefined && this.offers("fixtures");
    const circumstances = { ...making, strange: signer.partyId !== this.party.partyId };
    const scenarioValue = (name: string): Promise<Json> =>
      this.#scenarioValue(name, circumstances, (id) => {
        const situation = situations.get(id) ?? (used ? this.freshFixture(id) : Promise.resolve(this.fixture(id)));
        situations.set(id, situation);
        return situation;
      });
    return buildRequest(one, fields, {
      pack: this.pack,
      fresh: this.run.fresh,
      random: this.random,
      // A notification is about the receiver's own business.
      party: one.notification === undefined ? signer.partyId : this.statement.sutPartyId,
      today: this.pack.calendar.businessDate(now),
      yesterday: addDays(this.pack.calendar.businessDate(now), -1),
      notifyUrl: this.run.notifyUrl,
      scenario: scenarioValue,
      gives: (name) => situationFor(name, circumstances, this.pack, this.statement) !== undefined,
      prior: (id) => {
        const made = priors.get(id) ?? this.#prior(id, making);
        priors.set(id, made);
        return made;
      },
    });
  }

  /** Sends a request, changed at the places `tamper` names. Never throws for what the network or the SUT does. */
  async send(
    draft: Draft,
    options: { readonly label?: string; readonly signer?: Signer; readonly tamper?: Tamper } = {},
  ): Promise<Exchange> {
    return this.sendSealed(draft, this.seal(draft, options), options.label ?? draft.interface.id);
  }

  /** The bytes of a request, with a new nonce and the present time: for replays and races. */
  seal(draft: Draft, options: { readonly signer?: Signer; readonly tamper?: Tamper } = {}): HttpRequest {
    return seal(
      this.pack.dialect.spell(draft),
      {
        policy: this.pack.policies.signature,
        baseUrl: this.statement.baseUrl,
        signer: options.signer ?? this.party,
        timestampSeconds: Math.floor(this.sutNow() / 1000),
        nonce: this.nonce(),
        timeoutMs: this.statement.limits.timeoutMs,
      },
      options.tamper,
    );
  }

  /** The text of a body, which may differ from the draft's, as the pack spells it: for checks of how it is written. */
  bodyText(draft: Draft, body: Fields = draft.body ?? {}): string {
    return JSON.stringify(this.pack.dialect.spell({ ...draft, body }).body);
  }

  /** A nonce of 24 characters of `[0-9A-Za-z]` that no request has carried. */
  nonce(): string {
    return encodeBase64(this.run.nonces.bytes(24)).replaceAll(/[+/=]/g, "0").slice(0, 24);
  }

  /** Sends bytes made before. */
  async sendSealed(draft: Draft, request: HttpRequest, label: string): Promise<Exchange> {
    const startedAt = this.run.runtime.now();
    const outcome = await this.run.runtime.transport.send(request, this.#signal).catch((failure: unknown) => {
      if (failure instanceof TransportFailure) return failure;
      throw failure;
    });
    return this.#concluded(draft, request, outcome, label, startedAt);
  }

  /**
   * Sends a request and drops the connection after `ms`, so that the caller never learns what came of it. An answer that
   * was quicker is thrown away too.
   */
  async abandon(draft: Draft, ms: number, label: string): Promise<void> {
    const given = new AbortController();
    const request = this.seal(draft);
    const startedAt = this.run.runtime.now();
    const cancel = this.run.runtime.schedule(ms, () => given.abort());
    const outcome = await this.run.runtime.transport
      .send(request, AbortSignal.any([given.signal, this.#signal]))
      .catch((failure: unknown) => {
        if (failure instanceof TransportFailure) return failure;
        throw failure;
      });
    cancel();
    this.#concluded(draft, request, outcome, label, startedAt);
  }

  /** Releases all requests at once over warm connections, each with a nonce of its own unless their bytes are given. At most `limits.maxConcurrency`. */
  async race(drafts: readonly Draft[], label: string, sealed?: readonly HttpRequest[]): Promise<readonly Exchange[]> {
    this.mustBeAlone("releases requests at once");
    const requests = sealed ?? drafts.map((draft) => this.seal(draft));
    const startedAt = this.run.runtime.now();
    const outcomes = await this.run.race(requests);
    this.#signal.throwIfAborted();
    return outcomes.map((outcome, index) =>
      this.#concluded(
        drafts[index] as Draft,
        requests[index] as HttpRequest,
        outcome,
        `${label} ${index + 1}/${drafts.length}`,
        startedAt,
      ),
    );
  }

  /** Makes and sends a request that the check only builds on: when it does not succeed nobody can say anything. */
  async perform(
    interfaceId: string,
    fields: Readonly<Record<string, Json | undefined>> = {},
    making: Making = {},
  ): Promise<{ readonly draft: Draft; readonly body: Fields }> {
    const draft = await this.request(interfaceId, fields, making);
    const exchange = await this.send(draft, {
      label: `arrange: ${interfaceId}`,
      ...(making.signer === undefined ? {} : { signer: making.signer }),
    });
    const { answer } = exchange;
    if (answer === undefined || answer.status !== draft.interface.response.status) {
      const seen = answer === undefined ? whyNone(exchange) : `${answer.status} ${answer.code ?? ""}`.trim();
      throw new CheckInconclusive({
        en: `${interfaceId}, on which this check builds, was answered ${seen}`,
        zh: `本检查所依赖的 ${interfaceId} 返回 ${seen}`,
      });
    }
    return { draft, body: objectOf(answer.json) };
  }

  // ---- judging ---------------------------------------------------------------------------------------------------

  /** Holds that the call was carried out: status, signature of the answer, schema of its body. Gives the body. */
  expectSuccess(exchange: Exchange): Fields {
    const answer = this.#answered(exchange);
    const { id, response } = exchange.draft.interface;
    if (answer.status !== response.status) this.#mustNotBeTurnedAway(id, answer);
    this.#hold(exchange, notSuccess(this.pack, exchange, answer));
    this.#successes += 1;
    return objectOf(answer.json);
  }

  /** Holds that the call was refused with one of the codes, and that status, code, signature and body agree. Skips the check where the pack has none of them. */
  expectRefusal(exchange: Exchange, codes: string | readonly string[], likelyCause?: Bilingual): void {
    const wanted = typeof codes === "string" ? [codes] : codes;
    if (!wanted.some((code) => this.pack.error(code) !== undefined)) this.#lacks("code", "错误码", wanted);
    const answer = this.#answered(exchange);
    // One that a guard refused was looked at, and with another code than it should be.
    if (answer.code !== undefined && !wanted.includes(answer.code) && this.pack.error(answer.code)?.stage !== "guards")
      this.#mustNotBeTurnedAway(exchange.draft.interface.id, answer);
    this.#hold(exchange, notRefusal(this.pack, answer, wanted), likelyCause);
    this.#refusals += 1;
  }

  /** For a check that is about a state: skips it where the pack has no such state. */
  mustHaveState(state: string): void {
    if (!this.pack.source.lifecycles.some(({ states }) => Object.hasOwn(states, state)))
      this.#lacks("state", "状态", [state]);
  }

  /** What the SUT shows of the request's resources now: every interface that reads them by the fields the request has. */
  async observe(draft: Draft, making: Making = {}): Promise<State> {
    const queries: Draft[] = [];
    for (const one of readingsOf(this.pack, this.statement, draft))
      queries.push(await this.request(one.interface, one.given, making));
    // Reads do not disturb each other, so they are asked together.
    const exchanges = await Promise.all(
      queries.map((query) =>
        this.send(query, {
          label: `observe: ${query.interface.id}`,
          ...(making.signer === undefined ? {} : { signer: making.signer }),
        }),
      ),
    );
    const views = exchanges.map((exchange) => {
      const answer = this.#answered(exchange);
      if (!showsState(this.pack, exchange.draft.interface, answer))
        this.inconclusive(
          `${exchange.label} was answered ${told(exchange)}, which shows no state to compare`,
          `${exchange.label} 返回 ${told(exchange)}，未反映任何可比对的状态`,
        );
      return {
        interface: exchange.draft.interface.id,
        draft: exchange.draft,
        status: answer.status,
        json: steady(answer.json),
      };
    });
    return { draft, making, views };
  }

  /** Holds that what the SUT shows is what it showed before: no effect, told by state and not by an answer. */
  async expectUnchanged(before: State, what: string): Promise<void> {
    const after = await this.observe(before.draft, before.making);
    this.#judgements += 1;
    const change = changed(before.views, after.views);
    if (change === undefined) return;
    const { view, now } = change;
    const evidence = this.#exchanges.slice(-MAX_EVIDENCE);
    await this.#mustStandStill(after);
    this.fail({
      evidence,
      summary: {
        en: `${what} had an effect: ${view.interface} shows something else than before`,
        zh: `${what} 产生了影响：${view.interface} 的结果与之前不同`,
      },
      expected: JSON.stringify(view.json) ?? `HTTP ${view.status}`,
      seen: JSON.stringify(now.json) ?? `HTTP ${now.status}`,
    });
  }

  /** Queries until `done` holds, within `limits.settleWithinSeconds`; then the outcome stays unknown and the check is inconclusive. */
  async settle(interfaceId: string, fields: Fields, done?: (body: Fields) => boolean): Promise<Fields> {
    const resource = interfaceId.split(".")[0] as string;
    const final = this.pack.finalStates(resource, this.statement.role);
    const settled =
      done ??
      ((body: Fields): boolean =>
        final === undefined ||
        final.includes(String(body["state"])) ||
        !/^(PROCESSING|PENDING)$/.test(String(body["state"])));
    const query = await this.request(interfaceId, fields);
    const deadline = this.run.runtime.now() + this.statement.limits.settleWithinSeconds * 1000;
    for (let turn = 0; ; turn += 1) {
      const exchange = await this.send(query, { label: `settle: ${interfaceId}` });
      if (exchange.answer?.status === query.interface.response.status) {
        const body = objectOf(exchange.answer.json);
        if (settled(body)) return body;
      }
      if (this.run.runtime.now() >= deadline) {
        const last =
          exchange.answer === undefined
            ? "no answer"
            : `${exchange.answer.status} ${exchange.answer.code ?? String(objectOf(exchange.answer.json)["state"] ?? "")}`;
        this.inconclusive(
          `${interfaceId} did not settle within ${this.statement.limits.settleWithinSeconds} s (last seen: ${last})`,
          `${interfaceId} 在 ${this.statement.limits.settleWithinSeconds} 秒内未达终态（最近：${last}）`,
        );
      }
      await this.run.runtime.sleep(QUERY_PAUSES_MS[Math.min(turn, QUERY_PAUSES_MS.length - 1)] as number, this.#signal);
    }
  }

  /** Waits by the harness's clock. */
  async sleep(ms: number): Promise<void> {
    await this.run.runtime.sleep(ms, this.#signal);
  }

  /** Says that something was judged by other means than the `expect…` methods. */
  judged(): void {
    this.#judgements += 1;
  }

  /** The requirement is broken. */
  fail(failure: Failure): never {
    throw new CheckFailed({ evidence: this.#exchanges.slice(-MAX_EVIDENCE), ...failure });
  }

  /** Nobody can say. */
  inconclusive(en: string, zh: string): never {
    throw new CheckInconclusive({ en, zh });
  }

  /** What the check needs is not there. */
  skip(en: string, zh: string, cause: SkipCause): never {
    throw new CheckSkipped({ en, zh }, cause);
  }

  /** What takes long to arrange and several checks judge: made by the first that asks, and given to the others. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.run.shared.get(name) as Promise<T> | undefined) ?? make();
    this.run.shared.set(name, made);
    // A check that was stopped in the middle has arranged nothing.
    made.catch(() => void (this.#signal.aborted && this.run.shared.delete(name)));
    return made;
  }

  /** For what a check can only do that has the SUT to itself: one that says it is isolated would make others fail, which is an error of the harness. */
  mustBeAlone(does: string): void {
    if (this.#place.isolated === true)
      throw new TypeError(`${this.check} ${does}: take "isolated" away from its check (suites/check.ts)`);
  }

  /**
   * Done after the check, whatever became of it; failing itself, it is ignored. It calls by the session that it is given:
   * a check that was ended has none any more.
   */
  cleanup(task: (after: Session) => Promise<void>): void {
    this.#cleanups.push(task);
  }

  // ---- for the runner --------------------------------------------------------------------------------------------

  async close(): Promise<void> {
    const after = this.#signal.aborted
      ? new Session(this.run, this.check, new AbortController().signal, this.#place)
      : this;
    for (const task of this.#cleanups.splice(0).reverse()) await task(after).catch(() => {});
  }

  get evidence(): readonly WireExchange[] {
    return this.#exchanges;
  }

  /** Why a check that ended well must not count as a pass; undefined when it may. */
  hollow(): string | undefined {
    if (this.#successes + this.#refusals + this.#judgements === 0)
      return "the check ended without having judged anything: use expectSuccess, expectRefusal, expectUnchanged or judged()";
    if (this.#refusals > 0 && this.#successes === 0)
      return "the check saw refusals and no success: give it a positive neighbour that differs in one thing";
    return undefined;
  }

  // ---- inside ----------------------------------------------------------------------------------------------------

  #lacks(en: string, zh: string, words: readonly string[]): never {
    throw new CheckSkipped(
      {
        en: `the pack has no ${en} ${words.join(" or ")}; if it calls it otherwise, say so under "means" in pack.json (docs/recipes/dialect.md)`,
        zh: `规范包没有${zh} ${words.join("、")}；如名称不同，请在 pack.json 的 "means" 中声明（docs/recipes/dialect.md）`,
      },
      "capability",
    );
  }

  #mustClaim(interfaceId: string): void {
    const [resource, verb] = interfaceId.split(".");
    // What is confirmed can only be given back by a cancellation, and a customer has one of it: without that the next check would rightly be refused.
    const needed = [
      interfaceId,
      ...(verb === "confirm" && this.pack.hasInterface(`${resource}.cancel`) ? [`${resource}.cancel`] : []),
    ];
    const absent = needed.find((id) => !this.claims(id));
    if (absent !== undefined)
      throw new CheckSkipped(
        {
          en: `the interface ${absent}, on which this check builds, is not in the profile`,
          zh: `本检查所依赖的接口 ${absent} 不在声明范围内`,
        },
        "capability",
      );
  }

  #concluded(
    draft: Draft,
    request: HttpRequest,
    outcome: HttpResponse | TransportFailure,
    label: string,
    startedAt: number,
  ): Exchange {
    const exchange = witness(this.run, { check: this.check, draft, request, outcome, label, startedAt });
    this.#exchanges.push(exchange.wire);
    if (exchange.answer === undefined) this.#signal.throwIfAborted();
    else this.#willCancel(draft, exchange.answer);
    return exchange;
  }

  /** What was applied for is given back after the check, so that the next one finds the fixture free. */
  #willCancel(draft: Draft, answer: Answer): void {
    const [resource, verb] = draft.interface.id.split(".");
    const cancel = `${resource}.cancel`;
    if (verb !== "apply" || answer.status >= 300 || !this.claims(cancel)) return;
    const fields = objectOf(answer.json);
    const names = fieldNames(this.pack, this.pack.interface(cancel), "path");
    if (!names.every((name) => fields[name] !== undefined)) return;
    this.cleanup(async (after) => {
      await after.send(await after.request(cancel, Object.fromEntries(names.map((name) => [name, fields[name]]))), {
        label: `clean up: ${cancel}`,
      });
    });
  }

  #answered(exchange: Exchange): Answer {
    if (exchange.answer !== undefined) return exchange.answer;
    const why = whyNone(exchange);
    return this.inconclusive(
      `${exchange.label}: no answer (${why}), so its outcome is unknown`,
      `${exchange.label}：未收到应答（${why}），结果未知`,
    );
  }

  /** What changes while nothing is sent was not changed by what was sent: another run pays from the same customers, or a person does. */
  async #mustStandStill(now: State): Promise<void> {
    for (const pauseMs of STILL_FOR_MS) {
      await this.sleep(pauseMs);
      const moved = changed(now.views, (await this.observe(now.draft, now.making)).views);
      if (moved !== undefined)
        this.inconclusive(
          `${moved.view.interface} changes while this run sends nothing: somebody else, perhaps another run, uses the customers of the statement, which are to be one run's at a time`,
          `${moved.view.interface} 在本次运行未发送任何请求时仍在变化：声明中的客户正被他人（或另一次运行）使用，同一时间只能供一次运行使用`,
        );
    }
  }

  /** A call that is to be sent again as it is (rate limit, overload) was not looked at, and so says nothing of what was asked. */
  #mustNotBeTurnedAway(interfaceId: string, { code }: Answer): void {
    if (code !== undefined && this.pack.error(code)?.class === "retry-same")
      this.inconclusive(`${interfaceId} was turned away with ${code}`, `${interfaceId} 被限流或拒绝服务：${code}`);
  }

  /** Fails the check where an answer broke what it was to be. */
  #hold(exchange: Exchange, broken: Broken | undefined, likelyCause?: Bilingual): void {
    if (broken === undefined) return;
    const call = `${exchange.label} (${exchange.draft.interface.id})`;
    this.fail({
      summary: { en: `${call} ${broken.en}`, zh: `${exchange.label}（${exchange.draft.interface.id}）${broken.zh}` },
      expected: broken.expected,
      seen: told(exchange),
      ...(likelyCause === undefined ? {} : { likelyCause }),
    });
  }

  async #scenarioValue(
    name: string,
    circumstances: Circumstances,
    situation: (id: string) => Promise<Fields>,
  ): Promise<Json> {
    const id = situationFor(name, circumstances, this.pack, this.statement);
    if (id === undefined)
      throw new CheckSkipped(
        { en: `no scenario of the pack gives "${name}"`, zh: `规范包中没有场景提供 "${name}"` },
        "fixture",
      );
    this.fixture(id);
    const value = (await situation(id))[name];
    if (value === undefined)
      throw new CheckSkipped(
        { en: `the fixture of ${id} lacks "${name}"`, zh: `场景 ${id} 的测试数据缺少 "${name}"` },
        "fixture",
      );
    return value;
  }

  async #prior(id: string, making: Making): Promise<Fields> {
    // What others are built upon is given room: a refund of any ordinary amount must fit into it.
    const one = this.pack.interface(id);
    const depth = making.depth ?? 0;
    const amount = fieldNames(this.pack, one, "body").includes("amount")
      ? {
          amount: {
            value: 1_000 * 10 ** depth + this.random.below(100),
            currency: this.pack.source.manifest.currencies[0]?.code ?? "CNY",
          },
        }
      : {};
    const made = await this.perform(id, amount, { ...making, depth: depth + 1 });
    return { ...fieldsOf(made.draft), ...made.body };
  }
}

function objectOf(json: Json | undefined): Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Fields) : {};
}
